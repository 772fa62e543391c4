"""What the client says before a session: nothing has changed, or something has."""

from datetime import datetime

from django.db import transaction

from clients.messages.services import cancel_messages
from clients.records.rules import is_whole_name
from portal.audit.services import record
from treatments.confirmations.emails import emails_of
from treatments.confirmations.models import Confirmation
from treatments.confirmations.rules import is_too_early
from treatments.confirmations.services.asking import ask_confirmation, close_confirmations, held
from treatments.confirmations.services.refusals import AnswersChanged, NameMissing, NothingToConfirm
from treatments.confirmations.services.standing import change_waits, form_after, shown_sha256
from treatments.confirmations.terms import State
from treatments.screening.models import Draft, Screening
from treatments.screening.services import screening_in_force

LONGEST_NAME = 120


@transaction.atomic
def confirm_nothing_changed(
    *,
    confirmation: Confirmation,
    answers_sha256: str,
    signed_name: str,
    channel: str,
    address: str | None,
    at: datetime,
) -> Confirmation:
    """The client signs, once, that the answers they were shown still hold. Said too early, it is asked again in time.

    Raises NotWaiting, NothingToConfirm, AnswersChanged (others were shown), NameMissing.
    """
    confirmation = held(confirmation, State.ASKED)
    screening = screening_in_force(client=confirmation.client)
    if screening is None or change_waits(confirmation.client):
        raise NothingToConfirm
    if answers_sha256 != shown_sha256(screening):
        raise AnswersChanged
    name = " ".join(signed_name.split())
    if not is_whole_name(name, str(confirmation.client)) or len(name) > LONGEST_NAME:
        raise NameMissing
    confirmation.state, confirmation.screening = State.CONFIRMED, screening
    confirmation.answers_sha256, confirmation.signed_name = answers_sha256, name
    confirmation.channel, confirmation.answered_from, confirmation.answered_at = channel, address or None, at
    confirmation.save()
    cancel_messages(messages=emails_of(confirmation), why="The client had already answered.", at=at)
    record(
        clinic=confirmation.clinic,
        action="confirmation.confirmed",
        subject=confirmation,
        at=at,
        client_acted=True,
        screening=screening.pk,
        answers_sha256=answers_sha256,
        channel=str(channel),
    )
    if _will_be_old(confirmation, at) and confirmation.client.archived_at is None:
        ask_confirmation(session=confirmation.session, at=at)
    return confirmation


@transaction.atomic
def report_change(*, confirmation: Confirmation, channel: str, at: datetime, address: str | None = None) -> Screening:
    """Something has changed: a new form that begins with the last answers. Also after the client had confirmed.

    A form that is out already is taken. Said too early, they are asked again in time, unless the form comes so late
    that it counts. Raises NotWaiting, NothingToConfirm.
    """
    confirmation = held(confirmation, State.ASKED, State.CONFIRMED)
    client, old = confirmation.client, screening_in_force(client=confirmation.client)
    if old is None or client.archived_at is not None:
        raise NothingToConfirm
    if confirmation.state == State.CONFIRMED:  # what was signed stays as it was
        close_confirmations(session=confirmation.session, why="The client had already answered.", at=at)
        confirmation = Confirmation(
            clinic=confirmation.clinic, client=client, session=confirmation.session, asked_at=at
        )
    confirmation.state, confirmation.screening = State.CHANGED, old
    confirmation.channel, confirmation.answered_from, confirmation.answered_at = channel, address or None, at
    confirmation.save()
    cancel_messages(messages=emails_of(confirmation), why="The client had already answered.", at=at)
    new = form_after(client) or _new_form(confirmation, old, at)
    record(
        clinic=confirmation.clinic,
        action="confirmation.changed",
        subject=confirmation,
        at=at,
        client_acted=True,
        screening=new.pk,
        follows=old.pk,
        channel=str(channel),
    )
    if _will_be_old(confirmation, at):
        ask_confirmation(session=confirmation.session, at=at)
    return new


def _will_be_old(confirmation: Confirmation, at: datetime) -> bool:
    day = confirmation.clinic.local_day
    return is_too_early(day(at), day(confirmation.session.scheduled_for))


def _new_form(confirmation: Confirmation, old: Screening, at: datetime) -> Screening:
    """For what the old one was judged with; whoever treats is the one who asks."""
    new = Screening.objects.create(
        clinic=confirmation.clinic,
        client=confirmation.client,
        areas=old.areas,
        device_kind=old.device_kind,
        topical_anaesthetic=old.topical_anaesthetic,
        max_depth_mm=old.max_depth_mm,
        requested_at=at,
        requested_by=confirmation.session.practitioner.user,
        follows=old,
    )
    Draft.objects.create(
        clinic=confirmation.clinic, screening=new, answers=dict(old.answers or {}), begun_at=at, saved_at=at
    )
    return new
