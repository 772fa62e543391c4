"""Ask a client for consent: choose what for, send it or hand it over, send it again, close it."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from clients.links.admin import HandsOver
from clients.links.terms import Purpose
from clients.records.models import Client
from portal.adminsite.ids import id_from
from portal.adminsite.options import badge
from portal.practice.middleware import acting
from portal.security.refusals import Refused
from treatments.consents import services
from treatments.consents.forms import LONGEST_PRICE, AskForm
from treatments.consents.models import Consent, ConsentRequest
from treatments.consents.terms import STATE_BADGES, ConsentPurpose, State

ASKS = "treatments.add_consentrequest"
# What is asked of nearly everybody; the others are the practitioner's to tick.
OUTDATED = "; the text has changed since"
USUALLY = (ConsentPurpose.TREATMENT, ConsentPurpose.PHOTO_RECORD)


@admin.register(ConsentRequest)
class ConsentRequestAdmin(HandsOver):
    """The newest first; opening a row shows what was asked and what was answered."""

    empty_words = "Nobody was asked yet. Open a client and choose “Ask for consent”."
    list_display = ("client", "asked_on", "practitioner", "progress")
    search_fields = ("client__first_name", "client__last_name", "client__preferred_name")
    search_help_text = "Client's name"

    def get_queryset(self, request: HttpRequest) -> QuerySet[ConsentRequest]:
        """With the people on it, and how much waits."""
        people = ("client", "clinic", "plan", "asked_by", "practitioner__user")
        waiting = Count("consents", filter=Q(consents__state=State.ASKED))
        rows: QuerySet[ConsentRequest] = super().get_queryset(request).select_related(*people)
        return rows.annotate(asks=Count("consents"), waiting=waiting)

    @admin.display(description="asked", ordering="asked_at")
    def asked_on(self, row: ConsentRequest) -> Any:
        """The day."""
        return timezone.localdate(row.asked_at)

    @admin.display(description="answers")
    def progress(self, row: Any) -> str:
        """How much of it waits for the client."""
        words = f"{row.waiting} of {row.asks} waiting" if row.waiting else "Nothing waits"
        return badge("info" if row.waiting else "ok", words)

    def get_urls(self) -> list[URLPattern]:
        """Django's addresses, and a page for each change of state."""
        pages = {"resend": self.resend_page, "close": self.close_page, "hand_over": self.hand_over_page}
        own = [
            path(
                f"<int:object_id>/{verb.replace('_', '-')}/",
                self.admin_site.admin_view(page),
                name=f"treatments_consentrequest_{verb}",
            )
            for verb, page in pages.items()
        ]
        return [*own, *super().get_urls()]

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Ask one client; the person who is signed in treats, and takes the consent."""
        if not request.user.has_perm(ASKS):
            raise PermissionDenied
        client = Client.objects.filter(pk=id_from(request.GET.get("client", "")) or 0).first()
        if client is None and "client" in request.GET:
            raise Http404
        if client is None:
            messages.info(request, "Choose the client first, then “Ask for consent”.")
            return redirect("admin:clients_client_changelist")
        form = _ask_form(request, client)
        if form.is_valid() and (asked := self._ask(request, client, form)):
            verb = "hand_over" if form.cleaned_data["how"] == "hand_over" else "change"
            return redirect(f"admin:treatments_consentrequest_{verb}", asked.pk)
        return self.page(
            request,
            "admin/treatments/consentrequest/ask.html",
            title="Ask for consent",
            button="Ask",
            back_url=reverse("client_page", args=[client.pk]),
            client=client,
            form=form,
        )

    def _ask(self, request: HttpRequest, client: Client, form: AskForm) -> ConsentRequest | None:
        said = form.cleaned_data | {}
        by_email = said.pop("how") == "email"
        try:
            asked = services.ask_consent(
                client=client,
                practitioner=acting(request).membership,  # type: ignore[arg-type]  # who is signed in has one
                **said,
                by=acting(request),
                at=timezone.now(),
                by_email=by_email,
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
            return None
        if by_email:
            messages.success(request, f"The request is on its way to {client.email}.")
        return asked

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """What was asked, and each answer."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        asked = self.get_own(request, object_id)
        consents = asked.consents.order_by("pk")
        return self.page(
            request,
            "admin/treatments/consentrequest/page.html",
            title=f"Consent of {asked.client}",
            object=asked,
            consents=[(one, STATE_BADGES[State(one.state)]) for one in consents],
        )

    def resend_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Send the same request again."""

        def act(request: HttpRequest, asked: ConsentRequest, _said: dict[str, Any]) -> str:
            services.resend_request(request=asked, by=acting(request), at=timezone.now())
            return f"The request is on its way to {asked.client.email} again."

        lead = "The client gets another email with a link to the same texts."
        return self.action_page(
            request,
            object_id,
            act=act,
            permission=ASKS,
            form_class=forms.Form,
            title="Send it again",
            button="Send again",
            lead=lead,
        )

    def close_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Ask no longer."""

        def act(request: HttpRequest, asked: ConsentRequest, _said: dict[str, Any]) -> str:
            services.close_request(request=asked, by=acting(request), at=timezone.now())
            return "The request is closed."

        lead = "What waits for an answer is closed. What was signed or refused already stays as it is."
        return self.action_page(
            request,
            object_id,
            act=act,
            permission=ASKS,
            form_class=forms.Form,
            title="Close the request",
            button="Close",
            lead=lead,
            danger=True,
        )

    def hand_over_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """By tablet, QR code or a link to copy."""
        asked = self.get_own(request, object_id)
        return self.hand_over(
            request,
            client=asked.client,
            purpose=Purpose.CONSENT,
            subject_id=asked.pk,
            path=lambda token: reverse("consents:overview", args=[token]),
            permission=ASKS,
            title="Hand over the consent",
            back_url=reverse("admin:treatments_consentrequest_change", args=[asked.pk]),
        )


def _ask_form(request: HttpRequest, client: Client) -> AskForm:
    """What is neither in force nor asked for is ticked, when nearly everybody is asked it.

    Who comes for a plan, by its id in the address, asks about the treatment again: what is in force does not cover it.
    """
    words = _known(client)
    plans = client.plans.running()
    meant = plans.filter(pk=id_from(request.GET.get("plan", "")) or 0).first()
    running = meant or plans.first()
    asked_anew = {ConsentPurpose.TREATMENT} if meant else set()
    initial = {
        "purposes": [
            purpose.value
            for purpose in USUALLY
            if words.get(purpose, "").endswith(OUTDATED) or purpose not in words or purpose in asked_anew
            if (running or purpose != ConsentPurpose.TREATMENT)
        ],
        "plan": running,
        # One that is too long for the text is not cut short: a person writes it.
        "price": running.price_note if running and len(running.price_note) <= LONGEST_PRICE else "",
        "how": "email" if client.email else "hand_over",
    }
    posted = request.POST if request.method == "POST" else None
    return AskForm(posted, plans=plans, has_email=bool(client.email), known=words, initial=initial)


def _known(client: Client) -> dict[str, str]:
    """By purpose, in a few words: what waits or holds, else the client's last word."""
    found: dict[str, str] = {}
    rows = Consent.objects.filter(client=client).exclude(state__in=[State.CLOSED, State.REPLACED])
    # A later row overwrites an earlier one: their last word, then what holds, then what waits.
    for consent in sorted(rows, key=lambda row: (row.state == State.ASKED, row.state == State.SIGNED, row.answered_at)):
        found[consent.purpose] = _state_in_words(consent)
    return found


def _state_in_words(consent: Consent) -> str:
    if consent.answered_at is None:
        return "asked already"
    said_at = consent.withdrawn_at or consent.answered_at
    word = consent.state if consent.state in {State.REFUSED, State.WITHDRAWN} else "signed"
    return f"{word} on {timezone.localdate(said_at):%-d %b %Y}" + (OUTDATED if consent.state == State.OUTDATED else "")
