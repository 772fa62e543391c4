"""What is charted: passes, endpoint and points, the device's limit, and what is off label."""

from decimal import Decimal

import pytest
from django.db import DataError, IntegrityError, connection, transaction

from tests.factories import (
    NOON,
    AuthorisedZoneFactory,
    ChartPointFactory,
    OffLabelUseFactory,
    SessionFactory,
    SessionZoneFactory,
)
from tests.treatments.sessions.conftest import LATER, refusal, session_actions, start
from tests.treatments.sessions.recorded import sign, whole
from treatments.models import ChartPoint, Device, OffLabelUse, SessionZone
from treatments.sessions.services import (
    PointNoted,
    ZoneDone,
    complete_session,
    last_charted,
    reopen_session,
    why_off_label,
)

CHEEKS = ZoneDone("cheeks", Decimal("1.00"), passes=3, endpoint=" Uniform pinpoint bleeding. ")
MOLE = PointNoted("cheeks", 380, 480, " A small mole, left out ")


def complete(ready, **changed):
    facts = {"device": ready.device, "cartridge_lot": "L-1", "zones": [CHEEKS], "ended_at": LATER, "notes": ""}
    complete_session(session=ready.session, by=ready.by, at=LATER, **facts | changed)


def authorise(ready, zone="full_face", **said):
    device_said = {name: said.pop(name) for name in ("least_age", "max_depth_mm") if name in said}
    source = {"authorised_source": "Its manual"}
    Device.objects.filter(pk=ready.device.pk).update(**device_said, **source)
    ready.device.refresh_from_db()
    return AuthorisedZoneFactory(device=ready.device, zone=zone, **said)


def test_passes_endpoint_points_and_the_limit_of_the_day_are_kept(ready):
    start(ready)
    complete(ready, points=[MOLE])
    zone, point = SessionZone.objects.get(), ChartPoint.objects.get()
    assert (zone.passes, zone.endpoint) == (3, "Uniform pinpoint bleeding.")
    assert zone.deepest_allowed_mm == ready.certificate.max_depth_mm
    assert (point.number, point.zone, point.x, point.y) == (1, "cheeks", 380, 480)
    assert point.note == "A small mole, left out"


def test_the_device_limit_is_kept_when_it_is_lower_than_the_certificate(ready):
    Device.objects.update(max_depth_mm=Decimal("1.25"))
    ready.device.refresh_from_db()
    start(ready)
    complete(ready)
    assert SessionZone.objects.get().deepest_allowed_mm == Decimal("1.25")


def test_deeper_than_the_device_goes_is_refused(ready):
    Device.objects.update(max_depth_mm=Decimal("0.75"))
    ready.device.refresh_from_db()
    start(ready)
    assert "The Pen goes to at most 0.75 mm, and 1.0 mm is deeper. (Cheeks)" in refusal(complete, ready)
    assert SessionZone.objects.count() == 0


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"zones": [CHEEKS._replace(passes=7)]}, "Cheeks: Write the number of passes, from 1 to 6."),
        ({"zones": [CHEEKS._replace(passes=0)]}, "Cheeks: Write the number of passes, from 1 to 6."),
        ({"points": [MOLE._replace(note="  ")]}, "Point 1: write the note."),
        ({"points": [MOLE, MOLE._replace(x=1001)]}, "Point 2: it is not on the drawing."),
        ({"points": [MOLE._replace(y=-1)]}, "Point 1: it is not on the drawing."),
        ({"points": [MOLE] * 9}, "At most 8 points are noted on a chart."),
    ],
)
def test_what_cannot_be_charted_is_refused(ready, changed, words):
    start(ready)
    assert words in refusal(complete, ready, **changed)
    assert ChartPoint.objects.count() == 0


def test_a_reopened_session_is_charted_anew(ready):
    start(ready)
    complete(ready, points=[MOLE, MOLE._replace(note="Another")])
    reopen_session(session=ready.session, reason="Wrong", by=ready.by, at=LATER)
    assert "Cheeks 1.00 mm, 3 passes, Uniform pinpoint bleeding; point 1. Cheeks: A small mole" in ready.session.notes
    complete(ready, points=[MOLE._replace(note="Only this")])
    assert [point.note for point in ChartPoint.objects.all()] == ["Only this"]


def test_a_session_within_what_the_device_is_authorised_for_asks_for_nothing(ready):
    authorise(ready, deepest_mm=Decimal("1.50"), least_age=22)
    start(ready)
    complete(ready)
    assert OffLabelUse.objects.count() == 0


def test_off_label_is_refused_until_the_client_was_told_in_these_words(ready):
    authorise(ready, zone="neck", least_age=60)
    start(ready)
    age, zone = why_off_label(session=ready.session, device=ready.device, zones=[CHEEKS], on=NOON.date())
    assert age.startswith("Age: the Pen is authorised from 60 years of age; the client is ")
    assert zone == "Cheeks: the Pen is not authorised for this zone."
    assert f"tick that they were told. {age} {zone}" in refusal(complete, ready)
    assert "tick that they were told" in refusal(complete, ready, off_label_told=[zone])
    complete(ready, off_label_told=[age, zone])
    use = OffLabelUse.objects.get()
    assert (use.what, use.told_by, use.told_at) == (f"{age}\n{zone}", ready.by, LATER)
    reopen_session(session=ready.session, reason="Wrong", by=ready.by, at=LATER)
    assert f"off label, {ready.by} told the client: {age} {zone}" in ready.session.notes
    assert "session.off_label_told" in session_actions()


def test_a_skin_type_that_is_not_authorised_is_off_label(ready):
    answers = ready.screening.answers | {"fitzpatrick": "V"}
    type(ready.screening).objects.filter(pk=ready.screening.pk).update(answers=answers)
    authorise(ready, zone="cheeks", skin_from=2, skin_to=4)
    start(ready)
    assert "authorised for skin types II to IV there; the client’s is V." in refusal(complete, ready)


def test_the_last_chart_is_of_the_session_before(ready):
    start(ready)
    before = SessionFactory(plan=ready.plan, number=9, ended_at=NOON.replace(year=NOON.year - 1))
    SessionFactory(plan=ready.plan, number=10, ended_at=NOON.replace(year=NOON.year + 1))
    ready.session.refresh_from_db()
    assert last_charted(ready.session) == before


def refused(row, **columns):
    """Whether plain SQL cannot write these columns into the row."""
    sets = ", ".join(f"{name} = %s" for name in columns)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE {row._meta.db_table} SET {sets} WHERE id = %s", [*columns.values(), row.pk])
    except (IntegrityError, DataError):
        return True
    return False


@pytest.mark.parametrize(
    ("factory", "fine", "nonsense"),
    [
        (SessionZoneFactory, {"passes": 6}, {"passes": 7}),
        (SessionZoneFactory, {"passes": 1}, {"passes": 0}),
        (SessionZoneFactory, {"deepest_allowed_mm": "1.00"}, {"deepest_allowed_mm": "0.95"}),
        (ChartPointFactory, {"x": 1000}, {"x": 1001}),
        (ChartPointFactory, {"y": 0}, {"y": -1}),
        (ChartPointFactory, {"number": 8}, {"number": 9}),
        (ChartPointFactory, {"zone": "neck"}, {"zone": "tail"}),
        (ChartPointFactory, {"note": "x"}, {"note": ""}),
        (OffLabelUseFactory, {"what": "Hands"}, {"what": ""}),
        (AuthorisedZoneFactory, {"deepest_mm": "2.50"}, {"deepest_mm": "2.55"}),
        (AuthorisedZoneFactory, {"skin_from": 2, "skin_to": 4}, {"skin_from": 4, "skin_to": 2}),
        (AuthorisedZoneFactory, {"skin_from": 1, "skin_to": 6}, {"skin_from": 1, "skin_to": None}),
        (AuthorisedZoneFactory, {"zone": "neck"}, {"zone": "tail"}),
    ],
)
def test_the_database_refuses_what_cannot_be(clinic, factory, fine, nonsense):
    row = factory(**{"device__clinic" if factory is AuthorisedZoneFactory else "session__plan__client__clinic": clinic})
    assert (refused(row, **fine), refused(row, **nonsense)) == (False, True)


@pytest.mark.parametrize(
    ("fine", "nonsense"),
    [
        ({"max_depth_mm": "0.20"}, {"max_depth_mm": "0.15"}),
        ({"least_age": 22, "authorised_source": "Manual"}, {"least_age": 22, "authorised_source": ""}),
        ({"least_age": 22, "greatest_age": 22, "authorised_source": "M"}, {"least_age": 22, "greatest_age": 21}),
        ({"least_age": 18, "authorised_source": "M"}, {"least_age": 17, "authorised_source": "M"}),
    ],
)
def test_the_database_refuses_a_device_that_cannot_be(ready, fine, nonsense):
    assert (refused(ready.device, **fine), refused(ready.device, **nonsense)) == (False, True)


def test_a_signature_locks_the_chart(ready):
    whole(ready)
    point, use = ChartPointFactory(session=ready.session), OffLabelUseFactory(session=ready.session)
    sign(ready)
    zone = SessionZone.objects.get(session=ready.session)
    assert (refused(point, note="Other"), refused(use, what="Nothing"), refused(zone, passes=2)) == (True, True, True)
    for change in (point.delete, use.delete, lambda: ChartPointFactory(session=ready.session, number=2)):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_one_zone_is_authorised_once_and_a_number_stands_once_on_a_chart(clinic):
    zone, point = AuthorisedZoneFactory(device__clinic=clinic), ChartPointFactory(session__plan__client__clinic=clinic)
    with pytest.raises(IntegrityError), transaction.atomic():
        AuthorisedZoneFactory(device=zone.device)
    with pytest.raises(IntegrityError), transaction.atomic():
        ChartPointFactory(session=point.session)
