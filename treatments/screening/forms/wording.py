"""The words of a questionnaire as a reader of another language sees them."""

from collections.abc import Iterator
from functools import cache

from django.utils.translation import get_language, gettext

from treatments.screening.forms.fields import STATEMENT
from treatments.screening.questionnaire import Questionnaire, default
from treatments.screening.questionnaire.words import UNSURE_LABEL, Question


def wording_read(questionnaire: Questionnaire) -> dict[str, str]:
    """{English: what is read instead} in the language that is switched on; nothing where it is English."""
    if (get_language() or "en").split("-")[0] == "en":
        return {}
    read: dict[str, str] = {words: gettext(words) for words in _all_words(questionnaire) if words}
    return read | {STATEMENT: gettext(STATEMENT)}


def is_own(words: str) -> bool:
    """Whether a clinic wrote this: the portal has no translation of it, and it is read as it was written."""
    return words not in _ours()


@cache
def _ours() -> frozenset[str]:
    return frozenset(_all_words(default()))


def _all_words(questionnaire: Questionnaire) -> Iterator[str]:
    yield from (questionnaire.birth_words, questionnaire.birth_why, UNSURE_LABEL)
    for section in questionnaire.sections:
        yield from (section.title, section.help)
    for question in questionnaire.questions:
        if question.asked_of == "client":
            yield from _words_of(question)


def _words_of(question: Question) -> Iterator[str]:
    yield from (question.words, question.help, question.why)
    for option in question.options:
        yield from (option.label, option.advice, option.see_doctor)
    yield from (asked.words for asked in question.dates)
    yield from (asked.words for asked in question.texts)
