"""What is refused with a session, and why."""

from portal.security.refusals import Refused


class ClientArchived(Refused):
    """This client is archived. Restore the client first."""


class PlanNotRunning(Refused):
    """This plan is stopped or completed. Make a new plan and book from there."""


class AllBooked(Refused):
    """All sessions of this plan are booked or done. Change the number of sessions in the plan to book another."""


class NotOnThatDay(Refused):
    """Book a session for today or later, at most two years ahead."""


class NotBooked(Refused):
    """Only a booked session can be started; this one is not."""


class NotToBeMoved(Refused):
    """Only a booked session can be moved to another day; this one is not booked any more."""


class SameTime(Refused):
    """The session is booked for that time already. Choose another."""

    field = "scheduled_for"


class NotStanding(Refused):
    """Only a session that is booked or in progress can be cancelled; this one is done or cancelled already."""


class MayNotStart(Refused):
    """This session cannot start now."""


class ConditionsNotMet(Refused):
    """The screening was accepted with conditions. Tick each one that is met; the session starts when all are."""


class NotInProgress(Refused):
    """Only a session that was started can be completed. Start it first."""


class LotRefused(Refused):
    """This lot must not be used."""

    field = "cartridge_lot"


class AlreadyCompleted(Refused):
    """This session was already completed."""


class NotTold(Refused):
    """Part of this is off label. Tell the client, and tick that they were told."""


class NotWhole(Refused):
    """Something is missing before this session can be completed."""


class ReasonMissing(Refused):
    """Write the reason: it is kept with the session."""

    field = "reason"


class NotCompleted(Refused):
    """Only a completed session can be put right; this one is not completed. Open it again to see."""


class OddEnd(Refused):
    """The session cannot have ended then."""

    field = "ended_at"


class SameEnd(Refused):
    """That is the end that is written down already. Write when the session really ended."""

    field = "ended_at"


class MayNotReopen(Refused):
    """This session could not be completed again, so it stays completed."""


class Signed(Refused):
    """This record is signed and does not change any more. Write an amendment: what was signed stays beside it."""


class NotSigned(Refused):
    """Only a signed record is amended; this one is not signed. Reopen the session and put it right."""


class NotYoursToSign(Refused):
    """Whoever treated signs the record, or the owner."""


class ChangedMeanwhile(Refused):
    """Somebody changed this record while you were reading it. Read it as it is now, then sign."""


class NotReadyToSign(Refused):
    """Something is missing before this record can be signed."""


class NotToBeAmended(Refused):
    """Choose what of the record is to be amended."""

    field = "subject"


class NotToBeRead(Refused):
    """Choose a device of the clinic; write a depth in mm, or that the zone was not treated."""

    field = "after"


class OddDevice(Refused):
    """The session cannot have been done with this device."""

    field = "after"


class OddDepth(Refused):
    """No zone can have been needled that deep with this device."""

    field = "after"


class NothingAmended(Refused):
    """That is what the record says already. Write what it should say."""

    field = "after"


class NotUnderWay(Refused):
    """Only of a session that was started can this be written down."""
