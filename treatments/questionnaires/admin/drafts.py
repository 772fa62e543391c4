"""The pages that begin, change, publish and discard the draft."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from portal.adminsite.forms import add_refusal
from portal.adminsite.options import ClinicModelAdmin
from portal.practice.middleware import acting, clinic_of
from portal.security.refusals import Refused
from treatments.questionnaires import services
from treatments.questionnaires.forms import AgesForm, NewQuestionForm, PublishForm, QuestionForm
from treatments.questionnaires.rules import looser
from treatments.screening.models import QuestionnaireVersion
from treatments.screening.questionnaire import Question, default, read

EDIT = "treatments.edit_questionnaireversion"
LIST = "admin:treatments_questionnaireversion_changelist"
PAGE = "admin:treatments_questionnaireversion_change"
GROUPED = "admin/grouped_form.html"


class DraftPages(ClinicModelAdmin):
    """Everything that can be done with the draft."""

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
                return redirect(LIST)
            return redirect(PAGE, new.pk)
        lead = "It begins as a copy of what is in force. Nothing changes for clients until you publish it."
        return self.page(
            request, "admin/action_page.html", title="Begin a version", form=form, button="Begin", lead=lead
        )

    def edit_page(self, request: HttpRequest, object_id: int, question: str) -> HttpResponse:
        """Words, levels, days and reasons of one question."""
        found = _find(self._draft(request, object_id), question)

        def save(form: Any, **who: Any) -> str:
            services.change_question(key=question, edit=form.edit, **who)
            return f"“{found.title}” is changed in the draft."

        page = {"title": f"Change “{found.title}”", "button": "Save", "template": GROUPED, "anchor": f"q-{question}"}
        return self._page(request, object_id, QuestionForm, save, page, question=found)

    def ages_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """From which age to which what follows."""
        content = read(self._draft(request, object_id).content)

        def save(form: Any, **who: Any) -> str:
            services.change_ages(**form.edits, **who)
            return "The age rules are changed in the draft."

        lead = "They go by the client's age in whole years, from the date of birth on their form."
        page = {"title": "Change the age rules", "button": "Save", "template": GROUPED, "lead": lead, "anchor": "ages"}
        return self._page(request, object_id, AgesForm, save, page, rules=content.age_rules)

    def ask_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """A question of the clinic's own."""
        content = read(self._draft(request, object_id).content)

        def save(form: Any, **who: Any) -> str:
            services.add_question(new=form.new, **who)
            return f"“{form.new.title}” is added to the draft."

        page = {"title": "Add a question", "button": "Add it", "template": GROUPED}
        return self._page(request, object_id, NewQuestionForm, save, page, questionnaire=content)

    def retire_page(self, request: HttpRequest, object_id: int, question: str) -> HttpResponse:
        """No longer asked."""
        found = _find(self._draft(request, object_id), question)

        def save(_form: Any, **who: Any) -> str:
            services.retire_question(key=question, **who)
            return f"“{found.title}” is retired in the draft."

        lead = "Clients are no longer asked this once the draft is published. You can put it back at any time."
        page = {"title": f"Retire “{found.title}”", "button": "Retire it", "lead": lead, "anchor": "retired"}
        return self._page(request, object_id, forms.Form, save, page)

    def restore_page(self, request: HttpRequest, object_id: int, question: str) -> HttpResponse:
        """As the default has it; one of the clinic's own, as it was published last."""
        draft = self._draft(request, object_id)
        try:
            found = services.origin_of(question).by_key[question]
        except services.NoSuchQuestion as gone:
            raise Http404 from gone

        def save(_form: Any, **who: Any) -> str:
            services.restore_question(key=question, **who)
            return f"“{found.title}” is in the draft as it was."

        origin = "as the portal's default has it" if question in default().by_key else "as you published it last"
        lead = f"It will be in the draft {origin}."
        if question in read(draft.content).by_key:
            lead += " What the draft changes in it is undone."
        page = {"title": f"Put “{found.title}” back", "button": "Put it back", "lead": lead, "anchor": f"q-{question}"}
        return self._page(request, object_id, forms.Form, save, page)

    def discard_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """The draft goes."""

        def save(_form: Any, **who: Any) -> str:
            services.discard_version(version=who["version"], by=who["by"], at=who["at"])
            return "The draft is discarded."

        lead = "Everything written in this draft is lost. What is in force stays as it is."
        page = {
            "title": "Discard the draft",
            "button": "Discard it",
            "lead": lead,
            "danger": True,
            "done": reverse(LIST),
        }
        return self._page(request, object_id, forms.Form, save, page)

    def publish_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Who would change outcome; then an approver and a reason."""
        if not request.user.has_perm("treatments.publish_questionnaireversion"):
            raise PermissionDenied
        draft = self._draft(request, object_id)
        content = read(draft.content)
        found = looser(default(), content)

        def save(form: Any, **who: Any) -> str:
            services.publish_version(**form.cleaned_data, **who)
            return f"{draft} is in force: new forms ask it from now on."

        page = {
            "title": f"Publish {str(draft).lower()}",
            "button": "Publish it",
            "template": "admin/treatments/questionnaireversion/publish.html",
            "preview": services.preview(questionnaire=content, on=timezone.localdate()),
            "looser_than_default": found,
        }
        return self._page(request, object_id, PublishForm, save, page, looser=bool(found))

    def draft_alone(self, page: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        """The page for a draft; a version that was published meanwhile leads to what it says, and why."""

        @wraps(page)
        def led(request: HttpRequest, object_id: int, **rest: str) -> HttpResponse:
            version = self.get_own(request, object_id)
            if version.published_at is None or not request.user.has_perm(EDIT):
                return page(request, object_id, **rest)
            messages.info(
                request, f"{version} is published: it stays as it is. Begin a new version to change something."
            )
            return redirect(PAGE, version.pk)

        return led

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
        form_class: type[forms.Form],
        save: Callable[..., str],
        page: dict[str, Any],
        **given: Any,
    ) -> HttpResponse:
        """GET shows the form, POST saves it for the draft that was on the page; `save` returns what to say."""
        draft = self._draft(request, object_id)
        form = form_class(request.POST if request.method == "POST" else None, **given)
        form.fields["seen"] = forms.CharField(widget=forms.HiddenInput, initial=draft.fingerprint)
        back = reverse(PAGE, args=[draft.pk])
        if request.method == "POST" and form.is_valid():
            seen = form.cleaned_data.pop("seen")
            try:
                said = save(form, version=draft, seen=seen, by=acting(request), at=timezone.now())
            except Refused as refusal:
                add_refusal(form, refusal)
                typed = request.POST.copy()
                typed["seen"] = draft.fingerprint
                form.data = typed
            else:
                messages.success(request, said)
                return redirect(page.get("done") or f"{back}#{page.get('anchor', '')}".rstrip("#"))
        context = {"template": "admin/action_page.html"} | page
        return self.page(request, object=draft, form=form, back_url=back, **context)


def _find(version: QuestionnaireVersion, key: str) -> Question:
    found = next((question for question in read(version.content).questions if question.key == key), None)
    if found is None:
        raise Http404
    return found
