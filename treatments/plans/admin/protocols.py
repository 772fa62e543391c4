"""Protocols: the version in force for each indication, and new versions of it."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html

from portal.adminsite.options import ClinicModelAdmin, badge
from portal.practice.middleware import acting, clinic_of
from portal.security.refusals import Refused
from treatments.plans import services
from treatments.plans.forms import ProtocolForm, PublishForm
from treatments.plans.guidance import in_mm
from treatments.plans.models import Protocol
from treatments.plans.rules import ranges_of
from treatments.plans.terms import Aftercare, Indication
from treatments.products.terms import Zone
from treatments.screening.admin.sources import pieces

EDIT, PUBLISH = "treatments.edit_protocol", "treatments.publish_protocol"
LIST, PAGE = "admin:treatments_protocol_changelist", "admin:treatments_protocol_change"
SOURCE = "Where it comes from"
PUBLISHED = "{} is published: it stays as it is. Begin a new version to change something."


class BeginForm(forms.Form):
    """Which protocol gets a new version."""

    indication = forms.ChoiceField(label="Which protocol", choices=Indication.choices, widget=forms.RadioSelect)


@admin.register(Protocol)
class ProtocolAdmin(ClinicModelAdmin):
    """Every version, the newest first. Owners write new ones; whoever treats may read them."""

    empty_words = "No version is kept yet: the portal’s defaults are, once a plan begins from one."
    list_display = ("name", "number", "state", "published_at", "author", "reason")
    list_display_links = None
    list_filter = ("indication",)
    list_select_related = ("published_by",)
    change_list_template = "admin/treatments/protocol/list.html"

    def get_urls(self) -> list[URLPattern]:
        """Django's addresses, and a page for each verb."""
        pages = {"edit": self.edit_page, "publish": self.publish_page, "discard": self.discard_page}
        wrap = self.admin_site.admin_view
        own = [
            path(f"<int:object_id>/{verb}/", wrap(page), name=f"treatments_protocol_{verb}")
            for verb, page in pages.items()
        ]
        return [path("begin/", wrap(self.begin_page), name="treatments_protocol_begin"), *own, *super().get_urls()]

    @admin.display(description="protocol", ordering="indication")
    def name(self, protocol: Protocol) -> str:
        """What it is for, as the way to its page."""
        return format_html('<a href="{}">{}</a>', self.page_of(protocol), protocol.get_indication_display())

    @admin.display(description="state")
    def state(self, protocol: Protocol) -> str:
        """Draft, or published."""
        return badge("warn", "Draft") if protocol.published_at is None else badge("ok", "Published")

    @admin.display(description="by")
    def author(self, protocol: Protocol) -> str:
        """Who published it."""
        return str(protocol.published_by or ("The portal’s default" if protocol.shipped else "–"))

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """What is in force for each indication, in short; and every version that was kept."""
        found = [services.protocol_for(indication) for indication in Indication]
        in_force = [{"protocol": protocol, "lines": lines_of(protocol, None)} for protocol in found]
        drafts: QuerySet[Protocol] = Protocol.objects.drafts()
        context = {"in_force": in_force, "drafts": drafts, "may_edit": request.user.has_perm(EDIT)}
        return super().changelist_view(request, context | (extra_context or {}))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """One version: what it says, where it comes from, and what a draft changes."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        protocol = self.get_own(request, object_id)
        draft = protocol.published_at is None
        before = services.protocol_for(protocol.indication) if draft else None
        return self.page(
            request,
            "admin/treatments/protocol/page.html",
            title=str(protocol),
            object=protocol,
            lines=lines_of(protocol, before),
            may_edit=draft and request.user.has_perm(EDIT),
        )

    def begin_page(self, request: HttpRequest) -> HttpResponse:
        """A draft that begins with what is in force for one indication."""
        if not request.user.has_perm(EDIT):
            raise PermissionDenied
        asked = request.GET.get("indication", "")
        form = BeginForm(request.POST if request.method == "POST" else None, initial={"indication": asked})
        if request.method == "POST" and form.is_valid():
            try:
                draft = services.begin_protocol(
                    clinic=clinic_of(request), by=acting(request), at=timezone.now(), **form.cleaned_data
                )
            except Refused as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, "The new version begins as the one in force. No plan begins from it yet.")
                return redirect("admin:treatments_protocol_edit", draft.pk)
        title = "Begin a new version"
        return self.page(
            request, "admin/action_page.html", title=title, form=form, button="Begin", back_url=reverse(LIST)
        )

    def edit_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """What the draft says."""

        def act(request: HttpRequest, draft: Protocol, said: dict[str, Any]) -> str:
            seen = said.pop("seen")
            services.change_protocol(protocol=draft, seen=seen, said=said, by=acting(request), at=timezone.now())
            return "The draft is saved. Nothing changes until you publish it."

        draft = self._draft(request, object_id, EDIT)
        if isinstance(draft, HttpResponse):
            return draft
        return self.action_page(
            request,
            object_id,
            title=f"Write {draft}",
            button="Save the draft",
            permission=EDIT,
            form_class=ProtocolForm,
            form_kwargs={"instance": draft},
            act=act,
            template="admin/treatments/protocol/form.html",
        )

    def publish_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """The draft comes into force, with the reason."""

        def act(request: HttpRequest, draft: Protocol, said: dict[str, Any]) -> str:
            services.publish_protocol(protocol=draft, by=acting(request), at=timezone.now(), **said)
            return "The protocol is published. Plans made from now on begin from it."

        draft = self._draft(request, object_id, PUBLISH)
        if isinstance(draft, HttpResponse):
            return draft
        before = services.protocol_for(draft.indication)
        return self.action_page(
            request,
            object_id,
            title=f"Publish {draft}",
            button="Publish it",
            permission=PUBLISH,
            form_class=PublishForm,
            form_kwargs={"seen": services.fingerprint_of(draft)},
            act=act,
            template="admin/treatments/protocol/publish.html",
            lines=[line for line in lines_of(draft, before) if line["differs"]],
        )

    def discard_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """The draft goes."""

        def act(request: HttpRequest, draft: Protocol, _said: dict[str, Any]) -> str:
            services.discard_protocol(protocol=draft, by=acting(request), at=timezone.now())
            return "The draft is discarded."

        draft = self._draft(request, object_id, EDIT)
        if isinstance(draft, HttpResponse):
            return draft
        return self.action_page(
            request,
            object_id,
            title=f"Discard {draft}",
            button="Discard it",
            permission=EDIT,
            form_class=forms.Form,
            act=act,
            done=reverse(LIST),
            danger=True,
            lead="Everything written in this draft is lost. What is in force stays as it is.",
        )

    def _draft(self, request: HttpRequest, object_id: int, permission: str) -> Any:
        """The own draft; a version that was published meanwhile leads to what it says, and why."""
        if not request.user.has_perm(permission):
            raise PermissionDenied
        protocol = self.get_own(request, object_id)
        if protocol.published_at is None:
            return protocol
        messages.info(request, PUBLISHED.format(protocol))
        return redirect(PAGE, protocol.pk)


def lines_of(protocol: Protocol, before: Protocol | None) -> list[dict[str, Any]]:
    """What a version says, each with what is in force beside it where a draft says something else."""
    now, then = words_of(protocol), words_of(before) if before else {}
    names = [*now, *(name for name in then if name not in now)]
    return [
        {
            "name": name,
            "said": now.get(name, "–"),
            "pieces": pieces(now[name]) if name == SOURCE else [],
            "before": then.get(name, "–"),
            "differs": before is not None and now.get(name) != then.get(name),
        }
        for name in names
    ]


def words_of(protocol: Protocol) -> dict[str, str]:
    """What a version says, in words."""
    depths = {
        f"{Zone(zone).label}, depth": f"{in_mm(least)} to {in_mm(greatest)} mm"
        for zone, (least, greatest) in ranges_of(protocol.zones).items()
    }
    return {
        "Sessions": str(protocol.sessions_planned),
        "Days between sessions": f"{protocol.interval_days} recommended, {protocol.least_days} at least",
        **depths,
        "Passes": protocol.passes,
        "Endpoint": protocol.endpoint,
        "After each session": "\n".join(str(Aftercare(one).label) for one in protocol.aftercare),
        SOURCE: protocol.source,
    }
