"""What a device is authorised for is written down on its page."""

from decimal import Decimal

import pytest

from portal.models import AuditEvent
from tests.factories import NOON, AuthorisedZoneFactory, DeviceFactory
from treatments.models import AuthorisedZone
from treatments.products.guidance import AuthorisedFor
from treatments.products.services import NoSource, OddAges, authorise_device


@pytest.fixture
def device(clinic):
    return DeviceFactory(clinic=clinic)


@pytest.fixture
def browser(owner, signed_in):
    return signed_in(owner)


def where(device, words=""):
    return f"/admin/treatments/device/{device.pk}/authorised/{words}"


def authorise(device, owner, **changed):
    said = {"least_age": 22, "greatest_age": None, "authorised_source": "Manual", "zones": {"neck": AuthorisedFor()}}
    authorise_device(device=device, **said | changed, by=owner.user, at=NOON)


def test_what_is_written_replaces_what_was_written_before(device, owner):
    AuthorisedZoneFactory(device=device, zone="hands")
    authorise(device, owner, zones={"neck": AuthorisedFor(Decimal("1.50"), 2, 4)})
    assert device.authorised.zones == {"neck": AuthorisedFor(Decimal("1.50"), 2, 4)}
    assert (device.least_age, device.authorised_source) == (22, "Manual")
    assert AuditEvent.objects.get(action="device.authorised").facts == {"zones": ["neck"]}


def test_it_says_where_that_is_written_and_ages_are_in_order(device, owner):
    with pytest.raises(NoSource):
        authorise(device, owner, authorised_source="  ")
    with pytest.raises(OddAges):
        authorise(device, owner, greatest_age=20)
    assert not device.authorised.is_written


def test_a_makers_words_fill_the_page_in_and_are_saved_from_there(device, browser):
    page = browser.get(where(device, "?as=skinpen_precision")).content.decode()
    assert "K202243" in page
    assert "Nothing is saved yet" in page
    said = {"least_age": "22", "authorised_source": "K202243", "in_neck": "on", "deepest_neck": "1.5"}
    saved = browser.post(where(device), said | {"from_neck": "2", "to_neck": "4", "deepest_hands": "1.0"}, follow=True)
    shown = saved.content.decode()
    assert "to 1.50 mm, skin types II to IV" in shown
    assert "from 22" in shown
    assert [row.zone for row in AuthorisedZone.objects.all()] == ["neck"]


def test_half_a_range_of_skin_types_is_an_error_at_its_field(device, browser):
    page = browser.post(where(device), {"authorised_source": "M", "in_neck": "on", "from_neck": "4", "to_neck": "2"})
    assert "Choose both skin types, the lower one first, or neither." in page.content.decode()
    assert AuthorisedZone.objects.count() == 0


def test_the_front_desk_does_not_open_it(device, front_desk, signed_in):
    assert signed_in(front_desk).get(where(device)).status_code in (403, 404)
