"""Accepting on its page: what is missing is said at its field, and what was typed stays."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from tests.treatments.screening.rows import submitted

OWN = {"own_expectations": "realistic"}
LETTER = b"%PDF-1.4 letter"


@pytest.fixture
def accept(clinic, practitioner, signed_in):
    """accept(answers, typed) posts the page for a client with these answers; what comes back."""
    browser = signed_in(practitioner)

    def post(answers, typed):
        screening = submitted(clinic, practitioner, at=timezone.now(), answers=answers)
        return browser.post(f"/admin/treatments/screening/{screening.pk}/accept/", typed)

    return post


def errors(response):
    return {name: list(said) for name, said in response.context["form"].errors.items()}


THINNERS = {"blood_thinners": "prescribed"}
SAID = OWN | {"reason": "Seen and agreed.", "conditions_note": "Behind the ear."}


@pytest.mark.parametrize(
    ("answers", "typed", "field", "words"),
    [
        ({"diabetes": "controlled"}, OWN | {"reason": " "}, "reason", "Write down your reason"),
        ({}, {"own_expectations": "unrealistic"}, "reason", "Write down your reason"),
        (THINNERS, SAID, "letters", "A letter is needed for: Blood thinners."),
        ({}, SAID | {"conditions": ["lower_depth"]}, "lower_depth", "Write the lower needle depth"),
        (
            {},
            SAID | {"conditions": ["lower_depth"], "lower_depth": "2"},
            "lower_depth",
            "The lower depth must be below",
        ),
        ({}, OWN | {"conditions": ["other"]}, "conditions_note", "Say in words"),
    ],
)
def test_what_is_missing_is_said_at_its_field(accept, answers, typed, field, words):
    found = errors(accept(answers, typed))
    assert (list(found), words in found[field][0]) == ([field], True)


def test_everything_typed_stays_and_a_lost_file_is_asked_for_again(accept):
    letter = SimpleUploadedFile("letter.pdf", LETTER)
    typed = OWN | {"conditions": ["letter"], "conditions_note": "From her GP.", "letters": letter}
    response = accept(THINNERS, typed)
    page = response.content.decode()
    assert list(errors(response)) == ["reason", "letters"]
    assert ("choose the file again" in page, "From her GP." in page) == (True, True)
