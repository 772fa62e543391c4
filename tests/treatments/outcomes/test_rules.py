"""What may be claimed of many answers, and that nothing is of few."""

from collections import Counter
from decimal import Decimal
from statistics import mean as plain_mean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.practice.proportions import TOO_FEW
from treatments.outcomes.rules import Said, Tally, band_of, line_of

SAID = st.builds(
    Said,
    st.integers(-200, 200),
    st.none() | st.integers(0, 10),
    st.none() | st.booleans(),
    st.integers(1, 3),
)


def tally_of(said):
    tally = Tally()
    for one in said:
        tally.add(one)
    return tally


@given(st.lists(SAID, max_size=25))
def test_a_line_says_what_a_slow_count_of_every_client_says(said):
    each = [one for one in said for _client in range(one.clients)]
    line = line_of("Cheeks", tally_of(said))
    happy = [one.satisfaction for one in each if one.satisfaction is not None]
    again = [one.again for one in each if one.again is not None]
    slow = {
        "change": [one.hundredths / 100 for one in each],
        "better": [one.hundredths > 0 for one in each],
        "satisfaction": happy,
        "again": again,
    }
    assert line.clients == len(each)
    for name, values in slow.items():
        found = getattr(line, name)
        if len(values) < TOO_FEW:
            assert found is None
        else:
            assert (found.of, found.value) == (len(values), pytest.approx(plain_mean(values), abs=1e-9))
            assert found.low <= found.value + 1e-9
            assert found.value <= found.high + 1e-9


@given(st.lists(SAID, min_size=1, max_size=25))
def test_two_tallies_together_are_the_tally_of_both(said):
    whole, half, other = tally_of(said), tally_of(said[::2]), tally_of(said[1::2])
    half.include(other)
    assert half == whole


def test_nothing_is_claimed_of_nine_clients_and_something_of_ten():
    nine, ten = (line_of("Cheeks", tally_of([Said(100, 8, True, clients)])) for clients in (9, 10))
    assert nine == ("Cheeks", 9, None, None, None, None, 0, None)
    assert [found.of for found in (ten.change, ten.better, ten.satisfaction, ten.again)] == [10, 10, 10, 10]
    assert ten.seen is None


def test_equal_answers_do_not_make_us_certain():
    line = line_of("Cheeks", tally_of([Said(100, 8, True, 10)]))
    assert (round(line.change.low, 2), line.change.value, round(line.change.high, 2)) == (0.79, 1.0, 1.21)
    assert line.better.low < 0.75


def test_what_practitioners_see_of_few_is_no_claim_either():
    tally = Tally(changes=Counter({100: 30}), seen=Counter({200: 9}))
    assert (line_of("Cheeks", tally).rated, line_of("Cheeks", tally).seen) == (9, None)


@pytest.mark.parametrize(
    ("depth", "words"),
    [
        ("0.20", "Up to 0.5 mm"),
        ("0.50", "Up to 0.5 mm"),
        ("0.51", "Over 0.5, up to 1.0 mm"),
        ("1.50", "Over 1.0, up to 1.5 mm"),
        ("2.50", "Over 1.5 mm"),
    ],
)
def test_a_depth_lies_in_one_band(depth, words):
    assert band_of(Decimal(depth)) == words
