"""A record that should name another device: refused where it cannot be; off label asks whether the client was told."""

import re
from decimal import Decimal

import pytest
from django.urls import reverse

from tests.factories import AuthorisedZoneFactory, ClinicFactory, DeviceFactory
from tests.treatments.sessions.conftest import refusal
from tests.treatments.sessions.recorded import amend, sign, whole
from treatments.models import Amendment

OFF_LABEL = "Cheeks: the Other is not authorised for this zone."


@pytest.fixture
def signed(ready):
    """The cheeks were needled 1.00 mm deep."""
    sign(whole(ready))
    return ready


def other(ready, **facts):
    return DeviceFactory(clinic=ready.clinic, name="Other", **facts)


def post(browser, ready, device, **said):
    where = reverse("admin:treatments_session_amend", args=[ready.session.pk]) + "?what=device%3A"
    return browser.post(where, {"after": device.pk, "reason": "The wrong one.", **said})


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"kind": "rf"}, "The plan is for a mechanical device. Choose another."),
        ({"max_depth_mm": Decimal("0.50")}, "The Other goes to at most 0.5 mm, and 1.0 mm is deeper. (Cheeks)"),
    ],
)
def test_another_kind_or_one_that_does_not_go_so_deep_is_refused_at_the_field(signed, signed_in, facts, words):
    device = other(signed, **facts)
    shown = post(signed_in(signed.member), signed, device)
    assert shown.context["form"].errors["after"] == [words]
    assert "The wrong one." in shown.content.decode()
    assert refusal(amend, signed, "device", str(device)) == words
    assert not Amendment.objects.exists()


def test_the_depth_that_counts_is_the_amended_one(signed):
    device = other(signed, max_depth_mm=Decimal("0.50"))
    amend(signed, "depth", "0.50 mm", part="cheeks")
    assert amend(signed, "device", str(device)).after == str(device)


def test_off_label_is_asked_for_on_the_page_and_kept_with_the_reason(signed, signed_in):
    device, browser = other(signed), signed_in(signed.member)
    AuthorisedZoneFactory(device=device, zone="neck")
    asks = post(browser, signed, device).content.decode()
    assert [words in asks for words in (OFF_LABEL, "Tell the client, and tick that they were told.")] == [True, True]
    assert not Amendment.objects.exists()
    post(browser, signed, device, off_label_told="0123456789abcdef")
    assert not Amendment.objects.exists()
    (mark,) = re.findall(r'name="off_label_told" value="([^"]+)"', asks)
    post(browser, signed, device, off_label_told=mark)
    assert Amendment.objects.get().reason == f"The wrong one.\nOff label, and the client was told: {OFF_LABEL}"


def test_the_service_asks_too(signed):
    device = other(signed)
    AuthorisedZoneFactory(device=device, zone="neck")
    assert OFF_LABEL in refusal(amend, signed, "device", str(device))
    amend(signed, "device", str(device), off_label_told=[OFF_LABEL])


def test_the_device_that_is_written_down_already_is_not_asked_about(signed, signed_in):
    AuthorisedZoneFactory(device=signed.device, zone="neck")
    shown = post(signed_in(signed.member), signed, signed.device).content.decode()
    assert ("That is what the record says already." in shown, "I told the client" in shown) == (True, False)


def test_a_device_of_another_clinic_is_none(signed, signed_in):
    foreign = DeviceFactory(clinic=ClinicFactory())
    assert "after" in post(signed_in(signed.member), signed, foreign).context["form"].errors
