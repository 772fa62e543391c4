"""A zone that should say another depth: held against device, usual range and certificate as when it was completed."""

import re
from decimal import Decimal

import pytest
from django.urls import reverse

from portal.practice.models import Certificate
from tests.factories import AuthorisedZoneFactory
from tests.treatments.sessions.conftest import refusal
from tests.treatments.sessions.recorded import amend, sign, whole
from treatments.models import Amendment

OFF_LABEL = "Cheeks: the {} is authorised to 1.50 mm there; 2.00 mm is deeper."


@pytest.fixture
def signed(ready):
    """The cheeks were needled 1.00 mm deep."""
    sign(whole(ready))
    return ready


@pytest.fixture
def post(signed, signed_in):
    browser = signed_in(signed.member)
    where = reverse("admin:treatments_session_amend", args=[signed.session.pk]) + "?what=depth%3Acheeks"
    return lambda depth, **said: browser.post(where, {"after": depth, "reason": "Misread.", **said})


def said():
    return list(Amendment.objects.values_list("after", "reason"))


def test_deeper_than_the_device_goes_is_refused_at_the_field(signed, post):
    signed.device.max_depth_mm = Decimal("1.20")
    signed.device.save()
    words = f"The {signed.device.name} goes to at most 1.2 mm, and 1.4 mm is deeper. (Cheeks)"
    assert post("1.4").context["form"].errors["after"] == [words]
    assert refusal(amend, signed, "depth", "1.40 mm", part="cheeks") == words
    assert said() == []


def test_an_unusual_depth_is_pointed_out_and_then_written_down(post):
    form = post("2").context["form"]
    assert [point.words for point in form.points] == [
        "Usual for the cheeks: 0.5 to 1.0 mm. You wrote 2.0 mm.",
        "This is more than 1.5 mm. Say in the reason, too, why the zone needed it.",
    ]
    assert said() == []
    post("2", seen=form.points_digest)
    assert said() == [("2.00 mm", "Misread.")]


def test_beyond_the_certificate_it_is_pointed_out(signed, post):
    Certificate.objects.update(max_depth_mm=Decimal("1.00"))
    words = [point.words for point in post("1.2").context["form"].points]
    assert words[1].endswith("allows 1.0 mm. If it was needled deeper, the record has to say so.")


def test_what_is_newly_off_label_is_asked_for_and_kept_with_the_reason(signed, post):
    AuthorisedZoneFactory(device=signed.device, zone="cheeks", deepest_mm=Decimal("1.50"))
    words = OFF_LABEL.format(signed.device.name)
    asks = post("2")
    assert (words in asks.content.decode(), said()) == (True, [])
    assert words in refusal(amend, signed, "depth", "2.00 mm", part="cheeks")
    (mark,) = re.findall(r'name="off_label_told" value="([^"]+)"', asks.content.decode())
    post("2", off_label_told=mark, seen=asks.context["form"].points_digest)
    assert said() == [("2.00 mm", f"Misread.\nOff label, and the client was told: {words}")]


def test_what_was_off_label_already_is_not_asked_again(signed, post):
    AuthorisedZoneFactory(device=signed.device, zone="neck")  # the cheeks are not authorised, at any depth
    post("0.8")
    assert said() == [("0.80 mm", "Misread.")]


def test_the_depth_that_the_record_says_already_is_no_amendment(post):
    assert "That is what the record says already." in post("1").content.decode()
    assert said() == []
