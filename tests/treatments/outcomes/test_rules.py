"""What may be claimed of many answers, and that nothing is of few."""

from statistics import mean as plain_mean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.practice.proportions import TOO_FEW
from treatments.outcomes.rules import Sums, Tally, line_of

# How it has changed in hundredths of a step, how happy they are, whether they would have it again.
SAID = st.tuples(st.integers(-200, 200), st.none() | st.integers(0, 10), st.none() | st.booleans())


def sums_of(values):
    values = [int(value) for value in values]
    return Sums(len(values), sum(values), sum(value * value for value in values))


def tally_of(each):
    """As the database adds up."""
    return Tally(
        change=sums_of(one[0] for one in each),
        better=sum(one[0] > 0 for one in each),
        satisfaction=sums_of(one[1] for one in each if one[1] is not None),
        again=sums_of(one[2] for one in each if one[2] is not None),
    )


@given(st.lists(SAID, max_size=25))
def test_a_line_says_what_a_slow_count_of_every_client_says(each):
    line = line_of("Cheeks", tally_of(each))
    slow = {
        "change": [one[0] / 100 for one in each],
        "better": [one[0] > 0 for one in each],
        "satisfaction": [one[1] for one in each if one[1] is not None],
        "again": [one[2] for one in each if one[2] is not None],
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
    nine, ten = (line_of("Cheeks", tally_of([(100, 8, True)] * clients)) for clients in (9, 10))
    assert nine == ("Cheeks", 9, None, None, None, None, 0, None)
    assert [found.of for found in (ten.change, ten.better, ten.satisfaction, ten.again)] == [10, 10, 10, 10]
    assert ten.seen is None


def test_equal_answers_do_not_make_us_certain():
    line = line_of("Cheeks", tally_of([(100, 8, True)] * 10))
    assert (round(line.change.low, 2), line.change.value, round(line.change.high, 2)) == (0.79, 1.0, 1.21)
    assert line.better.low < 0.75


def test_what_practitioners_see_of_few_is_no_claim_either():
    tally = Tally(change=sums_of([100] * 30), seen=sums_of([200] * 9))
    assert (line_of("Cheeks", tally).rated, line_of("Cheeks", tally).seen) == (9, None)
