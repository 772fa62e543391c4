from datetime import date, timedelta

import pytest
from django.utils import timezone

from clients.records.forms import ClientForm
from tests.factories import ClientFactory, ClinicFactory

POSTED = {"first_name": "Mara", "last_name": "Lind", "date_of_birth": "1985-05-17", "email": "", "language": "en"}


def errors(**changed):
    return {name: list(said) for name, said in ClientForm(POSTED | changed).errors.items()}


def test_the_smallest_record_is_enough(clinic):
    assert errors() == {}


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("first_name", "  ", "Enter the first name."),
        ("last_name", "", "Enter the last name."),
        ("date_of_birth", "", "Enter the date of birth."),
        ("date_of_birth", "1899-12-31", "The date of birth is before 1900. Check the year."),
        ("date_of_birth", "2001-02-30", "Enter the date of birth as day, month and year, such as 17/05/1985."),
        ("email", "mara@", "Enter an email address such as name@example.org."),
        ("phone", "call me", "Enter a phone number with 6 to 15 digits, such as +44 20 7946 0000."),
        ("phone", "12345", "Enter a phone number with 6 to 15 digits, such as +44 20 7946 0000."),
        ("phone", "1" * 16, "Enter a phone number with 6 to 15 digits, such as +44 20 7946 0000."),
    ],
)
def test_bad_input_gets_a_clear_sentence_at_its_field(clinic, field, value, words):
    assert errors(**{field: value}) == {field: [words]}


def test_nobody_is_born_tomorrow(clinic):
    tomorrow = timezone.localdate() + timedelta(days=1)
    words = "The date of birth is in the future. Check the year."
    assert errors(date_of_birth=tomorrow.isoformat()) == {"date_of_birth": [words]}


@pytest.mark.parametrize("born", ["1900-01-01", timezone.localdate().isoformat(), "17/05/1985"])
def test_the_first_and_last_possible_days_of_birth_pass(clinic, born):
    assert errors(date_of_birth=born) == {}


def test_email_is_kept_in_small_letters_and_names_on_one_line(clinic):
    form = ClientForm(
        POSTED | {"email": "Mara@Example.ORG", "first_name": " Mara\r\nBcc: x ", "phone": "+44 (0)20 7946"}
    )
    assert form.is_valid()
    kept = {name: form.cleaned_data[name] for name in ("email", "first_name", "phone")}
    assert kept == {"email": "mara@example.org", "first_name": "Mara Bcc: x", "phone": "+44 (0)20 7946"}


def test_goals_are_words_of_the_list_only(clinic):
    assert list(errors(goals=["acne_scars", "be_rich"])) == ["goals"]


def test_a_likely_duplicate_is_pointed_out_once_and_saved_when_ticked(clinic):
    there = ClientFactory(clinic=clinic, email="mara@example.org", first_name="Someone", date_of_birth=date(1970, 1, 2))
    form = ClientForm(POSTED | {"email": "MARA@example.org"})
    assert not form.is_valid()
    words = f"This may be {there}, born 2 Jan 1970, who is already on your list."
    assert form.points == [(words, f"/admin/client/{there.pk}/")]
    assert ClientForm(POSTED | {"email": "MARA@example.org", "seen": form.points_digest}).is_valid()


def test_a_tick_for_one_duplicate_does_not_count_for_another(clinic):
    ClientFactory(clinic=clinic, email="one@example.org")
    ClientFactory(clinic=clinic, email="two@example.org")
    first = ClientForm(POSTED | {"email": "one@example.org"})
    assert not first.is_valid()
    assert not ClientForm(POSTED | {"email": "two@example.org", "seen": first.points_digest}).is_valid()


def test_same_name_and_birthday_is_a_likely_duplicate_whatever_the_capitals(clinic):
    ClientFactory(clinic=clinic, first_name="MARA", last_name="lind", date_of_birth=date(1985, 5, 17))
    assert not ClientForm(POSTED).is_valid()


def test_another_clinics_client_is_never_pointed_out(clinic):
    ClientFactory(clinic=ClinicFactory(), first_name="Mara", last_name="Lind", email="mara@example.org")
    assert errors(email="mara@example.org") == {}


def test_a_record_is_not_its_own_duplicate_and_is_asked_only_when_identity_changes(clinic):
    ClientFactory(clinic=clinic, email="mara@example.org")
    twin = ClientFactory(
        clinic=clinic, email="mara@example.org", first_name="Mara", last_name="Lind", date_of_birth=date(1985, 5, 17)
    )
    assert ClientForm(POSTED | {"email": "mara@example.org", "notes": "x"}, instance=twin).is_valid()
