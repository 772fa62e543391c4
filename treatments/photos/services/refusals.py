"""Why a verb of photographs is refused: each docstring is the sentence that people read."""

from portal.security.refusals import Refused


class NoConsent(Refused):
    """The client has not agreed to photographs for the record."""


class SessionCancelled(Refused):
    """This session was cancelled: no photographs belong to it."""


class NotBegun(Refused):
    """This session has not begun: only photographs from before it can be added."""

    field = "moment"


class SameAgain(Refused):
    """This very photograph is in this session already."""


class InTheFuture(Refused):
    """A photograph cannot have been taken in the future."""

    field = "taken_at"


class EnoughSent(Refused):
    """This client has sent as many photographs of this session as one may."""


class ReasonMissing(Refused):
    """Write the reason: it is kept with the record."""

    field = "reason"


class AlreadyRemoved(Refused):
    """This photograph was removed already."""
