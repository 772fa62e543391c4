"""Which certificate holds."""

from datetime import date
from decimal import Decimal

import pytest

from portal.practice.services import valid_certificate
from tests.factories import CertificateFactory, MembershipFactory

DAY = date(2026, 6, 1)


def depth(membership, on=DAY, rf=False):
    found = valid_certificate(membership=membership, on=on, device_is_rf=rf)
    return found.max_depth_mm if found else None


def test_without_a_certificate_none_holds(practitioner):
    assert depth(practitioner) is None


@pytest.mark.parametrize(
    ("on", "holds"),
    [
        (date(2024, 12, 31), False),
        (date(2025, 1, 1), True),
        (date(2027, 1, 1), True),
        (date(2027, 1, 2), False),
    ],
)
def test_a_certificate_holds_from_its_issue_to_its_last_day(practitioner, on, holds):
    CertificateFactory(membership=practitioner, issued_on=date(2025, 1, 1), expires_on=date(2027, 1, 1))
    assert (depth(practitioner, on=on) is not None) == holds


def test_the_deepest_of_those_that_hold_is_chosen(practitioner):
    for millimetres, until in (("1.00", 2030), ("2.00", 2030), ("2.50", 2026)):
        CertificateFactory(membership=practitioner, max_depth_mm=Decimal(millimetres), expires_on=date(until, 1, 1))
    assert depth(practitioner) == Decimal("2.00")


def test_radio_frequency_needs_a_certificate_that_names_it(practitioner):
    CertificateFactory(membership=practitioner, max_depth_mm=Decimal("2.50"))
    assert depth(practitioner, rf=True) is None
    CertificateFactory(membership=practitioner, max_depth_mm=Decimal("1.00"), radio_frequency=True)
    assert (depth(practitioner, rf=True), depth(practitioner)) == (Decimal("1.00"), Decimal("2.50"))


def test_a_colleagues_certificate_does_not_count(practitioner, clinic):
    CertificateFactory(membership=MembershipFactory(clinic=clinic))
    assert depth(practitioner) is None
