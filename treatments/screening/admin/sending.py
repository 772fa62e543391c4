"""Send a form, hand it over, send it again, withdraw it, invite again."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from clients.links.admin import HandsOver
from clients.links.terms import Purpose
from clients.records.models import Client
from portal.adminsite.forms import add_refusal
from portal.adminsite.ids import id_from
from portal.practice.middleware import acting
from portal.security.refusals import Refused
from treatments.screening import services
from treatments.screening.admin.not_now import TO_CLIENT, why_not_invite, why_not_resend, why_not_waiting
from treatments.screening.forms.staff import SendForm
from treatments.screening.models import Screening

HANDED = "Hand over the screening form"
HAND_OVER = "admin:treatments_screening_hand_over"
BEGUN = "The client has begun this form. Somebody who treats can hand it over; you can send it again by email."


class SendingPages(HandsOver):
    """What the front desk may do too: no page here shows an answer."""

    def send_page(self, request: HttpRequest) -> HttpResponse:
        """A form for one client, or why there can be none and what to do."""
        if not request.user.has_perm("treatments.send_screening"):
            raise PermissionDenied
        wanted = request.GET.get("client", "")
        if not wanted:
            messages.info(request, "Choose the client first, then “Send screening form”.")
            return redirect("admin:clients_client_changelist")
        client = Client.objects.filter(pk=id_from(wanted) or 0).first()
        if client is None:
            raise Http404
        posted = request.POST if request.method == "POST" else None
        # What is planned is written in the plan, which the front desk does not see.
        known = planned_for(client) if request.user.has_perm("treatments.view_plan") else {}
        form = SendForm(posted, email=client.email, initial=known)
        if form.is_valid() and (sent := self._send(request, client, form)):
            return _after(request, sent, by_email=form.cleaned_data["by_email"])
        return self.page(
            request,
            "admin/treatments/screening/send.html",
            title="Send a screening form" if client.email else "Give a screening form",
            button="Send the form" if client.email else "Prepare the form",
            back_url=reverse("client_page", args=[client.pk]),
            client=client,
            form=form,
            from_plan=bool(known),
            out=Screening.objects.filter(client=client).awaiting_client().first(),
        )

    def _send(self, request: HttpRequest, client: Client, form: SendForm) -> Screening | None:
        try:
            return services.send_screening(client=client, **form.cleaned_data, by=acting(request), at=timezone.now())
        except Refused as refusal:
            add_refusal(form, refusal)
            return None

    def hand_over_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """The client's page as a link, a QR code or on this tablet.

        Once something is written on it, only for those who may read it: the page shows what is written so far.
        """
        screening = self.get_own(request, object_id)
        why = self._why_not_hand_over(request, screening)
        if why:
            back = reverse("client_page", args=[screening.client_id])
            page = {"object": screening, "why": why, "back_url": back, "back_words": TO_CLIENT}
            return self.page(request, "admin/not_now.html", title=HANDED, **page)
        written = screening.follows_id is not None or hasattr(screening, "draft")
        if written and not request.user.has_perm("treatments.view_screening"):
            messages.info(request, BEGUN)
            return redirect("client_page", screening.client_id)
        return self.hand_over(
            request,
            client=screening.client,
            purpose=Purpose.SCREENING,
            subject_id=screening.pk,
            path=lambda token: reverse("screening:form", args=[token]),
            permission="treatments.send_screening",
            title=HANDED,
            back_url=reverse("client_page", args=[screening.client_id]),
        )

    def _why_not_hand_over(self, request: HttpRequest, screening: Screening) -> str:
        """A form that is out, or what the practitioner still asks: that is read by those who treat alone."""
        if not request.user.has_perm("treatments.send_screening"):
            raise PermissionDenied
        asked = services.open_query(screening=screening) and request.user.has_perm("treatments.view_screening")
        return "" if asked else why_not_waiting(screening)

    def invite_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """A deferred client's day has come: a new form for the same plan. Today posts here with one press."""
        made: list[Screening] = []

        def act(request: HttpRequest, screening: Screening, _said: dict[str, Any]) -> str:
            made.append(services.invite_again(screening=screening, by=acting(request), at=timezone.now()))
            if made[0].client.email:
                return f"A new form is on its way to {made[0].client.email}."
            return "The new form is ready. Hand it over now."

        def done(screening: Screening) -> str:
            return reverse("admin:index") if screening.client.email else reverse(HAND_OVER, args=[made[0].pk])

        client_id = self.get_own(request, object_id).client_id
        return self.action_page(
            request,
            object_id,
            act=act,
            form_class=forms.Form,
            title="Invite again",
            button="Invite again",
            permission="treatments.decide_screening",
            done=done,
            why_not=lambda row: why_not_invite(row, row.local_day(timezone.now())),
            back_words=TO_CLIENT,
            back_url=reverse("client_page", args=[client_id]),
            lead="The time to wait is over. The client fills in a new form for the same plan, and you decide again.",
        )

    def resend_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Send the same form again."""

        def act(request: HttpRequest, screening: Screening, _said: dict[str, Any]) -> str:
            services.resend_screening(screening=screening, by=acting(request), at=timezone.now())
            return f"The form is on its way to {screening.client.email} again."

        return self._desk_page(
            request,
            object_id,
            act,
            why_not=why_not_resend,
            title="Send the form again",
            button="Send again",
            permission="treatments.send_screening",
            lead="The client gets another email with a link to the same form.",
        )

    def withdraw_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Close a form that is out."""

        def act(request: HttpRequest, screening: Screening, _said: dict[str, Any]) -> str:
            services.withdraw_screening(screening=screening, by=acting(request), at=timezone.now())
            return "The form is withdrawn. Its link does not open any more."

        return self._desk_page(
            request,
            object_id,
            act,
            why_not=why_not_waiting,
            title="Withdraw the form",
            button="Withdraw",
            permission="treatments.withdraw_screening",
            lead="The client's link stops working, and what they have written so far is deleted. "
            "An email that has not left yet is held back.",
            danger=True,
        )

    def _desk_page(self, request: HttpRequest, object_id: int, act: Any, **page: Any) -> HttpResponse:
        """A page that leads back to the client, whose page the front desk may see."""
        client_id = self.get_own(request, object_id).client_id
        back = reverse("client_page", args=[client_id])
        return self.action_page(
            request,
            object_id,
            act=act,
            form_class=forms.Form,
            done=lambda _: back,
            back_url=back,
            back_words=TO_CLIENT,
            **page,
        )


def _after(request: HttpRequest, sent: Screening, *, by_email: bool) -> HttpResponse:
    if by_email:
        messages.success(request, f"The form is on its way to {sent.client.email}.")
        return redirect("client_page", sent.client_id)
    return redirect(HAND_OVER, sent.pk)


def planned_for(client: Client) -> dict[str, Any]:
    """What the client's newest running plan asks for, as a form's initial values; {} without one.

    Plans lie above: by name only.
    """
    plan = client.plans.running().first()
    zones = list(plan.zones.all()) if plan else []
    if plan is None or not zones:
        return {}
    return {
        "areas": [zone.zone for zone in zones],
        "device_kind": plan.device_kind,
        "topical_anaesthetic": plan.topical_anaesthetic,
        "max_depth_mm": max(zone.depth_mm for zone in zones),
    }
