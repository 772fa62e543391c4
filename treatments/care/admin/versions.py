"""The schedule in force, the versions, and the page of each."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path

from portal.adminsite.options import badge
from treatments.care.admin.drafts import EDIT
from treatments.care.admin.showing import in_force, lines, origin, shown
from treatments.care.admin.wording import WordingPages
from treatments.care.models import CareVersion

STEM = "treatments_careversion"


class CareVersionPages(WordingPages):
    """Each version that holds or held, and the draft."""

    empty_words = "No version is kept yet: the portal’s default is, once the first session ends."
    list_display = ("name", "state", "published_at", "author", "reason")
    list_select_related = ("published_by",)
    change_list_template = "admin/treatments/careversion/list.html"

    def get_urls(self) -> list[URLPattern]:
        """A page for each thing that can be done."""
        wrap, draft = self.admin_site.admin_view, self.draft_alone
        pages = {"discard": self.discard_page, "ask": self.add_page}
        verbs = {"edit": self.edit_page, "remove": self.remove_page, "restore": self.restore_page}
        return [
            path("begin/", wrap(self.begin_page), name=f"{STEM}_begin"),
            *(path(f"<int:object_id>/{v}/", wrap(draft(page)), name=f"{STEM}_{v}") for v, page in pages.items()),
            *(
                path(f"<int:object_id>/{v}/<slug:step>/", wrap(draft(page)), name=f"{STEM}_{v}")
                for v, page in verbs.items()
            ),
            *super().get_urls(),
        ]

    def get_queryset(self, request: HttpRequest) -> "QuerySet[CareVersion]":
        """The open clinic's, each with the one that was published last."""
        newest = CareVersion.objects.published().values("pk")[:1]
        own: QuerySet[CareVersion] = super().get_queryset(request)
        return own.defer("content").annotate(newest=Subquery(newest))

    @admin.display(description="version", ordering="number")
    def name(self, version: CareVersion) -> str:
        """Its number."""
        return str(version)

    @admin.display(description="state")
    def state(self, version: Any) -> str:
        """Draft, in force, or replaced."""
        if version.published_at is None:
            return badge("warn", "Draft")
        return badge("ok", "In force") if version.pk == version.newest else badge("info", "Replaced")

    @admin.display(description="by")
    def author(self, version: CareVersion) -> str:
        """Who published it."""
        return str(version.published_by or ("The portal’s default" if version.shipped else "–"))

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """What is in force, step by step; earlier versions; and the one next step: begin a draft, or go on with it."""
        version, schedule = in_force()
        context = {
            "in_force": version,
            "origin": origin(version),
            "lines": list(lines(schedule)),
            "draft": CareVersion.objects.drafts().first(),
        }
        return super().changelist_view(request, context | (extra_context or {}))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Its steps in words, why it was published, and what it changes."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        version = self.get_own(request, object_id)
        return self.page(
            request,
            "admin/treatments/careversion/version.html",
            title=str(version),
            object=version,
            may_edit=version.published_at is None and request.user.has_perm(EDIT),
            **shown(version),
            **self.more(request, version),
        )

    def more(self, _request: HttpRequest, _version: CareVersion) -> dict[str, Any]:
        """What the pages above this slice add to the page of a version."""
        return {}
