"""The emails of consent: the request, the signed copy, and the word to the clinic that one was withdrawn."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext

from clients.links.services import issue_link
from clients.links.terms import Purpose
from clients.messages.kinds import Attachment, Kind, Rendered
from clients.messages.models import Message
from portal.practice.emails import render_parts
from treatments.consents.models import Consent, ConsentRequest
from treatments.consents.terms import State

REQUEST, COPY, WITHDRAWN = "consent_request", "consent_copy", "consent_withdrawn"
LINK_LASTS = timedelta(days=30)
COPY_LINK_LASTS = timedelta(days=3653)  # it withdraws, and that must stay possible: ten years
ARCHIVED = "The client is archived."


def create_request_kind() -> Kind:
    """The request to read and sign, as the post office needs to know it."""
    return Kind(name=REQUEST, title="Consent to sign", render=_render_request, reason_to_skip=_why_no_request)


def create_copy_kind() -> Kind:
    """The client's copy of what they signed."""
    return Kind(name=COPY, title="Copy of a consent", render=_render_copy, reason_to_skip=_why_no_copy)


def create_withdrawn_kind() -> Kind:
    """The word to the clinic that a client withdrew."""
    return Kind(
        name=WITHDRAWN,
        title="Consent withdrawn",
        render=_render_withdrawn,
        reason_to_skip=lambda _message, _at: "",
    )


def request_key(request: ConsentRequest, number: int) -> str:
    """The key of a request's nth email; the message finds its request by it."""
    return f"{request_keys(request)}{number}"


def request_keys(request: ConsentRequest) -> str:
    """What the keys of all its emails begin with."""
    return f"consentrequest:{request.pk}:asked:"


def copy_key(consent: Consent) -> str:
    """The key of the copy's message."""
    return f"consent:{consent.pk}:copy"


def withdrawn_key(consent: Consent) -> str:
    """The key of the message to the clinic."""
    return f"consent:{consent.pk}:withdrawn"


def _link(message: Message, request_id: int, at: datetime, lasts: timedelta) -> tuple[str, str]:
    """The address of the client's page, and the secret in it."""
    token = issue_link(client=message.client, purpose=Purpose.CONSENT, subject_id=request_id, at=at, lasts=lasts)
    return settings.BASE_URL + reverse("consents:overview", args=[token]), token


def _rendered(
    name: str, context: dict[str, Any], secrets: tuple[str, ...] = (), attachments: tuple[Attachment, ...] = ()
) -> Rendered:
    subject, text, html = render_parts(f"emails/consents/{name}", context)
    return Rendered(subject=subject, text=text, html=html, secrets=secrets, attachments=attachments)


def _render_request(message: Message, at: datetime) -> Rendered:
    request = _request_of(message)
    link, token = _link(message, request.pk, at, LINK_LASTS)
    context = {
        "clinic": message.clinic,
        "client": message.client,
        "practitioner": str(request.practitioner),
        "link": link,
        "open_until": at + LINK_LASTS,
    }
    return _rendered("request", context, (token,))


def _why_no_request(message: Message, _at: datetime) -> str:
    if message.client.archived_at is not None:
        return ARCHIVED
    if not _request_of(message).consents.filter(state=State.ASKED).exists():
        return "Nothing of it waits for the client any more."
    return ""


def _request_of(message: Message) -> ConsentRequest:
    wanted = ConsentRequest.objects.select_related("practitioner__user")
    return wanted.get(pk=_pk_in(message), client_id=message.client_id)


def _render_copy(message: Message, at: datetime) -> Rendered:
    consent = _consent_of(message)
    link, token = _link(message, consent.request_id, at, COPY_LINK_LASTS)
    context = {
        "clinic": message.clinic,
        "client": message.client,
        "what": consent.get_purpose_display(),
        "signed_on": consent.answered_at,
        "link": link,
    }
    with consent.pdf.open("rb") as pdf:
        name = gettext("consent-%(number)s.pdf") % {"number": consent.pk}
        copy = Attachment(name=name, content=pdf.read(), kind="application/pdf")
    return _rendered("copy", context, (token,), (copy,))


def _why_no_copy(message: Message, _at: datetime) -> str:
    if message.client.archived_at is not None:
        return ARCHIVED
    return "" if _consent_of(message).pdf else "There is no copy to send."


def _render_withdrawn(message: Message, _at: datetime) -> Rendered:
    consent = _consent_of(message)
    client = message.client
    context = {
        "clinic": message.clinic,
        "initials": f"{client.first_name[:1]}. {client.last_name[:1]}.",
        "withdrawn_at": consent.withdrawn_at,
        "link": settings.BASE_URL + reverse("client_page", args=[client.pk]),
    }
    return _rendered("withdrawn", context)


def _consent_of(message: Message) -> Consent:
    return Consent.objects.get(pk=_pk_in(message), client_id=message.client_id)


def _pk_in(message: Message) -> int:
    return int(message.key.split(":")[1])
