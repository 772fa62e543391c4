"""The verbs of follow-ups: lay a client's emails out, take a reply, act on a red flag."""

from treatments.followups.services.alerts import AlreadyActedOn, NoteNeeded, acknowledge_alert
from treatments.followups.services.laying import SessionNotEnded, lay_out, schedule_followups
from treatments.followups.services.replies import AlreadyAnswered, NothingAsked, submit_reply

__all__ = [
    "AlreadyActedOn",
    "AlreadyAnswered",
    "NoteNeeded",
    "NothingAsked",
    "SessionNotEnded",
    "acknowledge_alert",
    "lay_out",
    "schedule_followups",
    "submit_reply",
]
