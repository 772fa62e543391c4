"""Lay clients out anew for whom it is otherwise now: sending hours, time zone, whether they want emails.

So is a client who had no email address when they were treated, and has one now.
"""

from datetime import datetime, time, timedelta
from time import monotonic

from django.db import transaction
from django.db.models import F, OuterRef, Subquery
from django_scopes import scope, scopes_disabled

from clients.messages.models import Message
from clients.records.models import Client
from treatments.followups.emails import FOLLOWUP
from treatments.followups.models import Enrolment, Layout
from treatments.followups.services.laying import lay_out

# Each takes a tenth of a second or several, and in between others hardly get to write to SQLite: after that they do.
LASTING = timedelta(seconds=10)
AT_ONCE = 300  # more than are laid out in that time


def lay_out_anew(*, at: datetime) -> int:
    """Whoever is not laid out as it is now, in every clinic, until LASTING is over; how many. The next round goes on.

    Those come first whose next email is due first. A client who cannot be laid out holds up no other; what went wrong
    is raised at the end, as an ExceptionGroup.
    """
    until, done, wrong = monotonic() + LASTING.total_seconds(), 0, list[Exception]()
    for layout in _outdated():
        try:
            with scope(clinic=layout.clinic):
                done += _lay_out_anew(layout, at)
        except Exception as why:  # noqa: BLE001  whatever it is, it is raised below
            wrong.append(why)
        if monotonic() >= until:
            break
    if wrong:
        raise ExceptionGroup("Some clients could not be laid out anew.", wrong)
    return done


def find_enrolled() -> int:
    """Note of whom there is no note, in every clinic, that they are to be laid out; how many.

    They were enrolled before there were such notes, or by a process that was older than the database.
    """
    with scopes_disabled():  # rows of every clinic, each with its own
        unknown = Enrolment.objects.filter(client__layout=None).order_by("client").values_list("clinic", "client")
        rows = [
            Layout(clinic_id=clinic, client_id=client, zone="", opens=time.min, closes=time.max)
            for clinic, client in unknown.distinct()
        ]
        return len(Layout.objects.bulk_create(rows, batch_size=1000, ignore_conflicts=True))


def _outdated() -> list[Layout]:
    with scopes_disabled():  # each client is then laid out in the scope of their own clinic
        unsent = Message.objects.unsent().filter(client=OuterRef("client"), kind=FOLLOWUP)
        # Asked of the outdated alone: joined, it would read everybody's messages to find that nobody is.
        outdated = Layout.objects.outdated().annotate(due_at=Subquery(unsent.order_by("due_at").values("due_at")[:1]))
        first = outdated.select_related("clinic").order_by(F("due_at").asc(nulls_last=True), "pk")
        return list(first[:AT_ONCE])


@transaction.atomic
def _lay_out_anew(layout: Layout, at: datetime) -> bool:
    """One client; False when somebody else was quicker."""
    client = Client.objects.held(layout.client_id)
    if not Layout.objects.outdated().filter(pk=layout.pk).exists():
        return False
    lay_out(client=client, at=at)
    return True
