"""One consent, word for word, and what may still happen to it: withdrawing, a spoken refusal, the copy."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone

from portal.adminsite.options import ClinicModelAdmin, badge
from portal.practice.middleware import acting
from portal.security.uploads import as_download
from treatments.consents import services
from treatments.consents.forms import ReasonForm
from treatments.consents.models import Consent
from treatments.consents.terms import CAN_END, STATE_BADGES, ConsentPurpose, State


@admin.register(Consent)
class ConsentAdmin(ClinicModelAdmin):
    """Every answer and every open question, the newest first."""

    empty_words = "Nobody was asked yet. Open a client and choose “Ask for consent”."
    list_display = ("client", "purpose", "state_badge", "asked_on", "answered_on", "practitioner")
    list_filter = ("state", "purpose")
    search_fields = ("client__first_name", "client__last_name", "client__preferred_name")
    search_help_text = "Client's name"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Consent]:
        """With the people, the request and the document, which every page shows."""
        shown = ("client", "clinic", "request", "document", "practitioner__user", "withdrawn_by")
        return super().get_queryset(request).select_related(*shown)

    @admin.display(description="state", ordering="state")
    def state_badge(self, consent: Consent) -> str:
        """The state, in its colour."""
        return badge(STATE_BADGES[State(consent.state)], str(consent.get_state_display()))

    @admin.display(description="asked", ordering="request__asked_at")
    def asked_on(self, consent: Consent) -> Any:
        """The day it was asked."""
        return timezone.localdate(consent.request.asked_at)

    @admin.display(description="answered", ordering="answered_at")
    def answered_on(self, consent: Consent) -> Any:
        """The day it was answered."""
        return timezone.localdate(consent.answered_at) if consent.answered_at else None

    def get_urls(self) -> list[URLPattern]:
        """Django's addresses, and our pages."""
        pages = {"withdraw": self.withdraw_page, "refuse": self.refuse_page, "copy": self.copy_file}
        own = [
            path(f"<int:object_id>/{verb}/", self.admin_site.admin_view(page), name=f"treatments_consent_{verb}")
            for verb, page in pages.items()
        ]
        return [*own, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Everything that proves it, on one page."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        consent = self.get_own(request, object_id)
        return self.page(
            request,
            "admin/treatments/consent/page.html",
            title=f"{consent.get_purpose_display()}: consent of {consent.client}",
            object=consent,
            badge=STATE_BADGES[State(consent.state)],
            text=_text(consent),
            initials=sorted(consent.initials.items(), key=lambda pair: int(pair[0])),
            drawing=polylines(consent.signature),
            witness_drawing=polylines(consent.witness_signature),
            said_no=services.said_no(consent),
            replaced_by=services.replaced_by(consent, Consent.objects.filter(client_id=consent.client_id)),
            ask_again=_may_ask_again(request, consent),
            may_withdraw=consent.state in CAN_END and request.user.has_perm("treatments.withdraw_consent"),
            may_refuse=consent.state == State.ASKED and request.user.has_perm("treatments.refuse_consent"),
        )

    def withdraw_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """The client took it back, and said so to the clinic."""

        def act(request: HttpRequest, consent: Consent, said: dict[str, Any]) -> str:
            services.withdraw_consent(consent=consent, **said, by=acting(request), at=timezone.now())
            return "The consent is withdrawn. It counts for nothing from now on."

        return self.action_page(
            request,
            object_id,
            act=act,
            permission="treatments.withdraw_consent",
            form_class=ReasonForm,
            title="Withdraw this consent",
            button="Withdraw",
            danger=True,
            lead="It ends at once: what it allowed is not allowed any more. Nothing is erased from the record.",
        )

    def refuse_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """The client said no in the room."""

        def act(request: HttpRequest, consent: Consent, said: dict[str, Any]) -> str:
            services.refuse_consent(
                consent=consent, **said, channel="", address=None, by=acting(request), at=timezone.now()
            )
            return "The refusal is recorded."

        return self.action_page(
            request,
            object_id,
            act=act,
            permission="treatments.refuse_consent",
            form_class=ReasonForm,
            title="Record a refusal",
            button="Record the refusal",
            lead="For a client who said no to you. An earlier yes to the same ends with it.",
        )

    def copy_file(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """The signed copy, as a download."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        consent = self.get_own(request, object_id)
        if not consent.pdf:
            raise Http404
        return as_download(consent.pdf, f"consent-{consent.pk}")  # type: ignore[return-value]


def _may_ask_again(request: HttpRequest, consent: Consent) -> bool:
    """After a no, or once the text has changed: unless it was asked or signed since, or somebody else treats."""
    ended = consent.state in {State.REFUSED, State.WITHDRAWN, State.OUTDATED}
    if not ended or consent.client.archived_at or not request.user.has_perm("treatments.add_consentrequest"):
        return False
    if consent.purpose == ConsentPurpose.TREATMENT and consent.practitioner.user_id != request.user.pk:
        return False
    since = Consent.objects.filter(client_id=consent.client_id, state__in=[State.ASKED, State.SIGNED])
    return not since.to(consent.purpose).exists()


def polylines(strokes: list[list[list[float]]]) -> list[str]:
    """A drawn signature for SVG: the points of each stroke. A dot is a stroke of no length."""
    return [" ".join(f"{x},{y}" for x, y in (stroke if len(stroke) > 1 else stroke * 2)) for stroke in strokes]


def _text(consent: Consent) -> Any:
    """What was signed; while it waits, what the client is to read. A refusal has no text."""
    if not consent.text and consent.state != State.ASKED:
        return None
    ready = services.ready_text(consent=consent, language=consent.language or consent.clinic.language)
    lines = [{"block": block, "items": [{"item": item} for item in block.items]} for block in ready.blocks]
    return {"language": ready.language, "lines": lines, "sha256": ready.sha256}
