"""What happens to a client of the demo whose skin reacts."""

from datetime import datetime

from portal.demo.agreeing import Agreeing
from portal.demo.play import Story
from treatments.cases.models import Case
from treatments.cases.services import open_case
from treatments.cases.terms import Ending, EntryKind, ReactionKind
from treatments.followups.models import Alert
from treatments.followups.services import starting_facts
from treatments.reactions.services import end_case, note_done
from treatments.sessions.models import Session


class Reacting(Agreeing):
    """A client with a reaction case."""

    def reacts(self, at: datetime, kind: ReactionKind, words: str, note: str, call_by: datetime) -> Story:
        """They ring; whoever treats them speaks to them and opens a case."""
        yield at
        open_case(
            session=Session.objects.completed().filter(client=self.client).latest("ended_at"),
            kind=kind,
            zones=["chin"],
            began_on=self.team.clinic.local_day(at),
            grade=2,
            words=words,
            call_by=call_by,
            done=EntryKind.CALLED,
            note=note,
            by=self.by.user,
            at=at,
        )

    def is_watched(self, at: datetime, note: str, call_by: datetime) -> Story:
        """What a red flag told of goes on as a case, and they were spoken to."""
        yield at
        alert = Alert.objects.filter(client=self.client).latest("raised_at")
        facts = starting_facts(alert) | {"kind": ReactionKind.ACNE_MILIA}
        session = alert.reply.followup.session
        case = open_case(session=session, alert=alert, call_by=alert.act_by, by=self.by.user, at=at, **facts)
        note_done(case=case, kind=EntryKind.SEEN, note=note, call_by=call_by, by=self.by.user, at=at)

    def is_well_again(self, at: datetime, note: str) -> Story:
        """The case is closed, and their emails go on."""
        yield at
        case = Case.objects.open().get(client=self.client)
        end_case(case=case, ending=Ending.RECOVERED, note=note, resume=True, by=self.by.user, at=at)
