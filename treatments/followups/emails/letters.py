"""What a follow-up email says."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse

from clients.links.services import issue_link
from clients.links.terms import Purpose
from clients.messages.kinds import Rendered
from clients.messages.models import Message
from portal.practice.emails import render_parts
from portal.practice.guidance import emergency_words
from treatments.followups.emails.facts import Letter
from treatments.followups.emails.reasons import right_steps
from treatments.followups.models import Followup
from treatments.followups.questions import QUESTIONS
from treatments.followups.terms import Step

if TYPE_CHECKING:
    from portal.practice.models import Clinic

LINK_LASTS = timedelta(days=30)


def emergency_of(clinic: "Clinic") -> str:
    """Whom to call: the clinic's own wording, else its country's."""
    return clinic.emergency_words or emergency_words(clinic.country)


def render(message: Message, at: datetime) -> Rendered:
    """The leading step's words; behind its link the questions of all steps that it carries."""
    letter: Letter = message.gathered
    steps = right_steps(letter)
    followup, clinic = steps[0], letter.client.clinic
    context: dict[str, object] = {
        "clinic": clinic,
        "client": letter.client,
        "practitioner": followup.session.practitioner.user.full_name,
        "emergency": emergency_of(clinic),
    }
    if followup.step == Step.WEEK_4:
        context |= _next_session(followup, letter, at)
    asking = next((step for step in steps if QUESTIONS[step.asks]), None)
    secrets: tuple[str, ...] = ()
    if asking is not None:
        token = issue_link(
            client=letter.client, purpose=Purpose.FOLLOW_UP, subject_id=asking.pk, at=at, lasts=LINK_LASTS
        )
        context |= {"link": settings.BASE_URL + reverse("followups:reply", args=[token]), "until": at + LINK_LASTS}
        secrets = (token,)
    subject, text, html = render_parts(f"emails/followups/{followup.step}", context)
    return Rendered(subject=subject, text=text, html=html, secrets=secrets)


def _next_session(followup: Followup, letter: Letter, at: datetime) -> dict[str, object]:
    """When the next session is, if it is booked; else from when it is due, if the plan has one left."""
    session, plan = followup.session, followup.session.plan
    if letter.next_booked:
        return {"next_booked": letter.next_booked}
    if session.ended_at is None or not plan.is_running or session.number >= plan.sessions_planned:
        return {}
    return {"next_due": max(at, session.ended_at + timedelta(days=plan.interval_days))}
