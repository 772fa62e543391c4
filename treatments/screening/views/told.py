"""What a client told us, for the client to read again."""

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import get_language, gettext

from treatments.screening.forms.wording import wording_read
from treatments.screening.guidance import asks_a_day, birth_and_answers
from treatments.screening.models import Screening
from treatments.screening.questionnaire import read_kept
from treatments.screening.questionnaire.words import UNSURE


def told(screening: Screening) -> list[tuple[str, str]]:
    """What the client was asked and answered, from the snapshot, in the page's language.

    In the language of their form it is word for word what they read.
    """
    questionnaire, answers = read_kept(screening.questionnaire), screening.answers or {}
    as_read = screening.language == (get_language() or "en").split("-")[0]
    wording = screening.wording if as_read else wording_read(questionnaire)
    not_theirs = {question.key for question in questionnaire.questions if question.asked_of != "client"}
    return [
        (asked.words, _spoken(asked.answer, is_day=asks_a_day(questionnaire, asked)))
        for asked in birth_and_answers(questionnaire, answers, wording)
        if asked.key not in not_theirs
    ]


def _spoken(answer: str, *, is_day: bool) -> str:
    if not answer:
        return gettext("Not answered")
    if not is_day:
        return answer
    if answer == UNSURE:
        return gettext("I'm not sure of the date")
    return date_format(date.fromisoformat(answer), "DATE_FORMAT")
