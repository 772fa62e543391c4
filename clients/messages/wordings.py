"""Each wording is written down once, of an email only what it said in the fields: both together read as it was sent."""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import NamedTuple

from django.db import transaction
from django.db.backends.signals import connection_created
from django.dispatch import receiver

from clients.messages.kinds import Rendered, Worded
from clients.messages.models import Message, Wording
from clients.messages.pieces import Pieces, read

# The wordings that this process knows to be written down: their ids, by clinic and digest. None is ever deleted, but a
# database may be restored from a backup: what is known goes with the connection by which it was learnt.
KNOWN: dict[tuple[int, str], int] = {}
MOST_KNOWN = 5000


class Copy(NamedTuple):
    """An email as the reader got it, but for the secrets of its links, which are masked."""

    subject: str
    text: str
    html: str


def copy_of(message: Message) -> Copy:
    """What is kept of a message that has left; empty for one that has not."""
    wording, said = message.wording, message.said
    text, html = read(wording.content).filled(said) if wording and said is not None else ("", "")
    return Copy(message.subject, text + message.text, html + message.html)


def write_wordings(clinic_id: int, emails: Iterable[Rendered | Worded]) -> None:
    """See to it that the wordings of these emails of one clinic are written down, and let each email know its own.

    No statement at all where this process has seen them before.
    """
    worded = [email for email in emails if isinstance(email, Worded)]
    wordings = {email.wording.digest: email.wording for email in worded}
    ids = {digest: pk for digest in wordings if (pk := KNOWN.get((clinic_id, digest)))}
    if missing := {digest: wording for digest, wording in wordings.items() if digest not in ids}:
        ids |= _written(clinic_id, missing)
    for email in worded:
        email.wording_id = ids[email.wording.digest]


def _written(clinic_id: int, wordings: Mapping[str, Pieces]) -> dict[str, int]:
    """The ids of these wordings. Two workers may write the same one at once: one of them does, both read it."""
    rows = Wording.objects.filter(clinic=clinic_id, digest__in=wordings)
    ids = dict(rows.values_list("digest", "pk"))
    if missing := [
        Wording(clinic_id=clinic_id, digest=digest, content=wording.content)
        for digest, wording in wordings.items()
        if digest not in ids
    ]:
        Wording.objects.bulk_create(missing, ignore_conflicts=True)
        ids = dict(rows.all().values_list("digest", "pk"))
    transaction.on_commit(partial(_remember, clinic_id, ids))  # what is rolled back was never there
    return ids


def _remember(clinic_id: int, ids: Mapping[str, int]) -> None:
    if len(KNOWN) > MOST_KNOWN:
        KNOWN.clear()
    KNOWN.update({(clinic_id, digest): pk for digest, pk in ids.items()})


@receiver(connection_created)
def _forget(**_: object) -> None:
    KNOWN.clear()
