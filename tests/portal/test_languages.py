"""What clients read, in German, French and Spanish: complete, well formed, and really shown."""

import ast
import re
from html import unescape

import pytest
from django.conf import settings
from django.utils import translation

from portal.management import catalogues
from portal.practice.guidance import EMERGENCY, emergency_words, with_numbers
from portal.practice.terms import AVAILABLE
from treatments.followups.guidance import emergency_first
from treatments.screening.questionnaire import default

LANGUAGES = list(catalogues.LANGUAGES)
COLLECT = "run `python3 dev.py messages`, translate what it lists in locale/, and run it again"
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[a-z%]|\{\w*\}")
GETTEXT = {"gettext", "gettext_lazy", "gettext_noop", "_"}

pytestmark = pytest.mark.parametrize("language", LANGUAGES)


@pytest.fixture(scope="module")
def found():
    return catalogues.found()


def ids(catalog):
    return {(message.id, message.context) for message in catalog if message.id}


def as_list(words):
    return list(words) if isinstance(words, tuple | list) else [words]


def test_everything_clients_read_is_translated(language, found):
    assert catalogues.untranslated(catalogues.translated(language, found)) == [], COLLECT


def test_no_translation_is_a_guess(language):
    assert [message.id for message in catalogues.kept(language) if message.id and message.fuzzy] == []


def test_the_file_holds_what_is_read_and_nothing_else(language, found):
    kept = catalogues.kept(language)
    assert (ids(kept) ^ ids(found), list(kept.obsolete)) == (set(), []), COLLECT


def test_the_compiled_file_is_what_the_readable_one_says(language):
    kept = catalogues.kept(language)
    compiled = catalogues.mo_of(catalogues.translated(language, kept, kept))
    assert catalogues.path_of(language, "mo").read_bytes() == compiled, COLLECT


def test_the_file_names_no_machine_and_no_moment(language):
    words = catalogues.path_of(language, "po").read_text()
    assert re.findall(r"Creation-Date|Revision-Date|Generated-By|Last-Translator|#: .*:\d|#: (?:.* )?/", words) == []


def test_a_translation_has_the_placeholders_of_its_original(language):
    odd = []
    for message in catalogues.kept(language):
        wanted = [sorted(PLACEHOLDER.findall(words)) for words in as_list(message.id)]
        got = [sorted(PLACEHOLDER.findall(words)) for words in as_list(message.string)]
        if message.id and [one for one in got if one not in wanted]:
            odd.append(message.id)
    assert odd == []


# What follows a comma goes on in small letters in German, and the paragraph after this one does not.
GREETING = ("Dear %(name)s,", "Guten Tag %(name)s!")


def test_a_translation_ends_as_its_original_ends(language):
    """A sentence stays a sentence, a question a question; a label with a colon keeps it."""
    ends = {".": ".", "?": "?", ":": ":", ",": ",:", "!": "!"}
    odd = []
    for message in catalogues.kept(language):
        for words, ours in zip(as_list(message.id), as_list(message.string), strict=False):
            same = words[-1:] not in ends or ours[-1] in ends[words[-1]] + "?"
            if message.id and not same and (words, ours) != GREETING:
                odd.append((words, ours))
    assert odd == []


def test_no_literal_in_the_code_escapes_the_collection(language, found):
    """Not even one in an f-string, which the extractor of older Pythons does not see."""
    said = set()
    for file in catalogues.files(catalogues.CODE, {".py"}):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            called = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in GETTEXT
            if called and node.args and isinstance(node.args[0], ast.Constant) and node.args[0].value:
                said.add((node.args[0].value, None))
    assert said - ids(found) == set()


def test_every_word_of_the_questionnaire_is_translated(language):
    kept = catalogues.kept(language)
    words = list(catalogues.client_words(default()))
    assert [word for word in words if not (kept.get(word) and kept.get(word).string)] == []
    assert len(words) > 300


def test_french_and_spanish_and_german_are_written_as_they_are_printed(language):
    wrong = {
        "de": r"[\"«»]|[a-zäöüß] [:;?!]",
        "fr": r"[\"„]|[^\u00a0][:;?!»]|«[^\u00a0]",
        "es": r"[\"„“”]|[a-záéíóúñ] [:;?!]",
    }[language]
    shown = [ours for message in catalogues.kept(language) if message.id for ours in as_list(message.string)]
    assert [words for words in shown if re.search(wrong, words)] == []
    if language == "es":
        assert [words for words in shown if words.count("?") != words.count("¿")] == []


def test_whom_to_call_names_the_same_numbers_in_every_language(language):
    for country, words in EMERGENCY.items():
        with translation.override(language):
            ours = emergency_words(country)
        dial = [[part.dial for part in with_numbers(one) if part.dial] for one in (words, ours)]
        assert dial[0] == dial[1], country
        assert emergency_first(ours).split(". ")[0] == ours.split(". ")[-1].removesuffix("."), country


def test_the_settings_know_the_languages_that_forms_offer(language):
    assert [code for code, _name in settings.LANGUAGES] == list(AVAILABLE)
    assert language in AVAILABLE


def test_the_file_is_one_that_django_reads(language):
    with translation.override(language):
        assert unescape(translation.gettext("Thank you")) == catalogues.kept(language).get("Thank you").string
