"""The verbs of a clinic's care schedule: which is in force; begin a version, change it, publish it."""

from treatments.care.services.drafts import (
    add_step,
    begin_version,
    change_step,
    discard_version,
    left_out,
    remove_step,
    restore_step,
)
from treatments.care.services.publishing import publish_version
from treatments.care.services.refusals import (
    DraftExists,
    DraftMoved,
    NoDraft,
    NoSuchStep,
    NothingChanges,
    NotToBeUsed,
    PublishReasonNeeded,
)
from treatments.care.services.versions import schedule_of, schedule_with, shipped, shipped_schedule, version_in_force

__all__ = [
    "DraftExists",
    "DraftMoved",
    "NoDraft",
    "NoSuchStep",
    "NotToBeUsed",
    "NothingChanges",
    "PublishReasonNeeded",
    "add_step",
    "begin_version",
    "change_step",
    "discard_version",
    "left_out",
    "publish_version",
    "remove_step",
    "restore_step",
    "schedule_of",
    "schedule_with",
    "shipped",
    "shipped_schedule",
    "version_in_force",
]
