"""Recalls that are open, and how far word has come."""

from datetime import datetime

from django.urls import reverse

from portal.today.blocks import Block, Row, clock
from treatments.recalls.models import Recall


def open_recalls(now: datetime) -> Block | None:
    """Every open recall, the oldest first; none is ever left out. No block while there is none."""
    recalls = list(Recall.objects.open().counted().select_related("lot__product").order_by("opened_at", "id"))
    if not recalls:
        return None
    more = reverse("admin:treatments_recall_changelist")
    return Block("recalls", "Recalls", [_row(one, now) for one in recalls], len(recalls), "", more, "All recalls")


def _row(recall: Recall, now: datetime) -> Row:
    """Which lot, and how many clients know; red until each notice was sent or its client reached."""
    touched, know, unsent = recall.touched, recall.know, recall.unsent  # type: ignore[attr-defined]
    words = f"{know} of {touched} clients know of it"
    page = reverse("admin:treatments_recall_change", args=[recall.pk])
    return Row(
        client=str(recall.lot),
        client_url=page,
        words=f"{words}. {unsent} still to be told." if unsent else f"{words}.",
        badge="Tell clients" if unsent else "Waits for word" if know < touched else "To close",
        tone="bad" if unsent else "warn",
        action="Open the recall",
        url=page,
        when=f"Opened {clock(recall.opened_at, now)}",
        urgent=bool(unsent),
    )
