"""The portal's own documents: in every language the same document as in English."""

import re

import pytest

from portal.practice.terms import Language
from treatments.consents.guidance import FIELD, problem_of
from treatments.consents.rules import clauses, parse
from treatments.consents.services.texts import DEFAULTS, default_texts
from treatments.consents.terms import ConsentPurpose

ENGLISH = str(Language.ENGLISH)
OTHERS = [str(language) for language in Language if language != Language.ENGLISH]
ALONE = 5  # a line of no more words than these may be alike, such as "- {numbing_cream}"

each_purpose = pytest.mark.parametrize("purpose", [str(purpose) for purpose in ConsentPurpose])
each_language = pytest.mark.parametrize("language", OTHERS)


def shape(markdown):
    """What stands where: kind, level, points and initials of every block."""
    return [
        (block.kind, block.level, block.ordered, block.clause, [item.clause for item in block.items])
        for block in parse(markdown)
    ]


def fields(markdown):
    """The merge fields of every line that is not empty."""
    return [sorted(found[0] for found in FIELD.finditer(line)) for line in markdown.splitlines() if line.strip()]


def numbers(markdown):
    return sorted(re.findall(r"\d+(?:[.,]\d+)?", markdown.replace(",", ".")))


@each_purpose
def test_every_language_is_there_and_nothing_else(purpose):
    assert sorted(default_texts(purpose)) == sorted(str(language) for language in Language)
    known = {f"{purpose}.{language}.md" for purpose in ConsentPurpose for language in Language}
    assert {file.name for file in DEFAULTS.glob("*.md")} == known


@each_purpose
def test_the_english_document_can_be_signed(purpose):
    assert problem_of(default_texts(purpose)[ENGLISH], purpose) == ""


@each_language
@each_purpose
def test_it_is_the_same_document(purpose, language):
    texts = default_texts(purpose)
    english, other = texts[ENGLISH], texts[language]
    assert problem_of(other, purpose) == ""
    assert shape(other) == shape(english)
    assert clauses(parse(other)) == clauses(parse(english))
    assert fields(other) == fields(english)
    assert numbers(other) == numbers(english)


@each_language
@each_purpose
def test_it_is_not_the_english_text(purpose, language):
    texts = default_texts(purpose)
    long = [{line for line in texts[one].splitlines() if len(line.split()) > ALONE} for one in (ENGLISH, language)]
    assert not long[0] & long[1]
