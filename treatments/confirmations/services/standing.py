"""Where a session's confirmation stands, and whether it counts."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from clients.records.models import Client
from treatments.confirmations.models import Confirmation
from treatments.confirmations.rules import Facts, fingerprint, is_too_early, why_not
from treatments.confirmations.terms import State
from treatments.screening.models import Screening

if TYPE_CHECKING:
    from treatments.sessions.models import Session


def why_not_confirmed(*, session: "Session", on: date) -> str:
    """Why the client's last answers are not confirmed for this session on that day, and what cures it; else ""."""
    rows = _standing(session)
    newest = rows[0] if rows else None
    submitted = _last_form(session.client)
    answered = newest.answered_at if newest else None
    day = session.clinic.local_day
    return why_not(
        Facts(
            on=on,
            state=State(newest.state) if newest else None,
            answered_on=day(answered) if answered else None,
            screened_on=day(submitted) if submitted else None,
            early_on=_early(rows, session),
            form_answers=any(one.state == State.CHANGED for one in rows),
            change_waits=change_waits(session.client),
        )
    )


def answered_early(session: "Session") -> date | None:
    """The day on which the client answered too early for it to count, while they are asked again; else None."""
    return _early(_standing(session), session)


def newest_of(session: "Session") -> Confirmation | None:
    """The newest confirmation of a session that was not closed."""
    return Confirmation.objects.filter(session=session).standing().first()


def shown_sha256(screening: Screening) -> str:
    """The hash of the answers as the client is shown them."""
    return fingerprint(screening.answers or {}, screening.questionnaire_hash)


def change_waits(client: Client) -> bool:
    """Whether the client said, before any of their sessions, that something has changed, and sent no form since."""
    reported = Confirmation.objects.filter(client=client, state=State.CHANGED)
    submitted = _last_form(client)
    return (reported.filter(answered_at__gt=submitted) if submitted else reported).exists()


def form_after(client: Client) -> Screening | None:
    """The form that is out, in which the client says what has changed."""
    return Screening.objects.filter(client=client).awaiting_client().first()


def _standing(session: "Session") -> list[Confirmation]:
    return list(Confirmation.objects.filter(session=session).standing())


def _early(rows: Sequence[Confirmation], session: "Session") -> date | None:
    """`rows` are the session's that were not closed, the newest first."""
    answered = next((one.answered_at for one in rows if one.answered_at), None)
    if answered is None or rows[0].state != State.ASKED:
        return None
    day = session.clinic.local_day
    return day(answered) if is_too_early(day(answered), day(session.scheduled_for)) else None


def _last_form(client: Client) -> datetime | None:
    newest = Screening.objects.filter(client=client).answered().first()
    return newest.submitted_at if newest else None
