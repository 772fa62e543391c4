import pytest

from portal.practice.guidance import EMERGENCY, with_numbers
from treatments.followups.guidance import ADVICE, emergency_first
from treatments.followups.terms import Urgency


@pytest.mark.parametrize(
    ("country", "numbers"),
    [
        ("GB", ["111", "999"]),
        ("GB-SCT", ["111", "999"]),
        ("IE", ["112", "999"]),
        ("US", ["911"]),
        ("CA", ["811", "911"]),
        ("AU", ["1800022222", "000"]),
        ("DE", ["116117", "112"]),
        ("AT", ["1450", "144", "112"]),
        ("CH", ["144", "112"]),
        ("FR", ["15", "112"]),
        ("ES", ["112"]),
    ],
)
def test_every_number_in_a_countrys_emergency_wording_can_be_dialled(country, numbers):
    parts = with_numbers(EMERGENCY[country])
    assert [part.dial for part in parts if part.dial] == numbers
    assert "".join(part.words for part in parts) == EMERGENCY[country]


def test_hours_and_days_are_no_telephone_numbers():
    assert [part.dial for part in with_numbers("Within 24 hours call +44 20 7946 0000.") if part.dial] == [
        "+442079460000"
    ]


def test_every_urgency_has_its_advice():
    assert set(ADVICE) == set(Urgency)


def test_in_an_emergency_the_emergency_number_comes_first():
    assert emergency_first(EMERGENCY["GB"]) == "In an emergency call 999. For advice call NHS 111."
    assert emergency_first("Ring the night desk. Then us.") == "Ring the night desk. Then us."
