"""Send what is due. The database is the schedule; a worker only ever holds messages on a lease.

drains (claim, and groups of one clinic) > groups (prepare them, hand them over) > ledger (write down what left) >
outcomes (skipped, put off, failed, late) > journal (what a killed process leaves behind), statements (in SQL).
"""

from clients.messages.delivery.drains import drain
from clients.messages.delivery.groups import BUSY
from clients.messages.delivery.ledger import tell_of_the_dead
from clients.messages.delivery.outcomes import BOUNCED

__all__ = ["BOUNCED", "BUSY", "drain", "tell_of_the_dead"]
