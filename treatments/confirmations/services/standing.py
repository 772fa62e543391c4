"""Where a session's confirmation stands, and whether it counts."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from clients.records.models import Client
from treatments.confirmations.models import Confirmation
from treatments.confirmations.rules import Facts, fingerprint, why_not
from treatments.confirmations.terms import State
from treatments.screening.models import Screening

if TYPE_CHECKING:
    from treatments.sessions.models import Session


def why_not_confirmed(*, session: "Session", on: date) -> str:
    """Why the client's last answers are not confirmed for this session on that day, and what cures it; else ""."""
    newest = newest_of(session)
    submitted = _last_form(session.client)
    answered = newest.answered_at if newest else None
    day = session.clinic.local_day
    return why_not(
        Facts(
            on=on,
            state=State(newest.state) if newest else None,
            answered_on=day(answered) if answered else None,
            screened_on=day(submitted) if submitted else None,
            change_waits=change_waits(session.client),
        )
    )


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


def _last_form(client: Client) -> datetime | None:
    newest = Screening.objects.filter(client=client).answered().first()
    return newest.submitted_at if newest else None
