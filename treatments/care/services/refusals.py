"""Why a verb of the care schedule is refused: each docstring is the sentence that people read."""

from portal.security.refusals import Refused


class DraftExists(Refused):
    """A care schedule is already being written. Go on with it, or discard it first."""


class NoDraft(Refused):
    """This care schedule is no longer a draft: somebody has published or discarded it. Open the schedules again."""


class DraftMoved(Refused):
    """Somebody else has changed this draft since you opened the page. Look at what it says now, then save again."""


class NoSuchStep(Refused):
    """This step is not in the draft any more. Open the draft again to see what it holds."""


class NotToBeUsed(Refused):
    """A care schedule cannot be made from this."""

    def __init__(self, sentence: str, field: str = "") -> None:
        super().__init__(sentence)
        self.field = field


class PublishReasonNeeded(Refused):
    """Write why the care schedule changes; it is kept with the version."""

    field = "reason"


class NothingChanges(Refused):
    """This draft says what is in force already. Change something first, or discard it."""
