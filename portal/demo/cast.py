"""Who is at which stage: the forty stories of the demo."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from portal.demo import people
from portal.demo.clinic import Team
from portal.demo.moments import SHOWN_AFTER, days_ago, ended_so_that_due, later_today
from portal.demo.patient import BODY, DEEP_SCARS, FACE, NECK, SCARS, Judged
from portal.demo.people import Person
from portal.demo.play import Play, Story
from portal.demo.stories import DAY, HOUR, Patient
from portal.practice.models import Membership
from treatments.cases.terms import ReactionKind
from treatments.consents.terms import ConsentPurpose
from treatments.followups.emails import followup_key
from treatments.followups.terms import Step
from treatments.plans.guidance import ZoneDepth
from treatments.screening.services import defer_screening, refuse_screening
from treatments.screening.terms import Condition

PATCH_FIRST = Judged(
    {"metal_allergy": "nickel_or_other"},
    "Nickel under jewellery only; a test patch was calm after 48 hours.",
    [Condition.TEST_PATCH],
)
COVERED = Judged({"cold_sore": "past"}, "Two cold sores a year; his GP prescribes cover.", [Condition.ANTIVIRAL])
SLOWLY = 42  # days between sessions, so that results are asked about in between
WITH_LETTER = Judged(
    {"blood_thinners": "prescribed"},
    "Low dose, and her GP agrees. Gentle depths only.",
    [Condition.LETTER],
    ["Harbour Row Surgery", "To Linden Skin Studio", "", "Abigail Thornton may have micro-needling on her tablets."],
)


class Cast:
    """Gives every client a story, told from `now`."""

    def __init__(self, play: Play, team: Team) -> None:
        self.play, self.team, self.now = play, team, play.now

    def enter(self) -> None:
        """Start all forty stories."""
        for story in (*self.new(), *self.screened(), *self.planned(), *self.in_series(), *self.after(), *self.shown()):
            self.play.add(story)

    def meet(self, person: Person, by: Membership | None = None) -> Patient:
        """A client and who cares for them."""
        return Patient(self.play, self.team, person, by or self.team.maya)

    def ago(self, days: float, hour: int = 11, minute: int = 0) -> datetime:
        """A time of day so many days ago."""
        return days_ago(self.now, days, hour, minute)

    # --- before the first session -------------------------------------------------------------------------------

    def new(self) -> Iterator[Story]:
        """Just registered, or waiting for their form."""
        yield self.meet(people.MARGARET).comes_in(self.ago(1, 10))
        yield self.meet(people.HANNAH).comes_in(self.now - 2 * HOUR)
        for person, days in ((people.BEATRIZ, 3), (people.ELIF, 9), (people.NOOR, 2)):
            yield self.asked(self.meet(person), self.ago(days, 12))

    def asked(self, who: Patient, at: datetime) -> Story:
        """Their form is out."""
        yield from who.comes_in(at)
        yield from who.is_asked(at + timedelta(minutes=10))

    def screened(self) -> Iterator[Story]:
        """Filled in: to review, deferred, refused, accepted."""
        stopped, toxin, earlier = ((self.now - timedelta(days=days)).date().isoformat() for days in (120, 6, 26))
        tomas = self.team.tomas
        yield self.answered(self.meet(people.IMANI), self.ago(2))
        yield self.answered(self.meet(people.JAGODA, tomas), self.ago(1))
        yield self.answered(self.meet(people.CHIDI), self.ago(2, 15))
        yield self.questioned(self.meet(people.NIAMH), self.ago(2, 9), blood_thinners="prescribed")
        yield self.deferred(self.meet(people.LIAM, tomas), self.ago(20), botulinum="yes", botulinum_date=earlier)
        yield self.answered(
            self.meet(people.PAVEL), self.ago(2, 13), isotretinoin="stopped", isotretinoin_stop_date=stopped
        )
        yield self.answered(self.meet(people.GURPREET), self.ago(4), pregnant="yes")
        yield self.deferred(self.meet(people.LEILA), self.ago(5), botulinum="yes", botulinum_date=toxin)
        yield self.refused(self.meet(people.QIU), self.ago(12), scar_tendency="keloid")
        yield self.meet(people.DIMITRA, tomas).is_screened(self.ago(4))

    def answered(self, who: Patient, at: datetime, **said: str | None) -> Story:
        """They sent their answers."""
        yield from self.asked(who, at)
        yield from who.answers(at + 4 * HOUR, **said)

    def questioned(self, who: Patient, at: datetime, **said: str | None) -> Story:
        """They sent their answers, were asked back, and answered that too."""
        yield from self.answered(who, at, **said)
        words = "Which blood thinner do you take, and who prescribed it?"
        yield from who.is_questioned(at + 6 * HOUR, words, "Warfarin, from the cardiology clinic.")

    def deferred(self, who: Patient, at: datetime, **said: str | None) -> Story:
        """They have to wait."""
        yield from self.answered(who, at, **said)
        yield at + DAY
        who.screening.refresh_from_db()
        until = who.screening.defer_until or (at + 20 * DAY).date()
        defer_screening(screening=who.screening, until=until, reason="Wait two weeks.", by=who.by.user, at=at + DAY)

    def refused(self, who: Patient, at: datetime, **said: str | None) -> Story:
        """They are not to be treated."""
        yield from self.answered(who, at, **said)
        yield at + DAY
        refuse_screening(screening=who.screening, reason="Forms keloids.", by=who.by.user, at=at + DAY)

    def planned(self) -> Iterator[Story]:
        """A plan, and for most a first session booked: today, tomorrow, next week."""
        tomas, tomorrow = self.team.tomas, self.now + DAY
        yield self.to_ask(self.meet(people.DARA), self.ago(6), NECK)
        yield self.booked(self.meet(people.KOFI), self.ago(7), DEEP_SCARS, None)
        yield self.ready(self.meet(people.GRACE), self.ago(9), SCARS, later_today(self.now, timedelta(minutes=30)))
        yield self.ready(self.meet(people.FLORENCE), self.ago(8), FACE, later_today(self.now, 2 * HOUR))
        yield self.ready(self.meet(people.MEI, tomas), self.ago(6), FACE, tomorrow.replace(hour=10, minute=0))
        waits = self.meet(people.OLU, tomas)
        waits.signs_at_once = False
        yield self.booked(waits, self.ago(9), BODY, tomorrow.replace(hour=14, minute=30))
        yield self.booked(self.meet(people.XOCHITL), self.ago(5), SCARS, self.ago(-8, 11))

    def to_ask(self, who: Patient, at: datetime, zones: tuple[ZoneDepth, ...]) -> Story:
        """Screened and planned; nobody has asked for their consent yet."""
        yield from who.is_screened(at, zones)
        yield from who.is_planned(at + 31 * HOUR, zones)

    def ready(self, who: Patient, at: datetime, zones: tuple[ZoneDepth, ...], scheduled_for: datetime) -> Story:
        """Booked, and everything is said and signed."""
        yield from self.booked(who, at, zones, scheduled_for)
        yield from who.confirms(self.now - HOUR)

    def booked(self, who: Patient, at: datetime, zones: tuple[ZoneDepth, ...], scheduled_for: datetime | None) -> Story:
        """Screened and planned; booked if a time is given."""
        yield from who.is_screened(at, zones)
        yield from who.gets_a_plan(at + 31 * HOUR, zones)
        if scheduled_for:
            yield from who.books(at + 32 * HOUR, scheduled_for.replace(second=0, microsecond=0))

    # --- during and after a series ------------------------------------------------------------------------------

    def in_series(self) -> Iterator[Story]:
        """Between sessions, one of them with a red flag that waits, one with a red flag that was acted on."""
        tomas = self.team.tomas
        yield self.photographed(self.meet(people.HENRIK), self.ago(10, 15))
        yield self.no_marketing(self.meet(people.UMA), self.ago(16, 12))
        yield self.reacts(self.meet(people.VIKTOR, tomas), self.ago(6, 14))
        yield self.second_today(self.meet(people.SANJAY, tomas))
        yield self.worried(self.meet(people.TERESA))
        yield self.was_worried(self.meet(people.YUSUF, tomas))

    def goes_on(
        self, who: Patient, last: datetime, zones: tuple[ZoneDepth, ...] = FACE, *, done: int, interval: int = 28
    ) -> Story:
        """In the middle of a series, answering every email, with the next session booked."""
        yield from who.has_a_series(last, zones, done=done, interval=interval)
        yield from who.replies(last + DAY + 2 * HOUR, Step.DAY_1)
        yield from who.replies(last + 3 * DAY + 5 * HOUR, Step.DAY_3)
        yield from who.books(last + 4 * DAY, last + 28 * DAY)

    def reacts(self, who: Patient, last: datetime) -> Story:
        """Their skin breaks out; the case is open, and the next call is due this evening."""
        yield from self.goes_on(who, last, done=1)
        words = "Small white spots and some pimples on the chin since yesterday. Not painful."
        note = "Milia most likely. No make-up, no squeezing; sends a photograph if it spreads."
        this_evening = later_today(self.now, 6 * HOUR)
        yield from who.reacts(self.ago(1, 15), ReactionKind.ACNE_MILIA, words, note, this_evening)

    def photographed(self, who: Patient, last: datetime) -> Story:
        """They are photographed, and the results are still to be rated; they took one consent back."""
        who.agrees_to = (ConsentPurpose.PHOTO_RECORD, ConsentPurpose.PHOTO_TEACHING)
        yield from self.goes_on(who, last, done=2, interval=SLOWLY)
        yield from who.is_photographed(last + 5 * DAY)
        yield from who.shows_results(last + 5 * DAY + HOUR, session=1, taken_at=last - 6 * DAY)
        yield from who.withdraws(self.ago(2, 9), ConsentPurpose.PHOTO_TEACHING, "I changed my mind.")

    def no_marketing(self, who: Patient, last: datetime) -> Story:
        """They want no marketing."""
        yield from self.goes_on(who, last, SCARS, done=3, interval=SLOWLY)
        yield from who.refuses(self.ago(3, 12), ConsentPurpose.MARKETING_EMAILS, "No, thank you.")

    def second_today(self, who: Patient) -> Story:
        """Their second session is today, and they have not said yet whether anything has changed."""
        yield from who.has_a_series(self.ago(29, 10), SCARS)
        yield from who.books(self.ago(20, 10), later_today(self.now, 4 * HOUR))
        yield from who.replies(self.ago(1, 9), Step.WEEK_4, change="same", satisfaction="6")

    def worried(self, who: Patient) -> Story:
        """Three days after a session something is wrong, and they have just said so."""
        last = self.now - 3 * DAY - 6 * HOUR
        yield from who.has_a_series(last, done=2, interval=SLOWLY)
        yield from who.replies(last + DAY + 2 * HOUR, Step.DAY_1, redness="2", pain="4")
        signs = ["pus", "spreading"]
        at = self.now - timedelta(minutes=50)
        yield from who.replies(at, Step.DAY_3, signs=signs, comment="My left cheek is hot and has a yellow crust.")

    def was_worried(self, who: Patient) -> Story:
        """A red flag that was acted on in time, and the case that followed, closed."""
        last = self.ago(18, 16)
        yield from who.has_a_series(last)
        yield from who.replies(last + 7 * DAY + 3 * HOUR, Step.DAY_7, signs=["bumps"])
        note = "Called. Small milia, no redness, settling. Sent photographs; advice given, to call if it changes."
        yield from who.is_called(last + 7 * DAY + 5 * HOUR, note)
        yield from who.is_watched(last + 7 * DAY + 18 * HOUR, "Came by: milia, no sign of infection.", last + 9 * DAY)
        yield from who.is_well_again(last + 8 * DAY + 20 * HOUR, "Calm on the telephone; the bumps are gone.")
        yield from who.books(last + 9 * DAY, last + 28 * DAY)

    def after(self) -> Iterator[Story]:
        """In the results window, or long after the last session."""
        tomas = self.team.tomas
        yield self.reports(self.meet(people.RUTH), self.ago(33, 15), done=3, seen="better", change="much_better")
        yield self.numbed(self.meet(people.ABIGAIL, tomas), self.ago(38, 13))
        yield self.reports(self.meet(people.BILAL), self.ago(30, 17), SCARS, done=1, judged=COVERED, change="same")
        ewan = self.meet(people.EWAN)
        yield self.reports(ewan, self.ago(95, 12), DEEP_SCARS, done=4, judged=PATCH_FIRST, seen="much_better")
        yield self.reports(self.meet(people.WANJIRU, tomas), self.ago(110, 10), done=3, planned=3, seen="same")
        yield self.reports(self.meet(people.JULIETA), self.ago(188, 14), done=4, change="much_better")
        yield self.reports(self.meet(people.KEIKO, tomas), self.ago(200, 16), NECK, done=4, change_firmness="same")
        yield self.left(self.meet(people.ZOFIA))

    def reports(
        self,
        who: Patient,
        last: datetime,
        zones: tuple[ZoneDepth, ...] = FACE,
        *,
        done: int,
        planned: int = 4,
        judged: Judged | None = None,
        seen: str = "",
        **said: str,
    ) -> Story:
        """They say how it turned out, each time they are asked; what is `seen` on photographs then is rated too."""
        who.agrees_to = (ConsentPurpose.PHOTO_RECORD,) if seen else who.agrees_to
        yield from who.has_a_series(last, zones, done=done, planned=planned, judged=judged)
        for step, days in ((Step.WEEK_4, 29), (Step.WEEK_6, 43), (Step.MONTH_3, 92), (Step.MONTH_6, 182)):
            at = last + days * DAY + HOUR
            yield from who.replies(at, step, **said)
            if seen and step == Step.WEEK_4:
                yield from who.shows_results(at + HOUR, session=done, taken_at=at)
                yield from who.is_rated(at + 2 * HOUR, seen)

    def numbed(self, who: Patient, last: datetime) -> Story:
        """With numbing cream each time; in the last record the lot was put right after it was signed."""
        who.numbed = True
        yield from who.has_a_series(last, NECK, done=4, judged=WITH_LETTER)
        yield from who.is_recorded(last)
        yield from who.is_amended(last + DAY)
        yield from who.replies(last + 29 * DAY + HOUR, Step.WEEK_4)

    def left(self, who: Patient) -> Story:
        """They moved away after one session."""
        last = self.ago(150, 11)
        yield from who.has_a_series(last, planned=1)
        yield from who.replies(last + 30 * DAY, Step.WEEK_4, satisfaction="7")
        yield from who.leaves(last + 60 * DAY)

    # --- the four whose emails leave while a newcomer watches ---------------------------------------------------

    def shown(self) -> Iterator[Story]:
        """An aftercare, a day-3, a week-4 and a week-6 email, due within two minutes."""
        watched = (people.FATIMA, people.IBRAHIM, people.ANYA, people.CARYS)
        for person, step in zip(watched, SHOWN_AFTER, strict=True):
            yield self.watched(self.meet(person), step)

    def watched(self, who: Patient, step: Step) -> Story:
        """A session that ended just so long ago that this step is due now."""
        clinic = self.team.clinic
        due = self.now + SHOWN_AFTER[step]
        last = ended_so_that_due(step, due, clinic.sends_from, clinic.sends_until)
        who.agrees_to = (ConsentPurpose.PHOTO_RECORD,) if step in {Step.WEEK_4, Step.WEEK_6} else ()
        yield from who.has_a_series(last, planned=1 if step == Step.WEEK_6 else 4)
        self.play.held_back.add(followup_key(who.session.pk, step))
