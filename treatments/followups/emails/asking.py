"""Whose questions stand behind one link."""

from datetime import datetime

from treatments.care.schedule import About, fits
from treatments.care.terms import Asks
from treatments.followups.emails.facts import gather
from treatments.followups.models import Followup


def asked_together(followup: Followup, at: datetime) -> list[Followup]:
    """The step that a link is for, then the others of its email that ask something and are for this client.

    What was asked may be answered: also when it was taken off, replaced or answered since.
    """
    others = Followup.objects.filter(message=followup.message_id).standing().exclude(pk=followup.pk)
    if not others.exclude(asks=Asks.NOTHING).exists():
        return [followup]
    message = followup.message
    gather([message], at)
    letter = message.gathered
    asked = [
        row.pk
        for row in letter.followups
        if row.asks != Asks.NOTHING and fits(row.care.who, letter.about.get(row.pk, About()))
    ]
    found = others.select_related("session__plan").in_bulk(asked)
    return [followup, *(found[pk] for pk in asked if pk in found)]
