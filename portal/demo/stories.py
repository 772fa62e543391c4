"""What happens to one client, act by act. Every act goes through the service behind the same click."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from clients.links.terms import Channel
from clients.records.models import Client
from clients.records.services import archive_client
from portal.audit.services import record
from portal.demo.clinic import Team
from portal.demo.people import Person
from portal.demo.play import Play, Story
from portal.practice.models import Membership
from treatments.confirmations.services import confirm_nothing_changed, newest_of, shown_sha256
from treatments.consents.models import Consent
from treatments.consents.services import (
    ask_consent,
    consent_in_force,
    ready_text,
    refuse_consent,
    sign_consent,
    withdraw_consent,
)
from treatments.consents.terms import ConsentPurpose
from treatments.followups.models import Alert, Followup
from treatments.followups.questions import QUESTIONS, Answers
from treatments.followups.services import acknowledge_alert, submit_reply
from treatments.followups.terms import Step
from treatments.plans.guidance import ZoneDepth
from treatments.plans.models import Plan
from treatments.plans.services import open_plan
from treatments.screening.models import Screening
from treatments.screening.questionnaire import default
from treatments.screening.services import accept_screening, screening_in_force, send_screening, submit_screening
from treatments.sessions.models import Session
from treatments.sessions.services import book_session, complete_session, start_session

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FACE = (ZoneDepth("cheeks", Decimal("1.00")), ZoneDepth("forehead", Decimal("0.50")))
SCARS = (ZoneDepth("cheeks", Decimal("1.50")), ZoneDepth("chin", Decimal("1.00")))
DEEP_SCARS = (ZoneDepth("cheeks", Decimal("1.75"), "Deep boxcar scars; no answer to 1.5 mm."),)
NECK = (ZoneDepth("neck", Decimal("0.50")), ZoneDepth("decollete", Decimal("0.50")))
BODY = (ZoneDepth("thighs", Decimal("1.25")), ZoneDepth("abdomen", Decimal("1.25")))
CALM: Answers = {"redness": "1", "swelling": "0", "pain": "2", "signs": ["none"], "comment": ""}
PLEASED: Answers = {"change": "better", "satisfaction": "8", "would_repeat": "yes", "health_changes": "no"}


def clear_answers() -> dict[str, str | None]:
    """To every question that the client is asked, the answer that no rule minds, where there is one."""
    clear: dict[str, str | None] = {}
    for question in default().questions:
        risky = {value for rule in question.rules for value in rule.values}
        fine = [option.value for option in question.options if option.value not in risky]
        if question.asked_of == "client" and fine:
            clear[question.key] = fine[0]
    return clear


def answers_to(step: str, **said: str | list[str]) -> Answers:
    """A whole reply: nothing wrong, except for what was said."""
    usual: Answers = CALM | PLEASED | said
    return {question.key: usual.get(question.key, "") for question in QUESTIONS[step]}


@dataclass
class Patient:
    """A client as their story goes on: who cares for them, and the rows made so far."""

    play: Play
    team: Team
    person: Person
    by: Membership
    agrees_to: tuple[str, ...] = ()  # besides the treatment
    client: Client = field(init=False)
    screening: Screening = field(init=False)
    plan: Plan = field(init=False)
    session: Session = field(init=False)

    def comes_in(self, at: datetime) -> Story:
        """The front desk writes the record."""
        yield at
        person = self.person
        self.client = Client.objects.create(
            clinic=self.team.clinic,
            first_name=person.first,
            last_name=person.last,
            preferred_name=person.called,
            date_of_birth=person.born,
            email=person.email,
            phone=f"07700 900{101 + Client.objects.count()}",
            address=person.address,
            skin_type=person.skin,
            goals=list(person.goals),
            alerts=person.alerts,
            notes=person.notes,
        )
        Client.objects.filter(pk=self.client.pk).update(created_at=at)
        by = self.team.priya.user
        record(clinic=self.team.clinic, action="client.added", subject=self.client, at=at, by=by)

    def is_asked(self, at: datetime, zones: Sequence[ZoneDepth] = FACE) -> Story:
        """The screening form is sent."""
        yield at
        self.screening = send_screening(
            client=self.client,
            areas=[zone.zone for zone in zones],
            device_kind="mechanical",
            topical_anaesthetic=False,
            max_depth_mm=max(zone.depth_mm for zone in zones),
            by=self.by.user,
            at=at,
        )

    def answers(self, at: datetime, **said: str | None) -> Story:
        """They fill the form in."""
        yield at
        signed: dict[str, str | None] = {
            "date_of_birth": self.person.born.isoformat(),
            "signed_name": f"{self.person.first} {self.person.last}",
        }
        submit_screening(screening=self.screening, answers=clear_answers() | signed | said, at=at)

    def is_accepted(self, at: datetime, reason: str = "") -> Story:
        """The practitioner accepts the screening."""
        yield at
        own = {"expectations": "realistic"}
        accept_screening(screening=self.screening, reason=reason, own_answers=own, by=self.by.user, at=at)

    def is_screened(
        self, at: datetime, zones: Sequence[ZoneDepth] = FACE, reason: str = "", **said: str | None
    ) -> Story:
        """From the front desk to an accepted screening, in a day and a half."""
        yield from self.comes_in(at)
        yield from self.is_asked(at + timedelta(minutes=10), zones)
        yield from self.answers(at + 8 * HOUR, **said)
        yield from self.is_accepted(at + 30 * HOUR, reason)

    def gets_a_plan(
        self, at: datetime, zones: Sequence[ZoneDepth] = FACE, sessions: int = 4, interval: int = 28
    ) -> Story:
        """The practitioner plans a series."""
        yield at
        self.plan = open_plan(
            client=self.client,
            practitioner=self.by,
            zones=zones,
            goals=self.client.goals,
            by=self.by.user,
            at=at,
            sessions_planned=sessions,
            interval_days=interval,
        )
        Plan.objects.filter(pk=self.plan.pk).update(created_at=at)
        yield from self.consents(at + timedelta(minutes=20), *self.agrees_to)

    def consents(self, at: datetime, *more: str) -> Story:
        """They are asked for their consent to treatment, and for whatever else is named, and sign all of it."""
        yield at
        purposes = [ConsentPurpose.TREATMENT, *more]
        request = ask_consent(
            client=self.client,
            purposes=purposes,
            practitioner=self.by,
            plan=self.plan,
            by_email=False,
            by=self.by.user,
            at=at,
        )
        yield at + timedelta(minutes=12)
        for consent in request.consents.order_by("pk"):
            self.signs(consent, at + timedelta(minutes=12))

    def signs(self, consent: Consent, at: datetime) -> None:
        """They sign one text on the clinic's tablet."""
        text = ready_text(consent=consent, language="en")
        initials = {str(clause): f"{self.person.first[0]}{self.person.last[0]}" for clause in text.initials}
        sign_consent(
            consent=consent,
            language="en",
            text_sha256=text.sha256,
            signed_name=f"{self.person.first} {self.person.last}",
            initials=initials,
            channel=Channel.TABLET,
            address=None,
            at=at,
        )

    def refuses(self, at: datetime, purpose: str, reason: str) -> Story:
        """They are asked for one thing more, and say no."""
        yield at
        request = ask_consent(
            client=self.client,
            purposes=[purpose],
            practitioner=self.by,
            plan=None,
            by_email=False,
            by=self.by.user,
            at=at,
        )
        consent = request.consents.get()
        refuse_consent(consent=consent, reason=reason, channel=Channel.TABLET, address=None, at=at)

    def withdraws(self, at: datetime, purpose: str, reason: str) -> Story:
        """They take one consent back."""
        yield at
        consent = consent_in_force(client=self.client, purpose=purpose)
        if consent:
            withdraw_consent(consent=consent, reason=reason, at=at)

    def confirms(self, at: datetime) -> Story:
        """Before the session they say that nothing has changed."""
        yield at
        confirmation = newest_of(self.session)
        screening = screening_in_force(client=self.client)
        if confirmation and screening:
            confirm_nothing_changed(
                confirmation=confirmation,
                answers_sha256=shown_sha256(screening),
                signed_name=f"{self.person.first} {self.person.last}",
                channel=Channel.TABLET,
                address=None,
                at=at,
            )

    def books(self, at: datetime, scheduled_for: datetime) -> Story:
        """The front desk books the next session."""
        yield at
        self.session = book_session(plan=self.plan, scheduled_for=scheduled_for, by=self.team.priya.user, at=at)

    def is_treated(self, ended: datetime, zones: Sequence[ZoneDepth] = FACE) -> Story:
        """A session of three quarters of an hour, done by the plan."""
        yield from self.confirms(ended - timedelta(minutes=50))
        yield ended - timedelta(minutes=45)
        start_session(session=self.session, by=self.by.user, at=ended - timedelta(minutes=45))
        yield ended
        complete_session(
            session=self.session,
            device=self.team.pen,
            cartridge_lot=f"LN-{ended:%y%m}-{self.session.number:02d}",
            zones=list(zones),
            ended_at=ended,
            notes="",
            by=self.by.user,
            at=ended,
        )

    def replies(self, at: datetime, step: Step, **said: str | list[str]) -> Story:
        """They answer one follow-up of the last session."""
        yield at
        followup = Followup.objects.get(session=self.session, step=step)
        submit_reply(followup=followup, answers=answers_to(step, **said), at=at)

    def is_called(self, at: datetime, note: str) -> Story:
        """Somebody acts on their red flag."""
        yield at
        alert = Alert.objects.waiting().get(client=self.client)
        acknowledge_alert(alert=alert, note=note, by=self.by.user, at=at)

    def leaves(self, at: datetime) -> Story:
        """The record is archived."""
        yield at
        archive_client(client=self.client, by=self.team.priya.user, at=at)

    def has_a_series(
        self,
        last: datetime,
        zones: Sequence[ZoneDepth] = FACE,
        *,
        done: int = 1,
        planned: int = 4,
        interval: int = 28,
        reason: str = "",
        **said: str | None,
    ) -> Story:
        """Everything from the first day to the end of a session at `last`, the `done`th; they answer as asked."""
        ends = [last - timedelta(days=interval * back) for back in reversed(range(done))]
        first = ends[0] - 10 * DAY
        yield from self.is_screened(first, zones, reason, **said)
        yield from self.gets_a_plan(first + 31 * HOUR, zones, planned, interval)
        booked = first + 32 * HOUR
        for ended in ends:
            yield from self.books(booked, ended - timedelta(hours=1))
            yield from self.is_treated(ended, zones)
            booked = ended + timedelta(minutes=10)
            if ended != last:
                yield from self.replies(ended + DAY + 3 * HOUR, Step.DAY_1)
                yield from self.replies(ended + 7 * DAY + 6 * HOUR, Step.DAY_7)
                booked = ended + 8 * DAY
