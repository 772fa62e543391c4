"""Why a verb of plans and protocols is refused: each docstring is the sentence that people read."""

from portal.security.refusals import Refused


class DepthRefused(Refused):
    """This needle depth cannot be planned."""


class NoCertificate(Refused):
    """The practitioner has no valid certificate. Add one under Clinic, or choose another practitioner."""


class NotInThisClinic(Refused):
    """The client and the practitioner must both belong to this clinic."""


class ClientArchived(Refused):
    """This client is archived. Restore the client first."""


class PlanNotRunning(Refused):
    """This plan is stopped or completed. Make a new plan instead."""


class TooFewSessions(Refused):
    """More sessions than that are booked or done already. Cancel the booked ones first, or plan more sessions."""


class SessionStillOpen(Refused):
    """A session of this plan is booked or under way. Cancel or complete it first, then stop the plan."""


class ReasonMissing(Refused):
    """Write the reason: it is kept with the record."""


class NotToBePlanned(Refused):
    """This does not fit together."""

    def __init__(self, sentence: str, field: str = "") -> None:
        super().__init__(sentence)
        self.field = field


class ProtocolMoved(Refused):
    """This protocol has a newer version than the one this page was filled from. Open the page again to see it."""


class DraftExists(Refused):
    """A new version of this protocol is already being written. Go on with it, or discard it first."""


class NoDraft(Refused):
    """This protocol is no longer a draft: somebody has published or discarded it. Open the protocols again."""


class DraftMoved(Refused):
    """Somebody else has changed this draft since you opened the page. Look at what it says now, then save again."""


class NothingChanges(Refused):
    """This draft says what is in force already. Change something first, or discard it."""


class PublishReasonNeeded(Refused):
    """Write why the protocol changes; it is kept with the version."""

    field = "reason"
