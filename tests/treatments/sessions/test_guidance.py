"""What is still missing before a record is signed, in words."""

import pytest

from treatments.sessions.guidance import Cream, Written, ZoneWritten, gaps

WHOLE = Written(completed=True)
REMOVED = Cream("Numb", off=True, removed=True, lot=True)


def test_nothing_is_missing_in_a_whole_record():
    assert gaps(WHOLE) == []


def test_a_session_that_is_not_completed_is_completed_first():
    assert [gap.words for gap in gaps(Written(completed=False, skin=False))] == ["The session is not completed."]


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"device": False}, "The device is not written down."),
        ({"lot": False, "expiry": False}, "The cartridge’s lot is not written down."),
        ({"expiry": False}, "It is not written down when the cartridge expires."),
        ({"zones": ()}, "No zone with its needle depth is written down."),
        ({"creams": (Cream("Numb", False, False, True),)}, "It is not written down when Numb was taken off."),
        ({"creams": (Cream("Numb", True, False, True),)}, "It is not ticked that Numb was removed completely."),
        ({"skin": False}, "How the skin was at the end is not written down."),
        ({"told": False}, "It is not written down that aftercare was given."),
    ],
)
def test_what_a_record_cannot_do_without_blocks(facts, words):
    assert [(gap.words, gap.blocks) for gap in gaps(Written(**{"completed": True} | facts))] == [(words, True)]


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"cream_planned": True}, "The plan is with numbing cream, and none is written down."),
        ({"creams": (Cream("Numb", True, True, False),)}, "The lot of Numb is not written down."),
        ({"serums_without_lot": ("Gel",)}, "The lot of Gel is not written down."),
        (
            {"zones": (ZoneWritten("Cheeks", passes=False), ZoneWritten("Nose"), ZoneWritten("Chin", passes=False))},
            "No passes are written down for Cheeks, Chin.",
        ),
        ({"zones": (ZoneWritten("Chin", endpoint=False),)}, "No endpoint is written down for Chin."),
        ({"not_saved": ("Ada",)}, "Ada typed something on “Materials and aftercare” and has not saved it."),
    ],
)
def test_what_may_be_right_as_it_is_is_only_pointed_out(facts, words):
    assert [(gap.words, gap.blocks) for gap in gaps(Written(**{"completed": True} | facts))] == [(words, False)]


def test_what_blocks_comes_first():
    found = gaps(Written(completed=True, serums_without_lot=("Gel",), told=False, creams=(REMOVED,)))
    assert [gap.blocks for gap in found] == [True, False]
