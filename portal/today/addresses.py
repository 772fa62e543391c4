"""Clients whom no email reaches any more: their address bounced, or they said no."""

from datetime import datetime, timedelta

from django.db.models import Q
from django.urls import reverse

from clients.messages.models import Suppression
from clients.messages.stops import CURES
from clients.messages.terms import SuppressedBecause
from clients.records.models import Client
from portal.today.blocks import Block, Row, some_of

TOLD_FOR = timedelta(days=14)  # nothing cures a no; an address that bounced stays until it is corrected


def stopped_addresses(now: datetime) -> Block | None:
    """Current clients whose address is stopped, and what to do; None when there is nobody."""
    stops = Suppression.objects.in_force().filter(
        Q(because=SuppressedBecause.BOUNCED) | Q(suppressed_at__gt=now - TOLD_FOR)
    )
    clients, count = some_of(Client.objects.current().filter(email__in=stops.values("address")))
    if not count:
        return None
    found = {stop.address: stop for stop in stops.filter(address__in=[client.email for client in clients])}
    rows = [row_of(client, found[client.email]) for client in clients if client.email in found]
    more = reverse("admin:clients_suppression_changelist")
    return Block("addresses", "Clients whom no email reaches", rows, count, "", more, "All stopped addresses")


def row_of(client: Client, stop: Suppression) -> Row:
    """One client."""
    bounced = stop.because == SuppressedBecause.BOUNCED
    change = reverse("admin:clients_client_change", args=[client.pk])
    page = reverse("admin:clients_suppression_change", args=[stop.pk])
    return Row(
        client=str(client),
        client_url=reverse("client_page", args=[client.pk]),
        words=f"{client.email}: nothing is sent there any more. {CURES[SuppressedBecause(stop.because)]}",
        badge=str(stop.get_because_display()),
        tone="bad" if bounced else "warn",
        action="Correct the address" if bounced else "Open",
        url=change if bounced else page,
    )
