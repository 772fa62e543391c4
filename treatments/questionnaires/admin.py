"""Questionnaires: the versions, one version with its rules, and the pages that change the draft."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from portal.adminsite.options import ClinicModelAdmin, badge
from portal.practice.middleware import acting, clinic_of
from portal.security.refusals import Refused
from treatments.questionnaires import services
from treatments.questionnaires.forms import NewQuestionForm, PublishForm, QuestionForm
from treatments.questionnaires.guidance import LEVEL_BADGES, PLANS, answers_in_words, effect
from treatments.questionnaires.rules import changed, looser, stricter
from treatments.screening.models import QuestionnaireVersion
from treatments.screening.questionnaire import Question, default, read

EDIT = "treatments.edit_questionnaireversion"


@admin.register(QuestionnaireVersion)
class QuestionnaireVersionAdmin(ClinicModelAdmin):
    """Each version that holds or held, and the draft."""

    empty_words = "The portal's default questionnaire is in force. No clinician has signed it. Begin your own version."
    list_display = ("name", "state", "published_at", "approved_by")
    change_list_template = "admin/treatments/questionnaireversion/list.html"

    def get_urls(self) -> list[URLPattern]:
        """A page for each thing that can be done."""
        wrap, stem = self.admin_site.admin_view, "treatments_questionnaireversion"
        pages = {"publish": self.publish_page, "discard": self.discard_page, "ask": self.ask_page, "json": self.json}
        verbs = {"edit": self.edit_page, "retire": self.retire_page, "restore": self.restore_page}
        return [
            path("begin/", wrap(self.begin_page), name=f"{stem}_begin"),
            *(path(f"<int:object_id>/{v}/", wrap(page), name=f"{stem}_{v}") for v, page in pages.items()),
            *(
                path(f"<int:object_id>/{v}/<slug:question>/", wrap(page), name=f"{stem}_{v}")
                for v, page in verbs.items()
            ),
            *super().get_urls(),
        ]

    @admin.display(description="version", ordering="number")
    def name(self, version: QuestionnaireVersion) -> str:
        """Its number."""
        return str(version)

    @admin.display(description="state")
    def state(self, version: QuestionnaireVersion) -> str:
        """Draft, in force, or replaced."""
        if version.published_at is None:
            return badge("warn", "Draft")
        newest = QuestionnaireVersion.objects.published().values_list("pk", flat=True).first()
        return badge("ok", "In force") if version.pk == newest else badge("info", "Replaced")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """What it asks, with every rule in words, and in what it differs from the default."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        version = self.get_own(request, object_id)
        content, shipped = read(version.content), default()
        kept = {question.key for question in content.questions}
        return self.page(
            request,
            "admin/treatments/questionnaireversion/version.html",
            title=str(version),
            object=version,
            questions=[(question, _lines(question)) for question in content.questions],
            retired=[question for question in shipped.questions if question.key not in kept],
            looser=looser(shipped, content),
            stricter=stricter(shipped, content),
            changed=changed(shipped, content),
            attribution=content.attribution,
            may_edit=version.published_at is None and request.user.has_perm(EDIT),
        )

    def begin_page(self, request: HttpRequest) -> HttpResponse:
        """A draft that begins with what is in force."""
        if not request.user.has_perm(EDIT):
            raise PermissionDenied
        form = forms.Form(request.POST if request.method == "POST" else None)
        if request.method == "POST":
            try:
                new = services.begin_version(clinic=clinic_of(request), by=acting(request), at=timezone.now())
            except Refused as refusal:
                messages.error(request, str(refusal))
                return redirect("admin:treatments_questionnaireversion_changelist")
            return redirect("admin:treatments_questionnaireversion_change", new.pk)
        lead = "It begins as a copy of what is in force. Nothing changes for clients until you publish it."
        return self.page(
            request, "admin/action_page.html", title="Begin a version", form=form, button="Begin", lead=lead
        )

    def edit_page(self, request: HttpRequest, object_id: int, question: str) -> HttpResponse:
        """Words, levels, days and reasons of one question."""
        found = _find(self._draft(request, object_id), question)

        def save(form: Any, **who: Any) -> None:
            services.change_question(key=question, edit=form.edit, **who)

        return self._page(request, object_id, f"Change “{found.title}”", "Save", QuestionForm, save, question=found)

    def ask_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """A question of the clinic's own."""
        content = read(self._draft(request, object_id).content)

        def save(form: Any, **who: Any) -> None:
            services.add_question(new=form.new, **who)

        return self._page(request, object_id, "Add a question", "Add it", NewQuestionForm, save, questionnaire=content)

    def retire_page(self, request: HttpRequest, object_id: int, question: str) -> HttpResponse:
        """No longer asked."""
        found = _find(self._draft(request, object_id), question)

        def save(_form: Any, **who: Any) -> None:
            services.retire_question(key=question, **who)

        return self._page(request, object_id, f"Retire “{found.title}”", "Retire it", forms.Form, save)

    def restore_page(self, request: HttpRequest, object_id: int, question: str) -> HttpResponse:
        """As the default has it."""

        def save(_form: Any, **who: Any) -> None:
            services.restore_question(key=question, **who)

        return self._page(request, object_id, "Put a question back as it was", "Put it back", forms.Form, save)

    def discard_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """The draft goes."""

        def save(_form: Any, **who: Any) -> None:
            services.discard_version(version=who["version"], by=who["by"], at=who["at"])

        return self._page(request, object_id, "Discard the draft", "Discard it", forms.Form, save)

    def publish_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Who would change outcome; then an approver and a reason."""
        if not request.user.has_perm("treatments.publish_questionnaireversion"):
            raise PermissionDenied
        content = read(self._draft(request, object_id).content)
        found = looser(default(), content)
        seen = services.preview(questionnaire=content, on=timezone.localdate())

        def save(form: Any, **who: Any) -> None:
            services.publish_version(**form.cleaned_data, **who)

        template = "admin/treatments/questionnaireversion/publish.html"
        context = {"preview": seen, "looser_than_default": found, "template": template}
        return self._page(
            request, object_id, "Publish", "Publish it", PublishForm, save, context=context, looser=bool(found)
        )

    def json(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """The version as a file for `manage.py assess --questionnaire FILE`."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        version = self.get_own(request, object_id)
        name = f"questionnaire-{version.number}.json"
        answer = JsonResponse(version.content, json_dumps_params={"indent": 1, "ensure_ascii": False})
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer

    def _draft(self, request: HttpRequest, object_id: int) -> QuestionnaireVersion:
        if not request.user.has_perm(EDIT):
            raise PermissionDenied
        version: QuestionnaireVersion = self.get_own(request, object_id)
        if version.published_at is not None:
            raise Http404
        return version

    def _page(
        self,
        request: HttpRequest,
        object_id: int,
        title: str,
        button: str,
        form_class: type[forms.Form],
        save: Callable[..., None],
        context: dict[str, Any] | None = None,
        **given: Any,
    ) -> HttpResponse:
        draft = self._draft(request, object_id)
        form = form_class(request.POST if request.method == "POST" else None, **given)
        form.fields["seen"] = forms.CharField(widget=forms.HiddenInput, initial=draft.fingerprint)
        if request.method == "POST" and form.is_valid():
            seen = form.cleaned_data.pop("seen")
            try:
                save(form, version=draft, seen=seen, by=acting(request), at=timezone.now())
            except Refused as refusal:
                form.add_error(getattr(refusal, "field", "") or None, str(refusal))
                typed = request.POST.copy()
                typed["seen"] = draft.fingerprint
                form.data = typed
            else:
                messages.success(request, f"{title}: done.")
                return redirect("admin:treatments_questionnaireversion_changelist")
        extra = dict(context or {})
        template = extra.pop("template", "admin/action_page.html")
        back = reverse("admin:treatments_questionnaireversion_change", args=[draft.pk])
        return self.page(request, template, title=title, object=draft, form=form, button=button, back_url=back, **extra)


def _find(version: QuestionnaireVersion, key: str) -> Question:
    found = next((question for question in read(version.content).questions if question.key == key), None)
    if found is None:
        raise Http404
    return found


def _lines(question: Question) -> list[tuple[str, str]]:
    return [
        (
            LEVEL_BADGES[rule.level],
            f"{answers_in_words(question, rule.values)} {PLANS[rule.plan]} → {effect(rule, question)}",
        )
        for rule in question.rules
    ]
