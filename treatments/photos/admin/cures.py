"""Why no photographs may be taken or seen, with the page that cures it."""

from typing import NamedTuple

from django.urls import reverse

from clients.records.models import Client
from portal.practice.models import User
from treatments.consents.terms import State
from treatments.photos.services import newest_word, why_no_photographs


class Hidden(NamedTuple):
    """The reason in words, and the button that leads to its cure: its words and address, "" when there is none."""

    why: str
    word: str = ""
    url: str = ""


def why_hidden(client: Client, user: User) -> Hidden | None:
    """None while photographs may be seen."""
    why = why_no_photographs(client)
    if not why:
        return None
    newest = newest_word(client)
    if newest and newest.state in {State.REFUSED, State.WITHDRAWN}:
        return Hidden(why, "See what the client said", reverse("admin:treatments_consent_change", args=[newest.pk]))
    if not user.has_perm("treatments.add_consentrequest") or client.archived_at:
        return Hidden(why)
    if newest and newest.state == State.ASKED:
        hand_over = reverse("admin:treatments_consentrequest_hand_over", args=[newest.request_id])
        return Hidden(why, "Hand over the consent", hand_over)
    return Hidden(why, "Ask for consent", f"{reverse('admin:treatments_consentrequest_add')}?client={client.pk}")
