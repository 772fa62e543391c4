"""The clock of a case, and when it may close. Pure.

The hours are house rules: docs/clinical.md section 4 says what to do, and section 3 how fast red flags need somebody.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

FIRST_CALL = {1: timedelta(hours=24), 2: timedelta(hours=24), 3: timedelta(hours=4), 4: timedelta(hours=1)}
NEXT_CALL = {1: timedelta(days=7), 2: timedelta(days=2), 3: timedelta(days=1), 4: timedelta(hours=4)}
TRY_AGAIN_WITHIN = timedelta(hours=24)  # while nobody has spoken to the client
CALL_WITHIN = timedelta(days=31)
AHEAD = "The next call is in the past. Write when the client is to be called next."
TOO_FAR = "Nobody has spoken to the client yet: try again within 24 hours."
TOO_LATE = "An open case is looked at every month: call again within 31 days."
STILL_UNCLEAR = "Say what it was. If nobody can say, choose that it stays unclear, and write why."
NOT_HEARD = "Nobody has spoken to the client yet. Call first; or close it as a mistake, or because of no answer."


def call_due(*, grade: int, contacted: bool, at: datetime) -> datetime:
    """When the next call is due unless somebody says otherwise."""
    return at + (NEXT_CALL if contacted else FIRST_CALL)[grade]


def call_problem(*, call_by: datetime, contacted: bool, at: datetime) -> str:
    """Why the next call cannot be due then, else ""."""
    if call_by <= at:
        return AHEAD
    if not contacted and call_by > at + TRY_AGAIN_WITHIN:
        return TOO_FAR
    return TOO_LATE if call_by > at + CALL_WITHIN else ""


def close_problem(*, contacted: bool, ending: str, without_contact: Collection[str]) -> str:
    """Why a case cannot end so, else ""."""
    return "" if contacted or ending in without_contact else NOT_HEARD


def kind_problem(*, unclear: bool, why_unclear: str, no_reaction: bool) -> str:
    """Why a case cannot end with this kind, else "". What was no reaction needs none."""
    return STILL_UNCLEAR if unclear and not no_reaction and not why_unclear.strip() else ""
