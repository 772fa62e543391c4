"""The verbs of follow-ups: lay a client's emails out, take replies, act on red flags and silence."""

from treatments.followups.services.alerts import AlreadyActedOn, NoteNeeded, acknowledge_alert, escalate_alerts
from treatments.followups.services.drafts import keep_draft
from treatments.followups.services.laying import SessionNotEnded, lay_out, schedule_followups
from treatments.followups.services.reminders import (
    AlreadyCalled,
    CallNoteNeeded,
    note_called,
    schedule_reminders,
)
from treatments.followups.services.replies import NothingAsked, TooOften, submit_replies, submit_reply

__all__ = [
    "AlreadyActedOn",
    "AlreadyCalled",
    "CallNoteNeeded",
    "NoteNeeded",
    "NothingAsked",
    "SessionNotEnded",
    "TooOften",
    "acknowledge_alert",
    "escalate_alerts",
    "keep_draft",
    "lay_out",
    "note_called",
    "schedule_followups",
    "schedule_reminders",
    "submit_replies",
    "submit_reply",
]
