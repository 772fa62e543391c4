"""Shares and means say how sure they are, and nothing is claimed from too few."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.practice.proportions import TOO_FEW, Interval, mean_of, too_few, wilson


@pytest.mark.parametrize(
    ("successes", "of", "expected"),
    [
        (0, 10, (0.0, 0.2775)),
        (1, 10, (0.0179, 0.4042)),
        (5, 10, (0.2366, 0.7634)),
        (81, 263, (0.2553, 0.3662)),
        (10, 10, (0.7225, 1.0)),
    ],
)
def test_a_share_stands_in_wilsons_interval(successes, of, expected):
    assert tuple(round(end, 4) for end in wilson(successes, of)) == expected


def test_nothing_counted_is_no_knowledge():
    assert wilson(0, 0) == Interval(0.0, 1.0)


def test_more_successes_than_there_were_is_refused():
    with pytest.raises(ValueError, match="11 of 10"):
        wilson(11, 10)


@given(st.integers(1, 2000).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_the_interval_holds_the_share_and_mirrors_its_complement(counted):
    successes, of = counted
    low, high = wilson(successes, of)
    assert 0 <= low <= successes / of <= high <= 1
    assert wilson(of - successes, of) == pytest.approx((1 - high, 1 - low))


@given(st.integers(1, 200).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_more_of_the_same_makes_us_surer(counted):
    successes, of = counted
    few, many = wilson(successes, of), wilson(successes * 10, of * 10)
    assert many.high - many.low < few.high - few.low


def test_a_mean_stands_in_students_interval():
    ten = Counter([6, 7, 7, 8, 8, 8, 8, 9, 9, 10])  # deviation 1.1547, t(9) 2.2622
    assert tuple(round(value, 2) for value in mean_of(ten, least=0, most=10)) == (8.0, 7.17, 8.83)


def test_equal_answers_do_not_make_us_certain():
    assert tuple(round(value, 2) for value in mean_of({8: 10}, least=0, most=10)) == (8.0, 7.79, 8.21)


@pytest.mark.parametrize("counts", [{}, {4: 1}, {4: 1, 5: 0}])
def test_one_answer_has_no_mean_to_speak_of(counts):
    assert mean_of(counts, least=1, most=5) is None


def test_an_answer_off_the_scale_is_refused():
    with pytest.raises(ValueError, match="from 1 to 5"):
        mean_of({6: 1}, least=1, most=5)


@given(st.dictionaries(st.integers(1, 5), st.integers(1, 50), min_size=1))
def test_a_means_interval_holds_it_and_stays_on_the_scale(counts):
    found = mean_of(counts, least=1, most=5)
    if found is not None:
        assert 1 <= found.low <= found.mean <= found.high <= 5


def test_nine_are_too_few_and_ten_are_not():
    assert (too_few(TOO_FEW - 1), too_few(TOO_FEW)) == (True, False)


def test_a_scale_in_finer_points_is_as_uncertain_as_its_steps():
    steps, hundredths = mean_of({1: 10}, least=-2, most=2), mean_of({100: 10}, least=-200, most=200, step=100)
    assert tuple(hundredths) == pytest.approx([100 * value for value in steps])
