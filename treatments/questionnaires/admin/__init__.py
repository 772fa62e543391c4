"""Questionnaires: the versions, one version with its rules, and the pages that change the draft."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path

from portal.adminsite.options import badge
from treatments.questionnaires.admin.drafts import EDIT, DraftPages
from treatments.questionnaires.admin.showing import shown
from treatments.screening.models import QuestionnaireVersion


@admin.register(QuestionnaireVersion)
class QuestionnaireVersionAdmin(DraftPages):
    """Each version that holds or held, and the draft."""

    empty_words = "Your clinic has no version of its own yet."
    list_display = ("name", "state", "published_at", "approved_by")
    change_list_template = "admin/treatments/questionnaireversion/list.html"

    def get_urls(self) -> list[URLPattern]:
        """A page for each thing that can be done."""
        wrap, draft = self.admin_site.admin_view, self.draft_alone
        stem = "treatments_questionnaireversion"
        pages = {
            "publish": self.publish_page,
            "discard": self.discard_page,
            "ask": self.ask_page,
            "ages": self.ages_page,
        }
        verbs = {"edit": self.edit_page, "retire": self.retire_page, "restore": self.restore_page}
        return [
            path("begin/", wrap(self.begin_page), name=f"{stem}_begin"),
            path("<int:object_id>/json/", wrap(self.json), name=f"{stem}_json"),
            *(path(f"<int:object_id>/{v}/", wrap(draft(page)), name=f"{stem}_{v}") for v, page in pages.items()),
            *(
                path(f"<int:object_id>/{v}/<slug:question>/", wrap(draft(page)), name=f"{stem}_{v}")
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

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """What is in force, and the one next step: begin a draft, or go on with it."""
        context = {
            "in_force": QuestionnaireVersion.objects.published().first(),
            "draft": QuestionnaireVersion.objects.drafts().first(),
        }
        return super().changelist_view(request, context | (extra_context or {}))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """What it asks, with every rule in words, and in what it differs from the default and from the one before."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        version = self.get_own(request, object_id)
        return self.page(
            request,
            "admin/treatments/questionnaireversion/version.html",
            title=str(version),
            object=version,
            may_edit=version.published_at is None and request.user.has_perm(EDIT),
            **shown(version),
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
