"""The verbs of photographs: add and remove; whether any may be seen; and what pages show of them."""

from treatments.photos.services.consenting import may_be_seen, newest_word, why_no_photographs
from treatments.photos.services.keeping import (
    add_photograph,
    delete_removed_files,
    may_send,
    remove_photograph,
    send_photograph,
)
from treatments.photos.services.refusals import (
    AlreadyRemoved,
    EnoughSent,
    InTheFuture,
    NoConsent,
    NotBegun,
    ReasonMissing,
    SameAgain,
    SessionCancelled,
)
from treatments.photos.services.showing import Part, Slot, checklist, latest_of_each_view, of_client, strip

__all__ = [
    "AlreadyRemoved",
    "EnoughSent",
    "InTheFuture",
    "NoConsent",
    "NotBegun",
    "Part",
    "ReasonMissing",
    "SameAgain",
    "SessionCancelled",
    "Slot",
    "add_photograph",
    "checklist",
    "delete_removed_files",
    "latest_of_each_view",
    "may_be_seen",
    "may_send",
    "newest_word",
    "of_client",
    "remove_photograph",
    "send_photograph",
    "strip",
    "why_no_photographs",
]
