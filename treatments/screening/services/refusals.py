"""Why a verb of screening is refused: each docstring is the sentence that people read."""

from portal.security.refusals import Refused


class NoEmail(Refused):
    """This client has no email address. Add one to their record, then send the form."""


class ClientArchived(Refused):
    """This client is archived. Bring the record back first, then send the form."""


class FormAlreadyOut(Refused):
    """A form is already on its way to this client. Send it again, or withdraw it first."""


class NoAreas(Refused):
    """Choose at least one area to be treated: some rules depend on it."""


class NotWaiting(Refused):
    """This form is no longer waiting for the client: it was filled in or withdrawn."""


class NothingToDecide(Refused):
    """There is nothing to decide here: the form was not filled in, or somebody has decided already."""


class RulesForbid(Refused):
    """The answers do not allow this."""


class ReasonNeeded(Refused):
    """Write down your reason; it is kept with the decision."""


class TooEarly(Refused):
    """This date is too early."""
