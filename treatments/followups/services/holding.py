"""What becomes of emails about results that waited for a red flag or a reaction case."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from clients.messages.models import Message
from clients.messages.services import look_again
from clients.records.models import Client
from treatments.cases.models import Case
from treatments.followups.emails import FOLLOWUP
from treatments.followups.emails.reasons import CASE, RED_FLAG
from treatments.followups.models import Alert, Followup
from treatments.followups.services.laying import lay_out, withdraw

if TYPE_CHECKING:
    from portal.practice.models import User

AFTER_A_CASE = "It was cancelled when a reaction case was closed."


def resume_results(*, client: int, at: datetime) -> None:
    """If nothing holds them any more, those whose hour has come are looked at again at once; late ones stay late."""
    if Alert.objects.waiting().filter(client=client).exists() or Case.objects.open().filter(client=client).exists():
        return
    look_again(messages=Message.objects.filter(client=client, kind=FOLLOWUP, why__in=[RED_FLAG, CASE]), at=at)


@transaction.atomic
def cancel_results(*, client: Client, by: "User", at: datetime) -> None:
    """None of the client's unsent emails about results leaves; what was to leave with one still does."""
    waiting = Followup.objects.filter(client=client).about_results().standing().unsent()
    withdraw(followups=list(waiting), why=AFTER_A_CASE, at=at, by=by)
    lay_out(client=client, at=at, by=by)
