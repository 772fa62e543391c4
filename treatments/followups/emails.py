"""The emails after a session, and the one that calls the clinic to a red flag."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse

from clients.links.services import issue_link
from clients.links.terms import Purpose
from clients.messages.kinds import Kind, Rendered
from clients.messages.models import Message
from clients.records.terms import SkinType
from portal.practice.emails import render_parts
from portal.practice.guidance import emergency_words
from treatments.consents.services import why_no_email
from treatments.consents.terms import ConsentPurpose
from treatments.followups.models import Alert, Followup, Reply
from treatments.followups.questions import QUESTIONS
from treatments.followups.terms import RESULTS, Step

if TYPE_CHECKING:
    from portal.practice.models import Clinic
    from treatments.sessions.models import Session

FOLLOWUP, RED_FLAG = "followup", "red_flag"
LINK_LASTS = timedelta(days=30)
# Skin that darkens after injury, and diseases that an injury can bring out. Source: docs/clinical.md section 3, E4.
MARKS_EASILY = (SkinType.IV, SkinType.V, SkinType.VI)
INJURY_BRINGS_OUT = ("psoriasis", "vitiligo", "lichen_planus")


def create_followup_kind() -> Kind:
    """A step after a session, as the post office needs to know it."""
    return Kind(
        name=FOLLOWUP,
        title="Follow-up",
        render=_render,
        reason_to_skip=_reason_to_skip,
        words=_words,
        telling=(f":{Step.DAY_14}",),  # it leaves only for certain skin, diseases and answers
        purpose=ConsentPurpose.FOLLOW_UP_EMAILS,
    )


def create_red_flag_kind() -> Kind:
    """The call to the clinic."""
    return Kind(name=RED_FLAG, title="Red flag", render=_render_red_flag, reason_to_skip=_red_flag_reason_to_skip)


def followup_key(session: "Session", step: Step) -> str:
    """The key of one step's message: a second one is refused."""
    return f"session:{session.pk}:{step}"


def emergency_of(clinic: "Clinic") -> str:
    """Whom to call: the clinic's own wording, else its country's."""
    return clinic.emergency_words or emergency_words(clinic.country)


def _words(message: Message) -> str:
    return f"Follow-up: {Step(message.key.rsplit(':', 1)[1]).label}"


def _followup_of(message: Message) -> Followup:
    wanted = ("client", "clinic", "session__plan", "session__practitioner__user")
    return Followup.objects.select_related(*wanted).get(message=message)


def _render(message: Message, at: datetime) -> Rendered:
    followup = _followup_of(message)
    session, clinic = followup.session, followup.clinic
    context: dict[str, object] = {
        "clinic": clinic,
        "client": followup.client,
        "practitioner": session.practitioner.user.full_name,
        "emergency": emergency_of(clinic),
    }
    if followup.step == Step.WEEK_4:
        context |= _next_session(session, at)
    secrets: tuple[str, ...] = ()
    if QUESTIONS[followup.step]:
        token = issue_link(
            client=followup.client, purpose=Purpose.FOLLOW_UP, subject_id=followup.pk, at=at, lasts=LINK_LASTS
        )
        context |= {"link": settings.BASE_URL + reverse("followups:reply", args=[token]), "until": at + LINK_LASTS}
        secrets = (token,)
    return _rendered(followup.step, context, secrets)


def _next_session(session: "Session", at: datetime) -> dict[str, object]:
    """When the next session is, if it is booked; else from when it is due, if the plan has one left."""
    plan = session.plan
    booked = plan.sessions.booked_between(at, at + timedelta(days=366)).order_by("scheduled_for").first()
    if booked is not None:
        return {"next_booked": booked.scheduled_for}
    runs = type(plan).objects.running().filter(pk=plan.pk).exists()
    if session.ended_at is None or not runs or session.number >= plan.sessions_planned:
        return {}
    return {"next_due": max(at, session.ended_at + timedelta(days=plan.interval_days))}


def _rendered(name: str, context: dict[str, object], secrets: tuple[str, ...] = ()) -> Rendered:
    subject, text, html = render_parts(f"emails/followups/{name}", context)
    return Rendered(subject=subject, text=text, html=html, secrets=secrets)


def _superseded(followup: Followup) -> bool:
    done = followup.client.sessions.completed()
    return followup.step in RESULTS and done.filter(ended_at__gt=followup.session.ended_at).exists()


def _day_14_not_needed(followup: Followup) -> bool:
    """The two-week check is for skin that marks or flares easily, and for who was not clear after a week."""
    if followup.step != Step.DAY_14 or followup.client.skin_type in MARKS_EASILY:
        return False
    week = Reply.objects.filter(followup__session=followup.session, followup__step=Step.DAY_7)
    screening = followup.client.screenings.answered().first()
    answers = (screening and screening.answers) or {}
    told = answers.get("pih_history") == "yes" or any(
        answers.get(disease) not in (None, "", "none") for disease in INJURY_BRINGS_OUT
    )
    return not told and not week.not_clear().exists()


def _open_red_flag(followup: Followup) -> bool:
    return followup.step in RESULTS and Alert.objects.waiting().filter(client=followup.client).exists()


# In this order: the first that holds is the reason.
REASONS: tuple[tuple[Callable[[Followup], bool], str], ...] = (
    (lambda followup: followup.client.archived_at is not None, "The client is archived."),
    (lambda followup: not followup.client.gets_follow_ups, "The client does not want follow-up emails."),
    (lambda followup: not followup.client.email, "The client has no email address."),
    (lambda followup: Reply.objects.filter(followup=followup).exists(), "The client has already answered."),
    (_superseded, "A newer session replaces it."),
    (_day_14_not_needed, "This check is for skin that marks or flares easily, or was not clear after a week."),
    (
        _open_red_flag,
        "Nobody has acted yet on a warning sign in the client's answers; a cheerful email would be wrong.",
    ),
)


def _reason_to_skip(message: Message, _at: datetime) -> str:
    followup = _followup_of(message)
    refused = why_no_email(client=followup.client, purpose=ConsentPurpose.FOLLOW_UP_EMAILS)
    return refused or next((why for holds, why in REASONS if holds(followup)), "")


def _render_red_flag(message: Message, _at: datetime) -> Rendered:
    alert = Alert.objects.select_related("client", "clinic").get(message=message)
    context = {
        "clinic": alert.clinic,
        "initials": f"{alert.client.first_name[:1]}. {alert.client.last_name[:1]}.",
        "act_by": alert.act_by,
        "link": settings.BASE_URL + reverse("admin:treatments_alert_change", args=[alert.pk]),
    }
    return _rendered("red_flag", context)


def _red_flag_reason_to_skip(message: Message, _at: datetime) -> str:
    waiting = Alert.objects.waiting().filter(message=message).exists()
    return "" if waiting else "Somebody has already acted on it."
