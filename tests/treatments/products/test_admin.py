import pytest

from tests.factories import ClinicFactory, DeviceFactory
from treatments.models import Device

LIST = "/admin/treatments/device/"
POSTED = {"name": "Pen", "kind": "mechanical", "serial": "SN 1"}


@pytest.fixture
def browser(practitioner, signed_in):
    return signed_in(practitioner)


def test_a_device_is_added_and_retired_never_deleted(browser, clinic):
    browser.post(f"{LIST}add/", POSTED)
    device = Device.objects.in_use().get()
    assert (device.clinic, device.serial) == (clinic, "SN 1")
    browser.post(f"{LIST}{device.pk}/change/", POSTED | {"retired_on": "2026-05-01"})
    assert browser.post(f"{LIST}{device.pk}/delete/", {"post": "yes"}).status_code == 403
    assert (list(Device.objects.in_use()), list(Device.objects.all())) == ([], [device])


def test_a_serial_number_is_listed_once_in_a_clinic_but_may_be_in_another(browser, clinic):
    DeviceFactory(clinic=ClinicFactory(), serial="SN 1")
    assert browser.post(f"{LIST}add/", POSTED).status_code == 302
    page = browser.post(f"{LIST}add/", POSTED | {"serial": " SN  1 "})
    assert ("Pen (SN 1) is on the list already." in page.content.decode(), Device.objects.count()) == (True, 1)


@pytest.mark.parametrize("verb", ["change", "history", "delete"])
def test_another_clinics_device_is_not_found(browser, verb):
    foreign = DeviceFactory(clinic=ClinicFactory(), name="Canary")
    page = browser.get(f"{LIST}{foreign.pk}/{verb}/")
    assert (page.status_code in {403, 404}, b"Canary" in page.content) == (True, False)


def test_the_front_desk_sees_no_devices(front_desk, signed_in):
    assert signed_in(front_desk).get(LIST).status_code == 403
