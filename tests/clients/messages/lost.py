"""What the fault test starts: the portal's Celery app on a clock that can be stepped, and the rows it is tried on.

celery --app tests.clients.messages.lost worker …
python -m tests.clients.messages.lost seed COUNT | cancel
"""

import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.utils import timezone

CLOCK = Path(os.environ["TEST_CLOCK"])  # holds how many seconds this machine's clock is wrong by
right = timezone.now


class Stepped(datetime):
    """The time as a stepped clock tells it."""

    @classmethod
    def now(cls, tz=None):
        return (right() + timedelta(seconds=float(CLOCK.read_text()))).astimezone(tz)


timezone.now = lambda: Stepped.now(UTC)  # before tables take it for their defaults

from celery.worker import request  # noqa: E402

from portal.celery import app  # noqa: E402

request.datetime = Stepped  # a task's time is over by the same clock that gave it
app.now = lambda: Stepped.now(app.timezone)

import django  # noqa: E402
from django.conf import settings  # noqa: E402

settings.EMAIL_TIMEOUT = 6
django.setup()

from django.core.management import call_command  # noqa: E402
from django_scopes import scope  # noqa: E402

from clients.messages.models import Message  # noqa: E402
from clients.messages.services import cancel_messages  # noqa: E402
from portal.practice.models import Clinic  # noqa: E402
from tests.factories import (  # noqa: E402
    ClinicFactory,
    ConsentFactory,
    DocumentFactory,
    SessionFactory,
    SuppressionFactory,
)
from tests.factories.many import many_due  # noqa: E402
from treatments.models import Session  # noqa: E402

FEW = 10
FOLLOW_UPS = "follow_up_emails"


def seed(count):
    """So many messages, due for hours; few of them to people who must not get them, or whom nobody can reach."""
    call_command("migrate", verbosity=0)
    clinic, due = ClinicFactory(), right() - timedelta(hours=4)
    with scope(clinic=clinic):
        withdrawn = {"document": DocumentFactory(clinic=clinic, purpose=FOLLOW_UPS), "purpose": FOLLOW_UPS}
        for message in many_due(clinic, FEW, at=due, name="withdrawn"):
            ConsentFactory(request__client=message.client, state="withdrawn", **withdrawn)
        for message in many_due(clinic, FEW, at=due, name="suppressed"):
            SuppressionFactory(clinic=clinic, address=message.client.email)
        for message in many_due(clinic, FEW, at=due, name="superseded", step="week_4"):
            plan = Session.objects.get(client=message.client).plan
            SessionFactory(plan=plan, number=2, ended_at=due - timedelta(days=1))
        many_due(clinic, FEW, at=due, name="nobody")
        many_due(clinic, FEW, at=due + timedelta(minutes=1), name="cancelled")
        many_due(clinic, count - 5 * FEW, at=due)


def cancel(_count):
    """Withdraw some that have not left."""
    with scope(clinic=Clinic.objects.get()):
        some = Message.objects.filter(client__email__startswith="cancelled")
        cancel_messages(messages=some, why="The practitioner skipped it.", at=timezone.now())


if __name__ == "__main__":
    {"seed": seed, "cancel": cancel}[sys.argv[1]](int(sys.argv[2]))
