"""What is asked before a follow-up message leaves, each with its answer: for operators. Pure, on what was gathered."""

from collections.abc import Iterator

from clients.messages.models import Message
from clients.records.models import Client
from treatments.care.schedule import About, fits
from treatments.followups.emails.carried import Carried
from treatments.followups.emails.facts import Letter


def checks(message: Message) -> list[tuple[str, str]]:
    """Of the client first, then of each step that it carries."""
    letter: Letter = message.gathered
    client = letter.client
    return [
        ("Do they agree to these emails?", letter.refused or "yes, or they were never asked"),
        ("Is the client on the list?", f"no: {why_off(client)}" if client.archived_at else "yes"),
        ("Does the client want follow-ups?", yes(client.gets_follow_ups)),
        ("Does a red flag wait?", yes(letter.red_flag_open)),
        ("Is a reaction case open?", yes(letter.case_open)),
        ("How many steps does it carry?", str(len(letter.followups))),
        *(answer for followup in letter.followups for answer in _of(followup, letter)),
    ]


def why_off(client: Client) -> str:
    """Why an archived client was archived."""
    return str(client.get_archived_because_display()) or "archived, and nobody wrote down why"


def _of(followup: Carried, letter: Letter) -> Iterator[tuple[str, str]]:
    about = letter.about.get(followup.pk, About())
    yield f"{followup.title}: was it answered?", yes(followup.answered)
    yield f"{followup.title}: does a newer session replace it?", yes(followup.pk in letter.replaced)
    yield f"{followup.title}: is it for this client?", yes(fits(followup.care.who, about))
    held = letter.red_flag_open or letter.case_open
    yield f"{followup.title}: does it wait for a red flag or a case?", yes(followup.about_results and held)


def yes(holds: bool) -> str:
    """The answer in a word."""
    return "yes" if holds else "no"
