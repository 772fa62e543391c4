"""Whether a follow-up message is still right: a reason not to send it, or to wait. Pure, on what was gathered."""

from collections.abc import Callable
from datetime import datetime

from clients.messages.models import Message
from clients.records.terms import ArchivedBecause
from treatments.care.schedule import About, fits
from treatments.followups.emails.carried import Carried
from treatments.followups.emails.facts import Letter

# In this order: the first that holds is the reason.
OF_THE_CLIENT: tuple[tuple[Callable[[Letter], bool], str], ...] = (
    (lambda letter: letter.client.archived_because == ArchivedBecause.DECEASED, "The client has died."),
    (lambda letter: letter.client.archived_at is not None, "The client is archived."),
    (lambda letter: not letter.client.gets_follow_ups, "The client does not want follow-up emails."),
    (lambda letter: not letter.client.email, "The client has no email address."),
    (lambda letter: not letter.followups, "Its steps were taken off."),
)
ANSWERED = "The client has already answered."
REPLACED = "A newer session replaces it."
NOT_FOR_THEM = "The care schedule sends this step to other clients: by skin, history, treatment or earlier answers."
RED_FLAG = "It waits: nobody has acted yet on a warning sign in the client’s answers."
CASE = "It waits: a reaction case of the client is open."


def reason_to_skip(message: Message, _at: datetime) -> str:
    """Why this message is not right any more: for the whole of it, or for each of its steps. "" while it is."""
    letter: Letter = message.gathered
    if letter.refused:
        return letter.refused
    of_all = next((why for holds, why in OF_THE_CLIENT if holds(letter)), "")
    return of_all or ("" if right_steps(letter) else why_not(letter, letter.followups[0]))


def reason_to_wait(message: Message, _at: datetime) -> str:
    """Cheerful emails wait while a red flag or a reaction case is open; care does not."""
    letter: Letter = message.gathered
    why = RED_FLAG if letter.red_flag_open else CASE if letter.case_open else ""
    cheerful = why and any(followup.about_results for followup in right_steps(letter))
    return why if cheerful else ""


def right_steps(letter: Letter) -> list[Carried]:
    """The steps of a message that are still right."""
    return [followup for followup in letter.followups if not why_not(letter, followup)]


def why_not(letter: Letter, followup: Carried) -> str:
    """Why one step is not right any more."""
    if followup.answered:
        return ANSWERED
    if followup.pk in letter.replaced:
        return REPLACED
    step = followup.care
    if not step.conditional or fits(step.who, letter.about.get(followup.pk, About())):
        return ""
    return NOT_FOR_THEM
