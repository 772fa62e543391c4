"""Why a verb of screening is refused: each docstring is the sentence that people read."""

from portal.security.refusals import Refused


class NoEmail(Refused):
    """This client has no email address. Add one to their record, or hand the form over yourself."""


class ClientArchived(Refused):
    """This client is archived. Bring the record back first, then send the form."""


class FormAlreadyOut(Refused):
    """A form is already on its way to this client. Send it again, or withdraw it first."""


class NoAreas(Refused):
    """Choose at least one area to be treated: some rules depend on it."""

    field = "areas"


class NotWaiting(Refused):
    """This form is no longer waiting for the client: it was filled in or withdrawn."""


class NothingToDecide(Refused):
    """There is nothing to decide here: the form was not filled in, or somebody has decided already."""


class RulesForbid(Refused):
    """The answers do not allow this."""


class ReasonNeeded(Refused):
    """Write down your reason; it is kept with the decision."""

    field = "reason"


class TooEarly(Refused):
    """This date is too early."""

    field = "until"


class LetterNeeded(Refused):
    """Tick the letter under Conditions and add its file."""

    field = "letters"


class LowerDepthNeeded(Refused):
    """Write the lower needle depth that you allow."""

    field = "lower_depth"


class WordsNeeded(Refused):
    """Say in words what the condition is."""

    field = "conditions_note"


class NotInForce(Refused):
    """Only a client's newest accepted screening can be re-assessed, while it holds. Send a new screening form."""


class NotDeferred(Refused):
    """This client was invited again already, or the screening is not put off any more."""


class QuestionIsOut(Refused):
    """Your last question is still with the client. Wait for the answer before you ask another."""


class NoQuestion(Refused):
    """Write down your question."""

    field = "words"
