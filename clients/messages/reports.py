"""What the mail provider reports about a message that left: each report once, in whatever order they come."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django_scopes import scope, scopes_disabled

from clients.messages.models import Message, ProviderEvent, Suppression
from clients.messages.stops import stop_address
from clients.messages.terms import Outcome, Recipient, Report, SuppressedBecause
from portal.audit.services import record

LIGHT_TO_HEAVY = ("", Outcome.DELIVERED, Outcome.BOUNCED, Outcome.COMPLAINED)
OUTCOME = {
    Report.DELIVERED: Outcome.DELIVERED,
    Report.HARD_BOUNCE: Outcome.BOUNCED,
    Report.COMPLAINT: Outcome.COMPLAINED,
}
BECAUSE = {
    Report.HARD_BOUNCE: SuppressedBecause.BOUNCED,
    Report.COMPLAINT: SuppressedBecause.COMPLAINED,
    Report.UNSUBSCRIBED: SuppressedBecause.ASKED,
}
ROUTINE = {Report.DELIVERED, Report.DEFERRED}  # no events of the audit trail: there is one for every email


@dataclass(frozen=True)
class ProviderReport:
    """One report, in our words. `event_id` names it with its provider, `provider_id` the message it is about."""

    provider: str
    event_id: str
    provider_id: str
    report: Report
    address: str  # whom it was about; "" when the provider does not say
    happened_at: datetime


def take_report(report: ProviderReport, *, at: datetime) -> bool:
    """Keep a report and do what it asks for; False for one that is known, or about no message of ours."""
    with scopes_disabled():  # the provider knows no clinic; the message does
        known = Message.objects.exclude(provider_id="").filter(provider_id=report.provider_id)
        message = known.select_related("clinic").first()
    if message is None:
        return False
    with scope(clinic=message.clinic):
        return _take(report, message.pk, at)


@transaction.atomic
def _take(report: ProviderReport, pk: int, at: datetime) -> bool:
    held = Message.objects.select_related("clinic").select_for_update(of=("self",), no_key=True)
    message = held.get(pk=pk)
    _event, new = ProviderEvent.objects.get_or_create(
        provider=report.provider,
        event_id=report.event_id,
        defaults={
            "clinic": message.clinic,
            "message": message,
            "report": report.report,
            "happened_at": report.happened_at,
            "received_at": at,
        },
    )
    if not new:
        return False
    if report.report not in ROUTINE:
        record(clinic=message.clinic, action="message.reported", subject=message, at=at, report=report.report.value)
    _note_outcome(report, message)
    _stop(report, message, at)
    return True


def _note_outcome(report: ProviderReport, message: Message) -> None:
    """The heaviest word stays, whatever comes last. A report about an address that was corrected since says nothing."""
    outcome = OUTCOME.get(report.report, "")
    heavier = LIGHT_TO_HEAVY.index(outcome) > LIGHT_TO_HEAVY.index(message.outcome)
    if heavier and message.sent_at and _address(report, message) == message.address.lower():
        message.outcome, message.outcome_at = outcome, report.happened_at
        message.save(update_fields=["outcome", "outcome_at"])


def _stop(report: ProviderReport, message: Message, at: datetime) -> None:
    """Nothing more to an address that bounced for good or said no, unless somebody has lifted that since."""
    because, address = BECAUSE.get(report.report), _address(report, message)
    if because is None or not address or message.recipient != Recipient.CLIENT:
        return
    if Suppression.objects.of(address).filter(lifted_at__gte=report.happened_at).exists():
        return
    stop_address(clinic=message.clinic, address=address, because=because, message=message, at=at)


def _address(report: ProviderReport, message: Message) -> str:
    return (report.address or message.address).strip().lower()
