"""What counts as fever, as people measure where the clinic is: in the email that warns, and in the question."""

import re

import pytest
from django.utils import translation

from portal.practice.guidance import fever_words, in_their_degrees
from tests.factories import ClientFactory
from tests.treatments.followups.test_emails import followup_of, rendered
from treatments.followups.forms import ReplyForm
from treatments.followups.questions import QUESTIONS

BOTH, CELSIUS = "38 °C (100.4 °F)", "38 °C"
WHERE = [("US", "en", BOTH), ("US", "es", BOTH), ("US", "de", BOTH), ("GB", "en", BOTH), ("ES", "es", CELSIUS)]


@pytest.mark.parametrize(("country", "language", "said"), WHERE)
def test_people_in_the_united_states_read_it_in_fahrenheit_too_whatever_they_speak(country, language, said):
    assert fever_words(country, language) == said


@pytest.mark.parametrize(("country", "language", "said"), WHERE)
def test_the_email_of_day_3_says_it_so(clinic, country, language, said):
    clinic.country = country
    clinic.save()
    client = ClientFactory(clinic=clinic, language=language, skin_type="IV")
    with translation.override(language):
        email = rendered(followup_of(client, "day_3"))
    found = [re.findall(r"38 °C(?: \(100.4 °F\))?", part) for part in (email.text, email.html)]
    assert found == [[said], [said]]


@pytest.mark.parametrize(("country", "language", "said"), WHERE)
def test_the_question_of_day_3_says_it_so(country, language, said):
    with translation.override(language):
        signs = dict(ReplyForm(questions=QUESTIONS["day_3"], country=country).fields["signs"].choices)
    assert said in signs["fever"]
    assert ("°F" in signs["fever"]) == (said == BOTH)


def test_words_that_name_both_already_stay_as_they_are():
    assert in_their_degrees(BOTH, "US") == BOTH
