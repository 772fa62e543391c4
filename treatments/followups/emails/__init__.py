"""The emails after a session, and the one that calls the clinic to a red flag: what the post office must know."""

from clients.messages.kinds import Kind
from clients.messages.models import Message
from treatments.consents.terms import ConsentPurpose
from treatments.followups.emails.because import because
from treatments.followups.emails.checks import checks
from treatments.followups.emails.facts import AGAIN, gather
from treatments.followups.emails.letters import emergency_of, render
from treatments.followups.emails.log import of_step, steps
from treatments.followups.emails.reasons import reason_to_skip, reason_to_wait
from treatments.followups.emails.redflag import red_flag_reason_to_skip, render_red_flag
from treatments.followups.emails.verbs import latest, verbs
from treatments.followups.terms import Step

__all__ = [
    "AGAIN",
    "FOLLOWUP",
    "RED_FLAG",
    "create_followup_kind",
    "create_red_flag_kind",
    "emergency_of",
    "followup_key",
]

FOLLOWUP, RED_FLAG = "followup", "red_flag"


def create_followup_kind() -> Kind:
    """The steps after a session."""
    return Kind(
        name=FOLLOWUP,
        title="Follow-up",
        render=render,
        reason_to_skip=reason_to_skip,
        reason_to_wait=reason_to_wait,
        gather=gather,
        words=_words,
        purpose=ConsentPurpose.FOLLOW_UP_EMAILS,
        verbs=verbs,
        latest=latest,
        because=because,
        checks=checks,
        steps=steps,
        of_step=of_step,
    )


def create_red_flag_kind() -> Kind:
    """The call to the clinic."""
    return Kind(name=RED_FLAG, title="Red flag", render=render_red_flag, reason_to_skip=red_flag_reason_to_skip)


def followup_key(session_id: int, step: str) -> str:
    """The key of one step's message: a second one is refused."""
    return f"session:{session_id}:{step}"


def _words(message: Message) -> str:
    step = message.key.split(":")[2]
    return f"Follow-up: {Step(step).label if step in Step.values else step.replace('_', ' ')}"
