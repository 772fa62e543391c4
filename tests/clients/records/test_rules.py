"""Signing by name: what nobody could be called is refused, what differs from the record is only asked about."""

import pytest

from clients.records.rules import is_name_of, is_whole_name


@pytest.mark.parametrize(
    ("name", "whole"),
    [
        ("Ada Osei", True),
        ("Sukarno", True),
        ("王芳", True),
        ("मीरा", True),
        ("مريم", True),
        ("Ng", True),
        ("", False),
        ("D", False),
        ("D.", False),
        ("12345", False),
        ("--- !!", False),
        ("O", False),
    ],
)
def test_a_signature_is_a_name_in_any_script(name, whole):
    assert is_whole_name(name) is whole


def test_a_name_of_one_letter_counts_when_the_record_has_it():
    assert (is_whole_name("E.", "E"), is_whole_name("E", "D")) == (True, False)


@pytest.mark.parametrize(
    ("name", "same"),
    [
        ("Dara O’Sullivan", True),
        ("o'sullivan dara", True),
        ("Dee O'Sullivan", True),
        ("Dara Mary O Sullivan-Byrne", True),
        ("D. O’Sullivan", False),
        ("Dara Byrne", False),
        ("Дара О’Салливан", False),
    ],
)
def test_a_signature_is_held_against_the_record_by_its_words(name, same):
    assert is_name_of(name, given={"Dara", "Dee"}, family="O’Sullivan") is same


def test_accents_do_not_matter_nor_a_family_name_that_is_missing():
    assert is_name_of("Xochitl Ramirez", given={"Xóchitl", ""}, family="Ramírez")
    assert is_name_of("Sukarno", given={"Sukarno"}, family="-")
