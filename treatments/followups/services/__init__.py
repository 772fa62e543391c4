"""The verbs of follow-ups: lay a client's emails out, move one of them, take replies, act on red flags and silence."""

from treatments.followups.services.alerts import (
    AlreadyActedOn,
    NoteNeeded,
    acknowledge_alert,
    escalate_alerts,
    settle_alert,
)
from treatments.followups.services.changes import renew_changes
from treatments.followups.services.drafts import keep_draft
from treatments.followups.services.ends import follow_end, undo_followups
from treatments.followups.services.holding import cancel_results, resume_results
from treatments.followups.services.hours import find_enrolled, lay_out_anew
from treatments.followups.services.laying import SessionNotEnded, lay_out, schedule_followups
from treatments.followups.services.moves import (
    NotSent,
    NotToCome,
    delay_followup,
    may_leave_between,
    send_again,
    send_now,
    skip_followup,
    why_not_then,
    write_line,
)
from treatments.followups.services.reactions import said_in_words, starting_facts
from treatments.followups.services.reminders import AlreadyCalled, CallNoteNeeded, note_called, schedule_reminders
from treatments.followups.services.replies import NothingAsked, TooOften, submit_replies, submit_reply

__all__ = [
    "AlreadyActedOn",
    "AlreadyCalled",
    "CallNoteNeeded",
    "NotSent",
    "NotToCome",
    "NoteNeeded",
    "NothingAsked",
    "SessionNotEnded",
    "TooOften",
    "acknowledge_alert",
    "cancel_results",
    "delay_followup",
    "escalate_alerts",
    "find_enrolled",
    "follow_end",
    "keep_draft",
    "lay_out",
    "lay_out_anew",
    "may_leave_between",
    "note_called",
    "renew_changes",
    "resume_results",
    "said_in_words",
    "schedule_followups",
    "schedule_reminders",
    "send_again",
    "send_now",
    "settle_alert",
    "skip_followup",
    "starting_facts",
    "submit_replies",
    "submit_reply",
    "undo_followups",
    "why_not_then",
    "write_line",
]
