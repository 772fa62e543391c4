"""Why a verb of cases is refused: each docstring is the sentence that people read."""

from portal.security.refusals import Refused


class CaseClosed(Refused):
    """This case is closed. Open a new one if something else has happened."""


class SessionNotBegun(Refused):
    """This session has not begun: nothing can have come of it."""

    field = "session"


class CaseExists(Refused):
    """A case was opened for these answers already."""


class NoteMissing(Refused):
    """Write down what happened, or what was done: it is kept with the case."""

    field = "note"


class KindMissing(Refused):
    """A case does not end while nobody says what it was."""

    field = "kind"


class CallRefused(Refused):
    """The next call cannot be due then."""

    field = "call_by"


class InTheFuture(Refused):
    """It cannot have begun in the future."""

    field = "began_on"


class ReportedInTheFuture(Refused):
    """It cannot have been reported in the future."""

    field = "reported_on"


class NothingChanged(Refused):
    """Nothing is different from what the case says already."""


class AlreadyThere(Refused):
    """This photograph belongs to another client, or is in the case already."""

    field = "photograph"


class MayNotClose(Refused):
    """This case cannot end so."""

    field = "ending"
