"""The client's pages: sign, decline and withdraw; and the emails of one purpose off."""

from treatments.consents.views.emails_off import emails_off
from treatments.consents.views.signing import answer, overview, withdraw

__all__ = ["answer", "emails_off", "overview", "withdraw"]
