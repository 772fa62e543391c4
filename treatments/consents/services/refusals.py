"""Why a verb of consent is refused: each docstring is the sentence that people read."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.security.refusals import Refused


class ToldToClients(Refused):
    """A refusal that clients read too: its sentence is translated."""

    words: "str | Promise" = ""

    def __str__(self) -> str:
        """The sentence in the reader's language."""
        return " ".join(str(part) for part in self.args) or str(self.words)


class NothingAsked(Refused):
    """Choose at least one thing to ask consent for."""


class NoEmail(Refused):
    """This client has no email address. Add one to their record, or hand the tablet over."""


class ClientArchived(Refused):
    """This client is archived. Restore the client first."""


class AlreadyAsked(Refused):
    """This was asked already and waits for the client's answer. Send that again, or close it first."""


class PlanNeeded(Refused):
    """A consent to treatment names the zones and depths. Make the plan first, then ask."""


class OnlyWhoTreats(Refused):
    """The practitioner who treats takes the consent to treatment. Ask them to do it."""


class NotAPractitioner(Refused):
    """Only somebody who treats here, an owner or a practitioner, can take a consent."""


class NothingWaits(Refused):
    """Nothing of this waits for the client any more: it was answered or closed."""


class NotInForce(ToldToClients):
    """There is nothing to withdraw: this consent is not in force."""

    words = _("There is nothing to withdraw: this consent is not in force.")


class NotWaiting(ToldToClients):
    """This no longer waits for an answer: it was answered already, or the clinic closed it."""

    words = _("This no longer waits for an answer: it was answered already, or the clinic closed it.")


class TextChanged(ToldToClients):
    """The text has changed since this page was opened. Please read it again, then sign."""

    words = _("The text has changed since this page was opened. Please read it again, then sign.")


class NameMissing(ToldToClients):
    """Please write your name."""

    words = _("Please write your name.")


class InitialsMissing(ToldToClients):
    """Please write your initials beside each point that asks for them."""

    words = _("Please write your initials beside each point that asks for them.")


class SignatureOdd(ToldToClients):
    """This signature could not be read. Please clear it and sign again, or type your name."""

    words = _("This signature could not be read. Please clear it and sign again, or type your name.")


class WitnessMissing(ToldToClients):
    """A witness signs this too: somebody else, with their own name."""

    words = _("A witness signs this too: somebody else, with their own name.")


class ReasonMissing(Refused):
    """Write the reason: it is kept with the record."""


class DraftExists(Refused):
    """A new version of this document is being written already. Go on with that one."""


class AlreadyPublished(Refused):
    """This version is in force and cannot be changed any more. Begin a new one."""


class TextRefused(Refused):
    """This text cannot be shown to clients as it is written."""
