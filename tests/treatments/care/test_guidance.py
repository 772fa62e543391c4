"""What a step's email may say, and the words that ship with the portal."""

import re
from dataclasses import replace

import pytest

from treatments.care.guidance import (
    DEFAULTS,
    FIELD,
    OddWords,
    Words,
    default_words,
    problems,
    tidy,
    words_from,
    words_in,
)
from treatments.care.schedule import fingerprint
from treatments.care.services import shipped, shipped_schedule
from treatments.consents.rules import parse

STEPS = shipped_schedule().steps
LANGUAGES = ["de", "en", "es", "fr"]
GOOD = Words("How are you?", "How are you today?", "Hello {called}.\n\n{next_session}", "Tell us", "Call {phone}.")


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.key)
def test_the_default_has_every_step_in_every_language_and_may_be_sent(step):
    assert list(default_words(step.key)) == LANGUAGES
    found = {language: problems(words, asks=step.asks != "nothing") for language, words in step.words.items()}
    assert found == {language: [] for language in LANGUAGES}


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.key)
def test_every_language_says_as_much_as_the_english(step):
    def shape(words):
        said = " ".join((words.title, words.body, words.warning))
        return (
            [(block.kind, len(block.items)) for block in parse(words.body)],
            [found[0] for found in FIELD.finditer(f"{words.body} {words.warning}")],
            sorted(re.findall(r"\d+", said)),
            bool(words.button),
        )

    assert {language: shape(words) for language, words in step.words.items()} == {
        language: shape(step.words["en"]) for language in LANGUAGES
    }


def test_no_file_of_words_is_left_over():
    files = {file.name for file in DEFAULTS.iterdir()}
    assert files == {f"{step.key}.{language}.md" for step in STEPS for language in LANGUAGES}


def test_other_words_mean_another_version_of_the_default():
    """Who changes a word or a day raises the version in default.json, and writes its fingerprint here."""
    name, content = shipped()
    assert (name, fingerprint(content)[:16]) == ("2026-11-28.6", "731e6415c3eed04e")


def test_good_words_have_no_problem():
    assert problems(GOOD, asks=True) == []


@pytest.mark.parametrize(
    ("wrong", "part", "why"),
    [
        ({"subject": ""}, "subject", "Write this"),
        ({"subject": "Your skin today"}, "subject", "“skin” tells"),
        ({"subject": "Ihre Sitzung"}, "subject", "“Sitzung” tells"),
        ({"subject": "Hello {called}"}, "subject", "No field may stand in the subject"),
        ({"subject": "x" * 101}, "subject", "longer than 100"),
        ({"title": "One\ntwo"}, "title", "one line"),
        ({"title": "For {name}"}, "title", "Line 1: {name} is not a field here"),
        ({"body": ""}, "body", "Write this"),
        ({"body": "Hello {called}\n\nUntil {tomorrow}"}, "body", "Line 3: {tomorrow} is not a field here"),
        ({"body": "Hello {called"}, "body", "Line 1: { is not a field here"),
        ({"body": "Hello called}"}, "body", "Line 1: } is not a field here"),
        ({"body": "Hello {Called}"}, "body", "{ is not a field here"),
        ({"body": "Hello\n\nNext: {next_session}"}, "body", "Line 3: {next_session} stands alone"),
        ({"body": "Hello\n{next_session}"}, "body", "Line 2: {next_session} stands alone"),
        ({"body": "# Hello\n\nYou"}, "body", "A heading begins with ##"),
        ({"body": "Hello\n\n<b>you</b>"}, "body", "Line 3: HTML cannot be shown"),
        ({"body": "Hello ![a](http://b.example/c.png)"}, "body", "pictures"),
        ({"body": "[initials] Hello"}, "body", "nobody signs an email"),
        ({"body": "Hello \ue000called\ue001"}, "body", "cannot be shown"),
        ({"button": ""}, "button", "Write this"),
        ({"button": "For {called}"}, "button", "No field may stand in the button"),
        ({"warning": ""}, "warning", "Write this"),
        ({"warning": "Call {next_session}"}, "warning", "{next_session} is not a field here"),
    ],
)
def test_words_that_cannot_be_sent_are_refused_with_their_place(wrong, part, why):
    found = [problem for problem in problems(replace(GOOD, **wrong), asks=True) if problem.part == part]
    assert [why in problem.words for problem in found][:1] == [True]


def test_a_step_that_asks_nothing_needs_no_button_and_has_no_link_to_speak_of():
    words = replace(GOOD, button="", body="Hello. Until {until}.")
    assert [problem.part for problem in problems(words, asks=False)] == ["body"]


def test_words_are_kept_without_the_spaces_and_line_ends_that_a_browser_sends():
    assert tidy(Words(" A ", "B", "One\r\n\r\nTwo\r\n")) == Words("A", "B", "One\n\nTwo")


@pytest.mark.parametrize("file", ["title: A\n\nB", "subject: A\ntitle: B\nfoot: C\n\nD", "subject: A\n\ntitle: B"])
def test_a_file_of_the_default_that_cannot_be_read_stops_the_start(file):
    with pytest.raises(OddWords):
        words_from(file)


def test_the_reader_gets_the_first_language_that_there_is_and_old_schedules_the_defaults_words():
    own = {"fr": GOOD, "en": replace(GOOD, title="Hi")}
    assert words_in("own_step", own, ("de", "en")) == ("en", own["en"])
    assert words_in("own_step", {"es": GOOD}, ("de", "en")) == ("es", GOOD)
    assert words_in("day_1", {}, ("de", "en")) == ("de", default_words("day_1")["de"])
    with pytest.raises(LookupError):
        words_in("own_step", {}, ("de", "en"))
