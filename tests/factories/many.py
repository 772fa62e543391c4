"""Many clients at once, each with one follow-up that is due: the rows that services would have left, in bulk."""

from datetime import date, timedelta
from uuid import uuid4

from clients.models import Client, Message
from tests.factories.treatments import DeviceFactory, MembershipFactory
from treatments.care.services import version_in_force
from treatments.followups.emails import FOLLOWUP, followup_key
from treatments.followups.terms import Step
from treatments.models import Enrolment, Followup, Layout, Plan, Session

WEEK = timedelta(days=7)
AFTER = {"day_7": timedelta(days=7), "week_4": timedelta(days=29)}


def many_due(clinic, number, *, at, step="day_7", name="client"):
    """So many messages of one step, due at that moment, to `name`0@example.org and so on. Day 7 is not reminded of."""
    by, device = MembershipFactory(clinic=clinic), DeviceFactory(clinic=clinic)
    clients = Client.objects.bulk_create([_client(clinic, f"{name}{n}") for n in range(number)])
    Layout.objects.bulk_create([_layout(client) for client in clients])
    plans = Plan.objects.bulk_create(
        [
            Plan(clinic=clinic, client=client, practitioner=by, goals=["acne_scars"], state="active")
            for client in clients
        ]
    )
    sessions = Session.objects.bulk_create([_session(plan, by, device, at - AFTER[step]) for plan in plans])
    version = version_in_force(clinic=clinic, at=at)
    enrolments = Enrolment.objects.bulk_create([_enrolment(session, version) for session in sessions])
    messages = Message.objects.bulk_create([_message(session, step, at) for session in sessions])
    pairs = zip(enrolments, messages, strict=True)
    Followup.objects.bulk_create([_followup(enrolment, message, step) for enrolment, message in pairs])
    return messages


def _client(clinic, name):
    return Client(
        clinic=clinic,
        first_name=name.title(),
        last_name=f"Of{name}",
        date_of_birth=date(1985, 5, 17),
        email=f"{name}@example.org",
    )


def _layout(client):
    """As laid out already: else a worker would do so, and add the other steps."""
    clinic = client.clinic
    hours = {"zone": clinic.time_zone, "opens": clinic.sends_from, "closes": clinic.sends_until}
    return Layout(clinic=clinic, client=client, **hours)


def _session(plan, by, device, ended_at):
    begun_at = ended_at - timedelta(hours=1)
    return Session(
        clinic_id=plan.clinic_id,
        client=plan.client,
        plan=plan,
        practitioner=by,
        number=1,
        scheduled_for=begun_at,
        state="completed",
        started_at=begun_at,
        started_by=by.user,
        ended_at=ended_at,
        completed_by=by.user,
        device=device,
        cartridge_lot="L1",
        before_gate=True,
    )


def _enrolment(session, version):
    whose = {"clinic_id": session.clinic_id, "client": session.client, "session": session}
    return Enrolment(version=version, anchored_at=session.ended_at, enrolled_at=session.ended_at, **whose)


def _message(session, step, at):
    return Message(
        clinic_id=session.clinic_id,
        client=session.client,
        kind=FOLLOWUP,
        key=followup_key(session.pk, step),
        due_at=at,
        next_try_at=at,
        send_by=at + WEEK,
        message_id=f"<{uuid4()}@example.org>",
    )


def _followup(enrolment, message, step):
    return Followup(
        clinic_id=message.clinic_id,
        client=message.client,
        session=enrolment.session,
        enrolment=enrolment,
        step=step,
        title=Step(step).label,
        asks="results" if step == "week_4" else step,
        about_results=step == "week_4",
        message=message,
        due_at=message.due_at,
        send_by=message.send_by,
    )
