"""What the pages of a session say: who gets no emails, where the confirmation stands, when the next could be."""

from datetime import datetime, time, timedelta

from django.http import HttpRequest
from django.utils import timezone

from clients.messages.admin.seeing import seen_by
from clients.records.models import Client
from treatments.confirmations.admin import BADGES as CONFIRMATION_BADGES
from treatments.confirmations.emails import NOT_ASKED, Asked, emails_of, how_asked
from treatments.confirmations.models import Confirmation
from treatments.confirmations.services import answered_early, newest_of, why_not_confirmed
from treatments.confirmations.terms import State as AskedState
from treatments.consents.services import why_no_email
from treatments.consents.terms import ConsentPurpose
from treatments.plans.models import Plan
from treatments.sessions.forms import earliest
from treatments.sessions.models import Session
from treatments.sessions.services import not_on_the_list
from treatments.sessions.terms import State

DONE = "The session is completed, and the follow-up emails are scheduled."
SENDS = "treatments.send_confirmation"
SEES_CARE = "treatments.view_sessionzone"


def confirmation_of(request: HttpRequest, session: Session) -> dict[str, object] | None:
    """Where the client's confirmation stands, and what can be done; None for those who do not send it."""
    if not request.user.has_perm(SENDS) or session.state == State.CANCELLED:
        return None
    newest, open_now = newest_of(session), session.state == State.BOOKED
    waits = newest is not None and newest.state == AskedState.ASKED
    sees_care = request.user.has_perm(SEES_CARE)
    emails = seen_by(request.user, emails_of(newest)) if newest and waits else []
    asked = how_asked(newest, emails, timezone.now()) if newest and waits else None
    early = answered_early(session) if waits else None
    return {
        "newest": newest,
        "asked": asked,
        "early": early,
        "badge": CONFIRMATION_BADGES[newest.state] if newest and sees_care else "info",
        "words": _asked(asked, again=early is not None) if asked else _answered(newest, sees_care=sees_care),
        "problem": why_not_confirmed(session=session, on=timezone.localdate()) if open_now and sees_care else "",
        "resend": waits and open_now and session.client.email,
        "hand_over": waits and open_now and sees_care,
        "ask": open_now and not waits,
    }


def _asked(asked: Asked, *, again: bool) -> str:
    return "To be asked again" if again and asked.badge == NOT_ASKED else asked.badge


def _answered(confirmation: Confirmation | None, *, sees_care: bool) -> str:
    """What the client said, or for the front desk that they did."""
    if confirmation is None:
        return ""
    return str(confirmation.get_state_display()) if sees_care else "Answered"


def no_emails(client: Client) -> str:
    """Why this client gets no follow-up emails, as things stand in the record; "" when they do."""
    if client.archived_at is not None:
        return f"{client.called} gets no follow-up emails: the record is archived."
    if not client.gets_follow_ups:
        return f"{client.called} gets no follow-up emails: they asked for none."
    if why_no_email(client=client, purpose=ConsentPurpose.FOLLOW_UP_EMAILS):
        return f"{client.called} gets no follow-up emails: they do not agree to them."
    if not client.email:
        return f"{client.called} gets no follow-up emails: there is no email address in the record."
    return ""


def cartridge_words(session: Session) -> str:
    """The lot, the product and the expiry; and how many, when it was more than one."""
    if not session.cartridge_lot:
        return ""
    expires = session.cartridge_expires_on
    gtin = f"GTIN {session.cartridge_gtin}" if session.cartridge_gtin else ""
    parts = [
        session.cartridge_lot,
        session.lot.product.name if session.lot else gtin,
        f"expires {expires:%-d %b %Y}" if expires else "",
        f"{session.cartridges_used} cartridges" if session.cartridges_used > 1 else "",
    ]
    return ", ".join(part for part in parts if part)


def completed_words(session: Session) -> str:
    """That it is completed, what follows, and what to add to the lists."""
    none = no_emails(session.client)
    done = f"The session is completed. {none}" if none else DONE
    return done if session.lot else f"{done} {not_on_the_list(session.cartridge_lot)}"


def facts_of(session: Session, *, sees_care: bool) -> list[tuple[str, str]]:
    """What the session's page says of it; the front desk is not told what was done."""
    facts = [
        ("Booked for", moment(session.scheduled_for)),
        ("Practitioner", str(session.practitioner)),
        ("Started", f"{moment(session.started_at)}, {session.started_by}" if session.started_at else ""),
        ("Ended", moment(session.ended_at)),
        ("Written down by", str(session.completed_by or "")),
        ("Device", str(session.device or "") if sees_care else ""),
        ("Cartridge lot", cartridge_words(session) if sees_care else ""),
        ("Notes", session.notes if sees_care else ""),
        ("Why it was cancelled", session.cancel_reason),
    ]
    return [(label, value) for label, value in facts if value]


def moment(at: datetime | None) -> str:
    """A date and time as people write it: "1 Jun 2026, 14:00"."""
    return f"{timezone.localtime(at):%-d %b %Y, %H:%M}" if at else ""


def suggested(plan: Plan, at: datetime) -> datetime:
    """When the next session could be: an interval after the last one and the days to reflect over, at ten.

    The next full hour when that is today.
    """
    last = Session.objects.filter(client_id=plan.client_id).latest_first().first()
    today = timezone.localdate(at)
    due = timezone.localdate(last.takes_place_at) + timedelta(days=plan.interval_days) if last else today
    due = max(due, earliest(plan) or today)
    if due > today:
        return timezone.make_aware(datetime.combine(due, time(10)))
    return timezone.localtime(at).replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
