"""Why something about a confirmation is refused."""

from portal.security.refusals import Refused


class NotWaiting(Refused):
    """This confirmation no longer waits for the client: it was answered, or its session is not booked any more."""


class NoEmail(Refused):
    """This client has no email address. Hand the tablet over, or add an address to their record."""


class ClientArchived(Refused):
    """This client is archived. Restore the client first."""


class NothingToConfirm(Refused):
    """There is nothing to confirm: no accepted screening, or a change was reported and its form comes first."""


class AnswersChanged(Refused):
    """The answers have changed since they were shown."""


class NameMissing(Refused):
    """The signature is missing."""
