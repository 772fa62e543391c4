"""The verbs of a practice: who is certified, who joins, who leaves, who gets a new password."""

from datetime import date

from portal.practice.models import Certificate, Membership


def valid_certificate(*, membership: Membership, on: date, device_is_rf: bool) -> Certificate | None:
    """The practitioner's certificate that holds on that day, the one with the greatest depth; None when none holds."""
    return Certificate.objects.filter(membership=membership).holding(on=on, device_is_rf=device_is_rf).first()
