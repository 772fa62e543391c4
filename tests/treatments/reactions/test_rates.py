"""How often sessions are followed by a reaction: counts, and a share only where there is enough to say."""

import csv
import re
from datetime import timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import (
    NOON,
    CaseFactory,
    ClientFactory,
    ClinicFactory,
    DeviceFactory,
    PlanFactory,
    SessionFactory,
    SessionZoneFactory,
    SignedRecordFactory,
)
from treatments.reactions.rules import TOO_FEW, Rate, percent
from treatments.reactions.services import rates
from treatments.sessions.services.amending import amend_record
from treatments.sessions.terms import NOT_TREATED

PAGE = "/admin/treatments/case/rates/"


def done(clinic, device, *, depths=("0.50",), lot="A1", skin_type="II", **facts):
    """One completed session of a client of their own."""
    plan = facts.pop("plan", None) or PlanFactory(client=ClientFactory(clinic=clinic, skin_type=skin_type))
    said = {"state": "completed", "ended_at": NOON, "device": device, "cartridge_lot": lot}
    session = SessionFactory(plan=plan, **said | facts)
    zones = ("cheeks", "nose", "chin")
    for zone, depth in zip(zones, depths, strict=False):
        SessionZoneFactory(session=session, zone=zone, depth_mm=Decimal(depth), reason="Scars")
    return session


@pytest.fixture
def device(clinic):
    return DeviceFactory(clinic=clinic, name="Pen", serial="S1")


def table(heading):
    return dict(rates())[heading]


def test_a_session_counts_once_with_its_gravest_and_only_a_reaction_counts(clinic, device):
    first, second = done(clinic, device), done(clinic, device)
    for grade in (1, 3):
        CaseFactory(session=first, grade=grade)
    CaseFactory(session=second, kind="device_fault", grade=4)
    CaseFactory(session=second, kind="needle_stick_staff", grade=4)
    CaseFactory(session=second, closed_at=NOON + timedelta(days=1), ending="mistaken")
    SessionFactory(plan=first.plan, number=9)  # booked: it is not done
    assert table("Device") == [Rate("Pen (S1)", 2, 2, 1, 1)]


def test_lots_are_one_in_capitals_or_not_and_those_with_reactions_come_first(clinic, device):
    done(clinic, device, lot="a1")
    done(clinic, device, lot="A1")
    CaseFactory(session=done(clinic, device, lot="B2"))
    assert table("Cartridge lot") == [Rate("B2", 1, 1, 1, 0), Rate("A1", 2, 2, 0, 0)]


def test_a_session_is_as_deep_as_its_deepest_zone(clinic, device):
    for depths in (("0.49",), ("0.50", "0.25"), ("0.99",), ("0.50", "1.00"), ("1.50",), ("0.50", "1.51"), ()):
        done(clinic, device, depths=depths)
    counted = [(rate.words, rate.sessions) for rate in table("Deepest zone")]
    bands = [("Less than 0.5 mm", 1), ("0.5 to less than 1.0 mm", 2), ("1.0 to 1.5 mm", 2), ("More than 1.5 mm", 1)]
    assert counted == [*bands, ("Not recorded", 1)]


def test_a_session_counts_as_its_record_was_amended(clinic, device, practitioner):
    other, session = DeviceFactory(clinic=clinic, name="Other", serial="S2"), done(clinic, device, depths=("0.50",))
    SignedRecordFactory(session=session)
    for subject, after, part in (("device", str(other), ""), ("lot", "B2", ""), ("depth", "1.60 mm", "chin")):
        said = {"subject": subject, "after": after, "part": part, "reason": "A slip."}
        amend_record(session=session, **said, by=practitioner.user, at=NOON)
    counted = [[rate.words for rate in rows] for _heading, rows in rates()[:3]]
    assert counted == [["Other (S2)"], ["B2"], ["More than 1.5 mm"]]
    for zone in ("cheeks", "chin"):
        said = {"subject": "depth", "after": NOT_TREATED, "part": zone, "reason": "A slip."}
        amend_record(session=session, **said, by=practitioner.user, at=NOON)
    assert [rate.words for rate in table("Deepest zone")] == ["Not recorded"]


def test_skin_types_stand_in_their_order(clinic, device):
    for skin_type in ("VI", "", "I"):
        done(clinic, device, skin_type=skin_type)
    assert [rate.words for rate in table("Skin type")] == ["Type I", "Type VI", "Not recorded"]


def test_another_clinics_sessions_do_not_count(clinic, device):
    theirs = ClinicFactory()
    done(theirs, DeviceFactory(clinic=theirs))
    assert [rows for _heading, rows in rates()] == [[]] * 4


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ((9, 9, 3, 0), TOO_FEW),
        ((30, 9, 3, 0), TOO_FEW),
        ((10, 10, 0, 0), "0 % (0 to 28 %)"),
        ((10, 10, 1, 0), "10 % (1.8 to 40 %)"),
        ((100, 60, 4, 1), "4.0 % (1.6 to 9.8 %)"),
    ],
)
def test_nothing_is_claimed_from_fewer_than_ten_sessions_or_clients(counts, said):
    assert Rate("Pen", *counts).share == said


@pytest.mark.parametrize(("share", "said"), [(0, "0"), (0.004, "0.4"), (0.0994, "9.9"), (0.0996, "10"), (1, "100")])
def test_small_shares_keep_a_decimal(share, said):
    assert percent(share) == said


def test_the_page_and_its_file_say_the_same_and_name_nobody(clinic, device, practitioner, signed_in):
    session = done(clinic, device, lot="=1+1")
    CaseFactory(session=session)
    browser = signed_in(practitioner)
    shown = browser.get(PAGE).text
    assert "A record that was amended counts as amended." in shown
    assert [words in shown for words in ("Pen (S1)", TOO_FEW, "is no proof of a cause")] == [True] * 3
    lines = list(csv.reader(StringIO(browser.get(f"{PAGE}file/").text.removeprefix("\ufeff"))))
    assert lines[1] == ["Device", "Pen (S1)", "1", "1", "1", "0", TOO_FEW]
    assert lines[2][1] == "'=1+1"
    assert session.client.last_name not in shown + str(lines)


def test_what_may_be_claimed_is_drawn_too_and_what_may_not_is_not(clinic, device, practitioner, signed_in):
    few = DeviceFactory(clinic=clinic, name="Few", serial="S2")
    for number in range(10):
        session = done(clinic, device)
        if number < 4:
            CaseFactory(session=session)
    done(clinic, few, lot="B2")
    shown = signed_in(practitioner).get(PAGE).text
    (drawing,) = re.findall(r'<svg class="estimates".*?rates-device-title.*?</svg>', shown, re.DOTALL)[:1]
    assert "Pen (S1): 40 % (17 to 69 %)." in drawing
    assert [words in drawing for words in ("Few", "Pen (S1) (10 sessions)", ">50 %<", ">100 %<")] == [
        False,
        True,
        True,
        True,
    ]
    assert 'cx="40.6%"' in drawing  # 40 % of the 94 between 3 and 97


def test_before_any_session_the_page_says_so_and_the_front_desk_gets_none(clinic, owner, front_desk, signed_in):
    assert "No session is completed yet" in signed_in(owner).get(PAGE).text
    assert {signed_in(front_desk).get(page).status_code for page in (PAGE, f"{PAGE}file/")} == {403}


def test_more_sessions_take_no_more_queries(clinic, device):
    done(clinic, device)
    with CaptureQueriesContext(connection) as one:
        rates()
    for number in range(4):
        CaseFactory(session=done(clinic, DeviceFactory(clinic=clinic), lot=f"L{number}"))
    with CaptureQueriesContext(connection) as many:
        rates()
    assert len(one) == len(many) == 4
