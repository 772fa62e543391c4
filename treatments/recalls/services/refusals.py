"""Why a verb of recalls is refused: each docstring is the sentence that people read."""

from portal.security.refusals import Refused


class AlreadyOpen(Refused):
    """A recall of this lot is open already: go on with that one."""


class ReasonMissing(Refused):
    """Write the reason: it is kept with the lot."""

    field = "reason"


class Closed(Refused):
    """This recall is closed."""


class AlreadySent(Refused):
    """A notice has been sent already, so the wording stays as it is."""


class NothingToSend(Refused):
    """There is no notice that could be emailed: call or write to the clients below."""


class AlreadyReached(Refused):
    """It is noted already that this client was reached."""


class ClosingNoteMissing(Refused):
    """Not everybody was reached. Write why the recall is closed all the same."""

    field = "note"
