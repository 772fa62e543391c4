"""Addresses that nothing is sent to any more: stop one, lift it with a reason, say why nothing goes there."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from clients.messages.models import Message, Suppression
from clients.messages.terms import SuppressedBecause
from portal.audit.services import record
from portal.security.refusals import Refused

if TYPE_CHECKING:
    from portal.practice.models import Clinic, User

# Why nothing is sent, for the practitioner; and what cures it.
HAPPENED = {
    SuppressedBecause.BOUNCED: "an email to it bounced for good",
    SuppressedBecause.COMPLAINED: "its owner reported an email from your clinic as spam",
    SuppressedBecause.ASKED: "its owner told the mail provider to send no more emails",
}
CURES = {
    SuppressedBecause.BOUNCED: "Call the client, and correct the address in their record.",
    SuppressedBecause.COMPLAINED: "Call the client before you write to them again.",
    SuppressedBecause.ASKED: "Call the client before you write to them again.",
}


class NotStopped(Refused):
    """This address is not stopped any more: somebody has lifted it already."""


class WhyMissing(Refused):
    """Write down why emails may go to this address again."""


@transaction.atomic
def stop_address(
    *,
    clinic: "Clinic",
    address: str,
    because: SuppressedBecause,
    at: datetime,
    message: Message | None = None,
    by: "User | None" = None,
) -> bool:
    """Nothing more leaves from this clinic to this address. False when that was so already."""
    # The clinic's row before the stop's: whoever settles a message holds it already.
    type(clinic).objects.select_for_update(no_key=True).only("pk").get(pk=clinic.pk)
    stop, new = Suppression.objects.get_or_create(
        clinic=clinic,
        address=address.strip().lower(),
        lifted_at=None,
        defaults={"because": because, "message": message, "suppressed_at": at, "suppressed_by": by},
    )
    if new:
        record(
            clinic=clinic,
            action="suppression.added",
            subject=stop,
            at=at,
            by=by,
            because=str(because),
            client=message.client_id if message else None,
            message=message.pk if message else None,
        )
    return new


@transaction.atomic
def lift_stop(*, stop: Suppression, why: str, by: "User", at: datetime) -> None:
    """Emails may go to the address again; what was not sent meanwhile stays unsent. Raises NotStopped, WhyMissing."""
    if not why.strip():
        raise WhyMissing
    standing = Suppression.objects.in_force().filter(pk=stop.pk)
    if standing.update(lifted_at=at, lifted_by=by, lifted_why=why.strip()) != 1:
        raise NotStopped
    record(clinic=stop.clinic, action="suppression.lifted", subject=stop, at=at, by=by)


def stop_of(address: str) -> Suppression | None:
    """What stops one address now; None when emails go there."""
    return Suppression.objects.in_force().of(address).first()


def whys_stopped(addresses: Iterable[str]) -> dict[str, str]:
    """Of these addresses those that nothing may go to, in lower case, and why; one query for all of them."""
    asked = {address.strip().lower() for address in addresses} - {""}
    if not asked:
        return {}
    standing = Suppression.objects.in_force().filter(address__among=asked).values_list("address", "because")
    return {address: _why(SuppressedBecause(because)) for address, because in standing}


def why_stopped(stop: Suppression) -> str:
    """The same of one stop."""
    return _why(SuppressedBecause(stop.because))


def _why(because: SuppressedBecause) -> str:
    return f"Nothing is sent to this address any more: {HAPPENED[because]}. {CURES[because]}"
