"""Send what is due. The database is the schedule; a worker only ever holds messages on a lease.

drains (claim, and groups of one clinic) > groups (prepare them, hand them over) > ledger (write down what left) >
outcomes (skipped, put off, failed, late).
"""

from clients.messages.delivery.drains import drain
from clients.messages.delivery.outcomes import BOUNCED

__all__ = ["BOUNCED", "drain"]
