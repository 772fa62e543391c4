from datetime import date, timedelta

import pytest

from treatments.confirmations.rules import Facts, is_fresh, why_not
from treatments.confirmations.terms import State

DAY = date(2026, 6, 8)
CHANGED = (
    "The client said that something has changed, and has not sent the new form yet. "
    "Wait for it, hand the form over, or send a new one."
)
OLD = "The client confirmed more than 7 days before the session. Ask for the confirmation again."
NOT_YET = "The client has not confirmed yet that nothing has changed. Hand the tablet over, or send it again."
NEVER = "The client was not asked yet whether anything has changed. Ask for the confirmation."


def ago(days):
    return DAY - timedelta(days=days)


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({}, NEVER),
        ({"state": State.ASKED, "screened_on": ago(2)}, NOT_YET),
        ({"state": State.ASKED, "screened_on": ago(1)}, ""),
        ({"state": State.CONFIRMED, "answered_on": ago(7), "screened_on": ago(90)}, ""),
        ({"state": State.CONFIRMED, "answered_on": ago(8), "screened_on": ago(90)}, OLD),
        ({"state": State.CHANGED, "answered_on": ago(9), "screened_on": ago(7)}, ""),
        ({"state": State.CHANGED, "answered_on": ago(9), "screened_on": ago(8)}, OLD),
        ({"state": State.CHANGED, "answered_on": ago(1), "screened_on": ago(90), "change_waits": True}, CHANGED),
        ({"state": State.CHANGED, "answered_on": ago(0), "screened_on": ago(1), "change_waits": True}, CHANGED),
        ({"state": State.CONFIRMED, "answered_on": ago(0), "screened_on": ago(1), "change_waits": True}, CHANGED),
    ],
)
def test_what_counts_on_the_day(facts, words):
    assert why_not(Facts(on=DAY, **facts)) == words


@pytest.mark.parametrize(("days", "fresh"), [(-1, False), (0, True), (1, True), (2, False)])
def test_a_form_is_fresh_on_its_day_and_the_next(days, fresh):
    assert (is_fresh(ago(days), DAY), is_fresh(None, DAY)) == (fresh, False)
