"""Lay clients out anew whose sending hours are others now: the clinic changed them, or the client lives elsewhere.

So is a client who had no email address when they were treated, and has one now.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import F, OuterRef, Subquery
from django_scopes import scope, scopes_disabled

from clients.messages.schedule import SendingHours
from clients.records.models import Client
from treatments.followups.emails.facts import room_of, step_of
from treatments.followups.models import Followup, Layout
from treatments.followups.services.laying import lay_out

AT_ONCE = 300  # clients of one round, each about a tenth of a second; the next round, a minute later, goes on


def lay_out_anew(*, at: datetime) -> int:
    """Whoever is laid out for other hours than theirs are now, in every clinic; how many of AT_ONCE.

    Those come first whose next email is due first. A worker that dies leaves the rest to the next one.
    """
    with scopes_disabled():  # each client is then laid out in the scope of their own clinic
        to_leave = Followup.objects.standing().unsent().filter(clinic=OuterRef("clinic"), client=OuterRef("client"))
        # Asked of the outdated alone: joined, it would read everybody's follow-ups to find that nobody is.
        outdated = Layout.objects.outdated().annotate(due_at=Subquery(to_leave.order_by("due_at").values("due_at")[:1]))
        first = list(outdated.select_related("clinic").order_by(F("due_at").asc(nulls_last=True), "pk")[:AT_ONCE])
    done = 0
    for layout in first:
        with scope(clinic=layout.clinic):
            done += _lay_out_anew(layout, at)
    return done


@transaction.atomic
def _lay_out_anew(layout: Layout, at: datetime) -> bool:
    """One client; False when another worker was quicker."""
    client = Client.objects.held(layout.client_id)
    if not Layout.objects.outdated().filter(pk=layout.pk).exists():
        return False
    _keep_chosen_days(client, at)
    lay_out(client=client, at=at)
    return True


def _keep_chosen_days(client: Client, at: datetime) -> None:
    """What a person gave another time keeps its day, within the hours as they are now."""
    hours = SendingHours.of(client)
    chosen = Followup.objects.filter(client=client, moved_by__isnull=False, due_at__gt=at).standing().unsent()
    chosen = chosen.select_related("client__clinic", "session", "enrolment__version")
    for row in chosen.defer("enrolment__version__content"):
        room = room_of(row)
        if room is not None and row.due_at is not None:
            moment = row.due_at if step_of(row).any_hour else hours.nearest(row.due_at)
            due_at = max(room.first, min(moment, room.last))
            Followup.objects.filter(pk=row.pk).update(due_at=due_at, send_by=room.send_by)
