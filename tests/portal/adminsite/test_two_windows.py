"""Two people with one form open: the second to save is told, and undoes nothing unknowingly."""

import pytest

from tests.factories import CertificateFactory, DeviceFactory
from tests.portal.adminsite.test_practice import certificate_facts, details

TOLD = "Somebody changed this while you were writing. Saving replaces what they wrote."


def own_clinic(owner):
    return owner.clinic, "/admin/portal/clinic/", "address", details(owner.clinic)


def certificate(owner):
    facts = certificate_facts(owner)
    del facts["file"]
    return CertificateFactory(membership=owner), "/admin/portal/certificate/", "title", facts


def device(owner):
    facts = {"name": "Pen", "kind": "mechanical", "serial": "SN 1"}
    return DeviceFactory(clinic=owner.clinic, **facts), "/admin/treatments/device/", "maker", facts


@pytest.mark.parametrize("made", [own_clinic, certificate, device])
def test_a_second_window_is_told_that_it_was_changed_meanwhile(owner, signed_in, made):
    row, address, field, said = made(owner)
    browser, change = signed_in(owner), f"{address}{row.pk}/change/"
    page = browser.get(change)
    said |= {"opened": page.context["adminform"].form.opened}
    assert f'name="opened" value="{said["opened"]}"' in page.content.decode()
    assert browser.post(change, said | {field: "Second"}).status_code == 302
    page = browser.post(change, said | {field: "Third"})
    row.refresh_from_db()
    assert (TOLD in page.content.decode(), getattr(row, field)) == (True, "Second")
    seen = page.context["adminform"].form.points_digest
    assert browser.post(change, said | {field: "Third", "seen": seen}).status_code == 302
    row.refresh_from_db()
    assert getattr(row, field) == "Third"
