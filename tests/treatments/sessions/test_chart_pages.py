"""The chart on the pages: as it is filled in without a script, and as it is shown."""

import re
from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from tests.factories import (
    AmendmentFactory,
    AuthorisedZoneFactory,
    ChartPointFactory,
    DeviceFactory,
    OffLabelUseFactory,
    SessionFactory,
    SessionZoneFactory,
    SignedRecordFactory,
)
from tests.treatments.sessions.conftest import ready_session, start
from treatments.models import ChartPoint, Device, OffLabelUse, Plan, SessionZone

MINUTE = "%Y-%m-%dT%H:%M"


@pytest.fixture
def begun(practitioner):
    """A session that has just begun."""
    now = timezone.now()
    ready = ready_session(practitioner, now)
    start(ready, now)
    return ready


@pytest.fixture
def browser(practitioner, signed_in):
    return signed_in(practitioner)


def page_of(session, verb="change"):
    return f"/admin/treatments/session/{session.pk}/{verb}/"


def said(ready, **changed):
    ended = timezone.localtime(timezone.now(), ZoneInfo("Europe/London")).strftime(MINUTE)
    facts = {"device": ready.device.pk, "cartridge_lot": "LOT-7", "notes": "", "ended_at": ended}
    return facts | {"done_cheeks": "on", "depth_cheeks": "1.0"} | changed


def complete(browser, ready, **changed):
    return browser.post(page_of(ready.session, "complete"), said(ready, **changed), follow=True).content.decode()


def test_without_script_a_point_stands_beside_the_number_of_its_zone(browser, begun):
    points = {"point_zone_1": "cheeks", "point_note_1": "A mole", "point_zone_3": "cheeks", "point_note_3": "Another"}
    shown = complete(browser, begun, passes_cheeks="2", endpoint_cheeks="Red skin.", **points)
    assert [(point.number, point.x, point.y) for point in ChartPoint.objects.all()] == [(1, 620, 450), (2, 620, 490)]
    zone = SessionZone.objects.get()
    assert (zone.passes, zone.endpoint) == (2, "Red skin.")
    for words in ("A mole", "Another", "Red skin.", "Face, neck and chest: Cheeks 1.0 mm, 2 points with a note."):
        assert words in shown


def of_the_page(page, *names):
    """What a browser sends back beside what is typed: the boxes of these names, and what the page hides."""
    names = "|".join([*names, "copy", "continues", "mark"])
    return dict(re.findall(rf'name="({names})" value="([^"]*)"', page))


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"point_note_1": "Here"}, "Choose the zone of this point."),
        ({"point_zone_2": "cheeks"}, "Write the note, or take the zone away."),
        ({"passes_cheeks": "9"}, "Write the number of passes, from 1 to 6."),
        ({"depth_cheeks": "2.6"}, "The needle depth must be from 0.2 to 2.5 mm."),
        ({"depth_cheeks": "1.75"}, "Say why this zone needs more than 1.5 mm."),
        ({"done_neck": "on"}, "Write the depth, or untick the zone."),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(browser, begun, changed, words):
    page = complete(browser, begun, notes="Calm today", **changed)
    assert words in page
    assert "Calm today" in page
    assert SessionZone.objects.count() == 0


def test_deeper_than_the_device_goes_is_said_at_the_depth(browser, begun):
    Device.objects.update(max_depth_mm=Decimal("0.75"))
    page = complete(browser, begun)
    assert page.count("The Pen goes to at most 0.75 mm, and 1.0 mm is deeper.") >= 1
    assert "Cheeks, depth in mm – The Pen goes" in page


def test_more_passes_than_planned_are_pointed_out(browser, begun):
    Plan.objects.update(passes_least=2, passes_most=3)
    assert "Cheeks: the plan says 2 to 3 passes. You wrote 5." in complete(browser, begun, passes_cheeks="5")
    assert SessionZone.objects.count() == 0


def test_off_label_asks_whether_the_client_was_told_and_keeps_it(browser, begun):
    AuthorisedZoneFactory(device=begun.device, zone="neck")
    hint = browser.get(page_of(begun.session, "complete")).content.decode()
    assert "the plan is off label. Cheeks: the Pen is not authorised for this zone." in hint
    page = complete(browser, begun)
    assert "Tell the client, and tick that they were told." in page
    assert "I told the client" not in complete(browser, begun, **of_the_page(page, "off_label_told"))
    use = OffLabelUse.objects.get()
    assert (use.what, use.told_by) == ("Cheeks: the Pen is not authorised for this zone.", begun.by)


def test_a_tick_for_other_sentences_does_not_count(browser, begun):
    AuthorisedZoneFactory(device=begun.device, zone="neck")
    assert "I told the client" in complete(browser, begun, off_label_told="0123456789abcdef")
    assert OffLabelUse.objects.count() == 0


def test_the_session_shows_what_was_charted_and_the_time_before(browser, practitioner, begun):
    ago = timezone.now() - timedelta(days=40)
    SessionZoneFactory(session=SessionFactory(plan=begun.plan, number=8, ended_at=ago), depth_mm=Decimal("0.75"))
    done = SessionFactory(plan=begun.plan, number=9, ended_at=timezone.now())
    SessionZoneFactory(session=done, depth_mm=Decimal("1.25"), passes=4, endpoint="Red skin.")
    ChartPointFactory(session=done, note="A small mole")
    OffLabelUseFactory(session=done)
    page = browser.get(page_of(done)).content.decode()
    for words in ("1.25 mm", "0.75 mm", "Last time", "Red skin.", "A small mole", "Off label.", "told the client on"):
        assert words in page
    assert 'data-label="Passes">4<' in page


def test_what_was_amended_of_the_last_chart_is_what_it_says(browser, begun):
    before = SessionFactory(plan=begun.plan, number=8, ended_at=timezone.now() - timedelta(days=40))
    SessionZoneFactory(session=before, zone="cheeks", depth_mm=Decimal("0.75"))
    SignedRecordFactory(session=before)
    for part, after in (("cheeks", "0.50 mm"), ("nose", "0.30 mm")):
        AmendmentFactory(session=before, subject="depth", part=part, after=after)
    words = "Cheeks 0.50 mm (amended), Nose 0.30 mm (amended)."
    assert words in browser.get(page_of(begun.session, "complete")).content.decode()
    done = SessionFactory(plan=begun.plan, number=9, ended_at=timezone.now())
    SessionZoneFactory(session=done, zone="cheeks", depth_mm=Decimal("1.25"))
    page = browser.get(page_of(done)).content.decode()
    assert ("0.50 mm (amended)<" in page, "Then also: Nose 0.30 mm (amended)." in page) == (True, True)


def test_the_clients_page_draws_what_the_last_chart_should_say(browser, begun):
    done = SessionFactory(plan=begun.plan, number=9, ended_at=timezone.now())
    for zone in ("cheeks", "chin"):
        SessionZoneFactory(session=done, zone=zone, depth_mm=Decimal("0.75"))
    SignedRecordFactory(session=done)
    for part, after in (("cheeks", "0.50 mm"), ("chin", "not treated"), ("nose", "0.30 mm")):
        AmendmentFactory(session=done, subject="depth", part=part, after=after)
    page = browser.get(f"/admin/client/{begun.client.pk}/")
    chart = page.context["last_chart"]
    assert chart.drawings[0].alternative == "Face, neck and chest: Nose 0.3 mm, Cheeks 0.5 mm."
    assert chart.words == ["Cheeks 0.50 mm (amended)", "Chin and jaw not treated (amended)", "Nose 0.30 mm (amended)"]


def test_a_wrong_depth_is_told_at_its_field_to_eyes_and_ears(browser, begun):
    shown = complete(browser, begun, depth_cheeks="9")
    field = re.search(r'<input[^>]*id="id_depth_cheeks"[^>]*>', shown)[0]
    assert ('aria-invalid="true"' in field, 'aria-describedby="id_depth_cheeks_error"' in field) == (True, True)
    assert 'id="id_depth_cheeks_error"' in shown


def test_the_one_device_that_fits_is_chosen_and_of_two_none(browser, begun):
    chosen = [browser.get(page_of(begun.session, "complete")).context["form"]["device"].value()]
    DeviceFactory(clinic=begun.clinic)
    chosen.append(browser.get(page_of(begun.session, "complete")).context["form"]["device"].value())
    assert chosen == [begun.device.pk, None]


def test_the_front_desk_sees_no_chart(front_desk, signed_in, begun):
    done = SessionFactory(plan=begun.plan, number=9, ended_at=timezone.now())
    ChartPointFactory(session=done, note="A small mole")
    page = signed_in(front_desk).get(page_of(done)).content.decode()
    assert "A small mole" not in page
    assert "Zones and needle depths" not in page
