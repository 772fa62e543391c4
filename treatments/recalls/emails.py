"""The notice of a recall. It is safety information: no consent stops it, it keeps no sending hours."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from clients.links.services import issue_link
from clients.links.terms import Purpose
from clients.messages.kinds import Kind, Rendered
from clients.messages.models import Message
from clients.records.terms import ArchivedBecause
from portal.practice.emails import render_parts
from portal.practice.terms import Language
from treatments.recalls.models import Recall, RecallNotice

NOTICE = "recall_notice"
LINK_LASTS = timedelta(days=365)
HAS_DIED = "The client has died."


def create_notice_kind() -> Kind:
    """The notice, as the post office needs to know it.

    It goes to those who come no more as well; a stopped address and a missing one are for a person to call.
    """
    return Kind(
        name=NOTICE,
        title="Safety notice",
        render=_render,
        reason_to_skip=_reason_to_skip,
        gather=_gather,
        because=lambda message, _leaves: f"Lot {_notice_of(message).recall.number} is recalled.",
    )


def notice_key(notice: RecallNotice) -> str:
    """The key of its message."""
    return f"recall:{notice.recall_id}:notice:{notice.pk}"


def text_for(recall: Recall, language: str) -> str:
    """What a client who reads this language is told: English where there is no wording in it."""
    return str(recall.texts.get(language) or recall.texts.get(str(Language.ENGLISH), ""))


def _gather(messages: Sequence[Message], _at: datetime) -> None:
    """Read each message's notice and recall: one query for all of them."""
    notices = RecallNotice.objects.filter(message__in=messages).select_related("recall")
    found = {notice.message_id: notice for notice in notices}
    for message in messages:
        message.gathered = found.get(message.pk)


def _notice_of(message: Message) -> RecallNotice:
    if not isinstance(message.gathered, RecallNotice):
        raise RecallNotice.DoesNotExist
    return message.gathered


def _render(message: Message, at: datetime) -> Rendered:
    notice = _notice_of(message)
    token = issue_link(client=message.client, purpose=Purpose.RECALL, subject_id=notice.pk, at=at, lasts=LINK_LASTS)
    context = {
        "clinic": message.clinic,
        "client": message.client,
        "words": text_for(notice.recall, translation.get_language()),
        "link": settings.BASE_URL + reverse("recalls:notice", args=[token]),
    }
    subject, text, html = render_parts("emails/recalls/notice", context)
    return Rendered(subject=subject, text=text, html=html, secrets=(token,))


def _reason_to_skip(message: Message, _at: datetime) -> str:
    if message.client.archived_because == ArchivedBecause.DECEASED:
        return HAS_DIED
    return "The client was reached otherwise." if _notice_of(message).reached_at else ""
