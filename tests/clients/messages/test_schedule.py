"""When a message is tried again."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from clients.messages.schedule import next_try, pause_after
from tests.factories import NOON

MINUTE = timedelta(minutes=1)


def test_the_pauses_grow_and_then_stay_at_an_hour():
    assert [pause_after(tries) / MINUTE for tries in (1, 2, 3, 4, 5, 400)] == [1, 5, 15, 60, 60, 60]


@given(tries=st.integers(1, 50), chance=st.floats(0, 1), left=st.timedeltas(timedelta(0), timedelta(days=3)))
def test_a_next_try_is_within_a_quarter_of_its_pause_and_before_it_is_too_late(tries, chance, left):
    pause = pause_after(tries)
    then = next_try(at=NOON, pause=pause, send_by=NOON + left, chance=chance)
    if then is None:
        assert pause * 1.25 >= left
    else:
        assert pause * 0.75 <= then - NOON <= pause * 1.25
        assert then < NOON + left
