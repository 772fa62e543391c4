import pytest

from tests.factories import CertificateFactory, ClientFactory, PlanFactory

HUGE = "9" * 30


@pytest.mark.parametrize(
    "address",
    [
        f"/admin/treatments/plan/{HUGE}/change/",
        f"/admin/treatments/plan/{HUGE}/edit/",
        "/admin/treatments/plan/one/change/",
        f"/admin/treatments/plan/add/?client={HUGE}",
        "/admin/treatments/plan/add/?client=-1",
        f"/admin/treatments/session/{HUGE}/change/",
        f"/admin/treatments/session/{HUGE}/complete/",
        f"/admin/treatments/session/book/?plan={HUGE}",
        "/admin/treatments/session/book/?plan=one",
        f"/admin/clients/client/{HUGE}/archive/",
        f"/admin/clients/client/{HUGE}/change/",
        f"/admin/clients/client/{HUGE}/history/",
    ],
)
def test_an_address_that_names_nothing_is_not_found(practitioner, signed_in, address):
    browser = signed_in(practitioner)
    assert [browser.get(address).status_code, browser.post(address).status_code] == [404, 404]


@pytest.mark.parametrize("depth", ["1e400000", "-0.5", "Infinity", "0x1", "1" * 400])
def test_an_odd_depth_is_an_error_at_its_field(practitioner, signed_in, clinic, depth):
    CertificateFactory(membership=practitioner)
    address = f"/admin/treatments/plan/add/?client={ClientFactory(clinic=clinic).pk}"
    page = signed_in(practitioner).post(address, {"practitioner": practitioner.pk, "depth_nose": depth})
    assert "depth_nose" in page.context["form"].errors


@pytest.mark.parametrize("moment", ["9999-12-31T23:59", "0001-01-01T00:00", "2027-03-28T01:30", "tomorrow"])
def test_an_odd_time_is_a_sentence(practitioner, signed_in, clinic, moment):
    plan = PlanFactory(client__clinic=clinic)
    page = signed_in(practitioner).post(f"/admin/treatments/session/book/?plan={plan.pk}", {"scheduled_for": moment})
    assert (page.status_code, len(page.context["form"].errors), plan.sessions.count()) == (200, 1, 0)
