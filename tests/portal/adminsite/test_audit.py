"""What the owner reads above the audit trail."""

from datetime import timedelta

from portal.audit.models import AuditHead
from portal.audit.services import check_chains, record
from tests.factories import NOON

PAGE = "/admin/portal/auditevent/"


def test_the_owner_reads_what_the_last_check_found(clinic, owner, signed_in):
    browser = signed_in(owner)
    assert "It has not done so yet." in browser.get(PAGE).content.decode()
    record(clinic=clinic, action="clinic.changed", subject=clinic, at=NOON)
    check_chains(at=NOON)
    assert "Checked on 1 Jun 2026, 13:00: whole." in browser.get(PAGE).content.decode()
    AuditHead.objects.update(checked_at=NOON + timedelta(days=1), found_whole=False)
    assert "Checked on 2 Jun 2026, 13:00: NOT whole." in browser.get(PAGE).content.decode()
