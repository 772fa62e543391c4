"""A signed record is amended: old and new beside each other, who, when and why; the original stays."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from importlib import import_module
from urllib.parse import urlencode

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.urls import reverse

from portal.audit.terms import in_words
from portal.models import AuditEvent
from tests.factories import AmendmentFactory, AsAmendedFactory, DeviceFactory, LotFactory, ProductFactory
from tests.treatments.sessions.conftest import LATER, refusal
from tests.treatments.sessions.recorded import MINUTE, amend, sign, whole
from treatments.followups.models import Enrolment, Followup
from treatments.models import Amendment, AsAmended, Plan
from treatments.plans.services import lines_of, said_of
from treatments.sessions.services import book_session
from treatments.sessions.services.facts import planned_facts
from treatments.sessions.services.signing import why_not_as_signed
from treatments.sessions.terms import Amendable

DAY = timedelta(days=1)
earlier = import_module("treatments.migrations.0044_earlier_amendments_count")


@pytest.fixture
def signed(ready):
    sign(whole(ready))
    return ready


def page(session, verb="amend", **query):
    return reverse(f"admin:treatments_session_{verb}", args=[session.pk]) + (f"?{urlencode(query)}" if query else "")


def test_an_amendment_keeps_old_and_new_and_who_and_why(signed):
    made = amend(signed, "notes", "Calm, a little red", reason=" Forgot it. ")
    assert (made.before, made.after, made.reason, made.amended_by) == (
        ("Calm", "Calm, a little red", "Forgot it.", signed.by)
    )
    signed.session.refresh_from_db()
    event = AuditEvent.objects.get(action="session.amended")
    assert (signed.session.notes, event.facts["what"], "red" in str(event.facts)) == ("Calm", "notes", False)
    assert why_not_as_signed(signed.session.signed) == ""


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"subject": "notes", "after": "Private words"}, "Session amended: notes"),
        ({"subject": "lot", "after": "QUOKKA-LOT"}, "Session amended: cartridge lot"),
        ({"subject": "depth", "part": "cheeks", "after": "0.8 mm"}, "Session amended: needle depth"),
        ({"subject": "serum_lot", "after": "QUOKKA-LOT"}, "Session amended: lot of the serum"),
    ],
)
def test_the_history_says_which_part_was_amended_and_not_what_it_says(signed, signed_in, facts, words):
    amend(signed, **facts)
    shown = signed_in(signed.member).get(page(signed.session, "history")).content.decode()
    assert (f'<span class="what">{words}</span>' in shown, facts["after"] in shown) == (True, False)


def test_every_part_that_is_amended_has_a_word_in_the_history():
    said = {one.value: in_words("session.amended", one.value) for one in Amendable}
    assert [value for value, words in said.items() if "_" in words] == []
    assert len(set(said.values())) == len(said)


def test_a_second_amendment_starts_from_the_first(signed):
    amend(signed, "depth", "0.8 mm", part="cheeks")
    assert amend(signed, "depth", "0.9 mm", part="cheeks").before == "0.8 mm"
    assert Amendment.objects.first().before == "1.00 mm"


def test_what_was_forgotten_is_added_by_an_amendment(signed):
    assert amend(signed, "depth", "0.5 mm", part="nose").before == ""
    assert amend(signed, "serum_lot", "S9").lot_number == "S9"


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"subject": "notes", "after": "New", "reason": " "}, "Write the reason: it is kept with the session."),
        (
            {"subject": "notes", "after": "Calm"},
            "That is what the record says already. Write what it should say.",
        ),
        ({"subject": "depth", "part": "moon", "after": "1 mm"}, "Choose what of the record is to be amended."),
        ({"subject": "depth", "part": "cheeks", "after": "deep"}, "Choose a device of the clinic; write a depth"),
        ({"subject": "depth", "part": "cheeks", "after": "9 mm"}, "Choose a device of the clinic; write a depth"),
        ({"subject": "device", "after": "Somebody's pen"}, "Choose a device of the clinic; write a depth"),
        ({"subject": "ended", "ended_at": LATER + timedelta(days=1)}, "The end is in the future."),
    ],
)
def test_an_amendment_that_cannot_be_is_refused(signed, facts, words):
    assert refusal(amend, signed, **facts).startswith(words)
    assert not Amendment.objects.exists()


def test_only_a_signed_record_is_amended(ready):
    words = "Only a signed record is amended; this one is not signed. Reopen the session and put it right."
    assert refusal(amend, whole(ready), "notes", "New") == words


def test_an_amended_end_moves_what_is_still_to_leave(signed):
    before = Followup.objects.get(step="day_7").due_at
    made = amend(signed, "ended", ended_at=LATER - 30 * MINUTE)
    signed.session.refresh_from_db()
    assert (made.before, made.after) == ("1 Jun 2026, 13:50", "1 Jun 2026, 13:20")
    assert (signed.session.ended_at, Enrolment.objects.get().anchored_at) == (LATER, LATER - 30 * MINUTE)
    assert before - Followup.objects.get(step="day_7").due_at == 30 * MINUTE


def test_a_later_end_takes_none_of_the_sessions_own_emails_away(ready):
    """Those of results leave at the same hour as before: it was after the clinic's sending hours already."""
    type(ready.clinic).objects.filter(pk=ready.clinic.pk).update(sends_until=time(12))
    sign(whole(ready))
    before = dict(Followup.objects.standing().values_list("step", "message__state"))
    amend(ready, "ended", ended_at=LATER + 3 * MINUTE)
    assert dict(Followup.objects.standing().values_list("step", "message__state")) == before


def test_an_amended_end_redates_the_rest_of_the_series_and_the_page_says_so(signed, signed_in):
    browser = signed_in(signed.member)
    shown = browser.post(page(signed.session, what="ended:"), {"after": "2026-06-02T00:10", "reason": "x"}, follow=True)
    said = "Session 2 is due on 30 Jun 2026 now (29 Jun 2026 before)."
    assert said in shown.text
    assert (said_of(signed.session.plan, LATER), lines_of(signed.session.plan, date(2026, 6, 3))[1].day) == (
        (said, date(2026, 6, 30))
    )
    assert Plan.objects.overdue(LATER + 90 * DAY).get().due_at == datetime(2026, 6, 29, 23, 10, tzinfo=UTC)


def test_the_next_session_is_too_soon_by_the_amended_end(signed):
    follows = book_session(plan=signed.session.plan, scheduled_for=LATER + 14 * DAY, by=signed.by, at=LATER + DAY)
    amend(signed, "ended", ended_at=LATER + DAY, at=LATER + 2 * DAY)
    assert planned_facts(follows, date(2026, 6, 15)).last_done == date(2026, 6, 2)


def test_earlier_amendments_are_kept_as_those_of_today_are(signed):
    pen = DeviceFactory(clinic=signed.clinic, name="Other", serial="S9")
    amend(signed, "device", str(pen))
    amend(signed, "lot", "B2")
    amend(signed, "ended", ended_at=LATER - MINUTE)
    for part, depth in (("cheeks", "not treated"), ("nose", "0.40 mm"), ("chin", "0.9 mm"), ("chin", "0.8 mm")):
        amend(signed, "depth", depth, part=part)
    kept = AsAmended.objects.values("ended_at", "device", "cartridge_lot", "deepest_mm", "zones")
    now = kept.get()
    assert now == {
        "ended_at": LATER - MINUTE,
        "device": pen.pk,
        "cartridge_lot": "B2",
        "deepest_mm": Decimal("0.80"),
        "zones": "chin,nose",
    }
    AsAmended.objects.all().delete()
    earlier.fill(apps, None)
    earlier.fill(apps, None)  # after a step back
    assert kept.get() == now


@pytest.mark.parametrize(
    "nonsense",
    [
        {"subject": "colour"},
        {"reason": ""},
        {"after": ""},
        {"after": "Calm"},
        {"subject": "lot", "after": "L2"},
        {"lot_number": "L2"},
        {"subject": "ended"},
        {"ended_at": LATER},
    ],
)
def test_the_database_refuses_an_amendment_that_says_nothing(signed, nonsense):
    with pytest.raises(IntegrityError), transaction.atomic():
        AmendmentFactory(session=signed.session, **nonsense)


@pytest.mark.parametrize("nonsense", [{"cartridge_lot": ""}, {"deepest_mm": "0.10"}, {"deepest_mm": "2.60"}])
def test_the_database_refuses_a_session_as_amended_to_what_cannot_be(signed, nonsense):
    with pytest.raises(IntegrityError), transaction.atomic():
        AsAmendedFactory(session=signed.session, **nonsense)
    AsAmendedFactory(session=signed.session)


def test_the_page_asks_what_then_for_the_new_value_and_shows_both(signed, signed_in):
    browser = signed_in(signed.member)
    chosen = browser.get(page(signed.session)).content.decode()
    assert [words in chosen for words in ("Cartridge lot", "Lot of Numb 4%", "Needle depth: Cheeks")] == [True] * 3
    where = page(signed.session, what="depth:cheeks")
    assert "1.00 mm" in browser.get(where).content.decode()
    assert "Write the depth, or tick that the zone" in browser.post(where, {"reason": "A slip."}).content.decode()
    browser.post(where, {"after": "0.75", "reason": "A slip."})
    shown = browser.get(page(signed.session, "change")).content.decode()
    for words in ("Needle depth: Cheeks", "1.00 mm", "<strong>0.75 mm</strong>", "A slip.", str(signed.by)):
        assert words in shown


def test_the_last_word_stands_under_what_was_signed_in_its_own_panel(signed, signed_in):
    for depth in ("0.8 mm", "0.9 mm"):
        amend(signed, "depth", depth, part="cheeks")
    amend(signed, "depth", "0.5 mm", part="nose")
    amend(signed, "serum_lot", "S9")
    amend(signed, "skin", "Redness: marked")
    page_shown = signed_in(signed.member).get(page(signed.session, "change"))
    amended = page_shown.context["sheet"]["amended"]
    assert {panel: [one.after for one in ones] for panel, ones in amended.items()} == {
        "chart": ["0.9 mm", "0.5 mm"],
        "materials": ["S9"],
        "closing": ["Redness: marked"],
    }
    shown = page_shown.content.decode()
    chart = shown[shown.index("Zones and needle depths") : shown.index('aria-labelledby="materials"')]
    assert ("Cheeks: <strong>0.9 mm</strong>" in chart, "0.8 mm" in chart) == (True, False)


def test_a_device_a_zone_that_was_not_treated_and_the_end_are_amended(signed, signed_in):
    browser, pen = signed_in(signed.member), DeviceFactory(clinic=signed.clinic, name="Other", serial="SN-9")
    browser.post(page(signed.session, what="device:"), {"after": pen.pk, "reason": "x"})
    browser.post(page(signed.session, what="depth:cheeks"), {"untreated": "on", "reason": "x"})
    browser.post(page(signed.session, what="ended:"), {"after": "2026-06-01T13:20", "reason": "x"})
    assert "Pen (" in (facts := dict(browser.get(page(signed.session, "change")).context["facts"]))["Device"]
    assert (facts["Device"].split("\n")[1], facts["Ended"].split("\n")[1]) == (
        ("Amended: Other (SN-9)", "Amended: 1 Jun 2026, 13:20")
    )
    said = list(Amendment.objects.values_list("subject", "after"))
    assert said == [("device", "Other (SN-9)"), ("depth", "not treated"), ("ended", "1 Jun 2026, 13:20")]


def test_notes_that_were_left_empty_stand_among_the_facts_once_they_are_amended(ready, signed_in):
    session = whole(ready).session
    type(session).objects.filter(pk=session.pk).update(notes="")
    session.refresh_from_db()
    sign(ready)
    amend(ready, "notes", "She was calm.")
    facts = dict(signed_in(ready.member).get(page(ready.session, "change")).context["facts"])
    assert facts["Notes"] == "Nothing\nAmended: She was calm."


@pytest.mark.parametrize("depth", ["0.1", "2.6", "26.75"])
def test_an_amended_depth_that_no_needle_has_says_what_can_be(signed, signed_in, depth):
    shown = signed_in(signed.member).post(page(signed.session, what="depth:cheeks"), {"after": depth, "reason": "x"})
    assert shown.context["form"].errors["after"] == ["The needle depth must be from 0.2 to 2.5 mm."]


def test_a_lot_that_must_not_have_been_used_is_pointed_out_and_written_down(signed, signed_in):
    LotFactory(product__clinic=signed.clinic, number="OLD-1", expires_on=LATER.date() - timedelta(days=9))
    browser, where = signed_in(signed.member), page(signed.session, what="lot:")
    shown = browser.post(where, {"after": "old-1", "reason": "x"})
    points = shown.context["form"].points
    assert "If it was used, the record has to say so." in points[0].words
    browser.post(where, {"after": "old-1", "reason": "x", "seen": shown.context["form"].points_digest})
    assert Amendment.objects.get().lot_number == "OLD-1"


@pytest.mark.parametrize(
    ("kind", "text", "number"),
    [
        ("cream", "(01)09521000000025(17)270101(10)C4418", "C4418"),
        ("serum", " h0093 ", "h0093"),
        ("serum", "A" * 61, None),
    ],
)
def test_the_lot_of_a_cream_or_a_serum_is_scanned_or_typed(signed, signed_in, kind, text, number):
    ProductFactory(clinic=signed.clinic, name="Numb 5%", kind="anaesthetic", gtin="09521000000025")
    LotFactory(product__clinic=signed.clinic, number="H0093")  # a cartridge's, by chance
    row = getattr(signed.session, f"{kind}s").get()
    where = page(signed.session, what=f"{kind}_lot:{row.pk}")
    shown = signed_in(signed.member).post(where, {"after": text, "reason": "x"}, follow=True).content.decode()
    assert list(Amendment.objects.values_list("lot_number", flat=True)) == ([number] if number else [])
    assert ("A lot number has at most 60 characters." in shown) is (number is None)


def test_before_it_is_signed_the_page_says_how_to_put_it_right(ready, signed_in):
    whole(ready)
    shown = signed_in(ready.member).get(page(ready.session, what="notes:")).content.decode()
    assert "Reopen the session and put it right." in shown
