"""Whether photographs of a client may be taken and seen now: only while their consent for the record is in force."""

from clients.records.models import Client
from treatments.consents.models import Consent
from treatments.consents.services import consent_in_force, said_no
from treatments.consents.terms import ConsentPurpose, State

NEVER_ASKED = "The client was not asked yet whether photographs may be taken for the record."
WAITS = "The client has not answered yet whether photographs may be taken for the record."
OUTDATED = "The text of the consent to photographs has changed since the client signed it. Ask for it again."
ONLY_IF = "Ask again only if they wish it."


def may_be_seen(client: Client) -> bool:
    """Whether the consent to photographs for the record is in force at this moment."""
    return consent_in_force(client=client, purpose=ConsentPurpose.PHOTO_RECORD) is not None


def newest_word(client: Client) -> Consent | None:
    """What waits for the client to answer, else their last answer; None when they were never asked."""
    asked = Consent.objects.filter(client=client).to(ConsentPurpose.PHOTO_RECORD).select_related("clinic")
    return asked.asked().first() or asked.answered().first()


def why_no_photographs(client: Client) -> str:
    """Why none may be taken or seen, and the cure; "" while the consent is in force."""
    if may_be_seen(client):
        return ""
    newest = newest_word(client)
    if newest is None:
        return NEVER_ASKED
    if newest.state == State.ASKED:
        return WAITS
    no = said_no(newest)
    return f"{no.replace('this consent', 'photographs for the record')} {ONLY_IF}" if no else OUTDATED
