"""What happens to one client, act by act. Every act goes through the service behind the same click."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils import translation

from clients.links.terms import Channel
from clients.records.models import Client
from clients.records.services import archive_client
from portal.audit.services import record
from portal.demo.letters import letter
from portal.demo.patient import FACE, Judged
from portal.demo.play import Story
from portal.demo.reacting import Reacting
from portal.demo.recording import Recording
from treatments.care.schedule import WINDOW_OPENS
from treatments.followups.models import Alert, Followup
from treatments.followups.questions import CHANGE_OF, Answers, Question
from treatments.followups.services import acknowledge_alert, submit_reply
from treatments.followups.terms import Step
from treatments.plans.guidance import ZoneDepth
from treatments.plans.models import Plan
from treatments.plans.services import open_plan, protocol_for, technique_of
from treatments.plans.terms import Indication
from treatments.screening.forms.wording import wording_read
from treatments.screening.models import QuestionnaireVersion
from treatments.screening.questionnaire import default
from treatments.screening.services import accept_screening, ask_client, send_screening, submit_screening
from treatments.screening.services.submitting import answer_query
from treatments.sessions.services import (
    PointNoted,
    ZoneDone,
    book_session,
    complete_session,
    decision_in_force,
    start_session,
    why_off_label,
)

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
CALM: Answers = {"redness": "1", "swelling": "0", "pain": "2", "signs": ["none"], "comment": ""}
PLEASED: Answers = {
    "change": "better",
    "satisfaction": "8",
    "would_repeat": "yes",
    "noticed": "1",
    "health_changes": "no",
}
# What the practitioner notes on the chart where these zones are treated.
NOTED = {"chin": PointNoted("chin", 420, 625, "Boxcar scar: one more pass here, with the skin stretched.")}


def clear_answers() -> dict[str, str | None]:
    """To every question that the client is asked, the answer that no rule minds, where there is one."""
    clear: dict[str, str | None] = {}
    for question in default().questions:
        risky = {value for rule in question.rules for value in rule.values}
        fine = [option.value for option in question.options if option.value not in risky]
        if question.asked_of == "client" and fine:
            clear[question.key] = fine[0]
    return clear


def answers_to(questions: Sequence[Question], **said: str | list[str]) -> Answers:
    """A whole reply: nothing wrong, except for what was said; of each goal what was said of the change."""
    usual: Answers = CALM | PLEASED | said
    keys = [question.key for question in questions]
    return {key: usual.get(key, usual["change"] if key.startswith(CHANGE_OF) else "") for key in keys}


class Patient(Reacting, Recording):
    """A client with everything that happens to them."""

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
            language=person.language,
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
            topical_anaesthetic=self.numbed,
            max_depth_mm=max(zone.depth_mm for zone in zones),
            by_email=bool(self.client.email),
            by=self.by.user,
            at=at,
        )

    def answers(self, at: datetime, **said: str | None) -> Story:
        """They fill the form in, in their language; who has no email does so on the clinic's tablet."""
        yield at
        signed: dict[str, str | None] = {
            "date_of_birth": self.person.born.isoformat(),
            "signed_name": self.full_name,
        }
        if self.person.skin:
            signed["fitzpatrick"] = self.person.skin  # as their record says
        with translation.override(self.person.language):
            wording = wording_read(QuestionnaireVersion.objects.in_force())
        submit_screening(
            screening=self.screening,
            answers=clear_answers() | signed | said,
            language=self.person.language,
            wording=wording,
            channel=Channel.EMAIL if self.client.email else Channel.TABLET,
            at=at,
        )

    def is_questioned(self, at: datetime, words: str, answer: str) -> Story:
        """The practitioner asks back, and they answer three hours later."""
        yield at
        query = ask_client(screening=self.screening, words=words, by=self.by.user, at=at)
        yield at + 3 * HOUR
        answer_query(query=query, answer=answer, channel=Channel.EMAIL, at=at + 3 * HOUR)

    def is_accepted(self, at: datetime, judged: Judged) -> Story:
        """The practitioner accepts the screening."""
        yield at
        accept_screening(
            screening=self.screening,
            reason=judged.reason,
            own_answers={"expectations": "realistic"},
            conditions=judged.conditions,
            letters=[letter(*judged.letter)] if judged.letter else [],
            by=self.by.user,
            at=at,
        )

    def is_screened(self, at: datetime, zones: Sequence[ZoneDepth] = FACE, judged: Judged | None = None) -> Story:
        """From the front desk to an accepted screening, in a day and a half."""
        yield from self.comes_in(at)
        yield from self.is_asked(at + timedelta(minutes=10), zones)
        judged = judged or Judged()
        yield from self.answers(at + 8 * HOUR, **judged.said)
        yield from self.is_accepted(at + 30 * HOUR, judged)

    def gets_a_plan(
        self, at: datetime, zones: Sequence[ZoneDepth] = FACE, sessions: int = 4, interval: int = 28
    ) -> Story:
        """The practitioner plans a series, and asks for consent."""
        yield from self.is_planned(at, zones, sessions, interval)
        yield from self.consents(at + timedelta(minutes=20), *self.agrees_to)

    def is_planned(
        self, at: datetime, zones: Sequence[ZoneDepth] = FACE, sessions: int = 4, interval: int = 28
    ) -> Story:
        """The practitioner plans a series."""
        yield at
        said = technique_of(protocol_for(Indication.LINES)) | {"sessions_planned": sessions, "interval_days": interval}
        self.plan = open_plan(
            client=self.client,
            practitioner=self.by,
            zones=zones,
            goals=self.client.goals,
            indication=Indication.LINES,
            price_note="180 a session",
            topical_anaesthetic=self.numbed,
            by=self.by.user,
            at=at,
            **said | {"least_days": min(said["least_days"], interval)},
        )
        Plan.objects.filter(pk=self.plan.pk).update(created_at=at)

    def books(self, at: datetime, scheduled_for: datetime) -> Story:
        """The front desk books the next session."""
        yield at
        self.session = book_session(plan=self.plan, scheduled_for=scheduled_for, by=self.team.priya.user, at=at)

    def is_treated(self, ended: datetime, zones: Sequence[ZoneDepth] = FACE) -> Story:
        """A session of three quarters of an hour, done by the plan."""
        yield from self.confirms(ended - timedelta(minutes=50))
        yield ended - timedelta(minutes=45)
        decision = decision_in_force(self.session)
        met = decision.conditions if decision else []
        start_session(session=self.session, conditions_met=met, by=self.by.user, at=ended - timedelta(minutes=45))
        yield ended
        done = [ZoneDone(*zone, passes=2, endpoint=self.plan.endpoint) for zone in zones]
        complete_session(
            session=self.session,
            device=self.team.pen,
            cartridge_lot=f"LN-{ended:%y%m}-{self.session.number:02d}",
            zones=done,
            off_label_told=why_off_label(session=self.session, device=self.team.pen, zones=done, on=ended.date()),
            points=[NOTED[zone.zone] for zone in zones if zone.zone in NOTED],
            ended_at=ended,
            notes="",
            by=self.by.user,
            at=ended,
        )

    def replies(self, at: datetime, step: Step, **said: str | list[str]) -> Story:
        """They answer one follow-up of the last session that was done."""
        yield at
        followup = Followup.objects.filter(client=self.client, step=step).latest("session__ended_at")
        submit_reply(followup=followup, answers=answers_to(followup.questions, **said), at=at)

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
        judged: Judged | None = None,
    ) -> Story:
        """Everything from the first day to the end of a session at `last`, the `done`th; they answer as asked."""
        ends = [last - timedelta(days=interval * back) for back in reversed(range(done))]
        first = ends[0] - 10 * DAY
        yield from self.is_screened(first, zones, judged)
        yield from self.gets_a_plan(first + 31 * HOUR, zones, planned, interval)
        booked = first + 32 * HOUR
        for ended in ends:
            yield from self.books(booked, ended - timedelta(hours=1))
            yield from self.is_treated(ended, zones)
            booked = ended + timedelta(minutes=10)
            if ended != last:
                yield from self.is_recorded(ended)
                yield from self.replies(ended + DAY + 3 * HOUR, Step.DAY_1)
                yield from self.replies(ended + 7 * DAY + 6 * HOUR, Step.DAY_7)
                booked = ended + 8 * DAY
                if interval > WINDOW_OPENS.days:
                    yield from self.replies(ended + 30 * DAY, Step.WEEK_4)
                    booked = ended + 31 * DAY
