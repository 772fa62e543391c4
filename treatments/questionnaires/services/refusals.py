"""Why a verb of the questionnaire is refused: each docstring is the sentence that people read."""

from portal.security.refusals import Refused


class DraftExists(Refused):
    """A version is already being written. Go on with it, or discard it first."""


class NoDraft(Refused):
    """This version is no longer a draft: somebody has published or discarded it. Open the questionnaires again."""


class DraftMoved(Refused):
    """Somebody else has changed this draft since you opened the page. Look at what it says now, then save again."""


class NoSuchQuestion(Refused):
    """This question is not in the draft any more. Open the draft again to see what it holds."""


class NotToBeUsed(Refused):
    """A form cannot be made from this."""

    def __init__(self, sentence: str, field: str = "") -> None:
        super().__init__(sentence)
        self.field = field


class StillNeeded(Refused):
    """Another question is asked only with an answer to this one. Retire that one first."""


class ApproverNeeded(Refused):
    """Write who approves this version: the name of the clinician who stands for its rules."""

    field = "approved_by"


class PublishReasonNeeded(Refused):
    """Write why the questionnaire changes; it is kept with the version."""

    field = "reason"


class PrescriberNeeded(Refused):
    """This version is looser than the portal's default. Name the prescriber who allows it, or undo what is looser."""

    field = "prescriber"
