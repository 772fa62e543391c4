"""Two hands on one consent: what is done at once is done once, and after a withdrawal nobody is treated."""

from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest
from django_scopes import scope

from clients.models import Message
from portal.audit.services import verify
from portal.models import AuditEvent
from tests.factories import NOON, MembershipFactory
from tests.treatments.consents.rows import asked, sign
from tests.treatments.sessions.conftest import consented, ready_session
from tests.treatments.sessions.test_at_once import at_once
from treatments.consents import services
from treatments.models import Consent, Document, Session
from treatments.sessions.services import MayNotStart, ZoneDone, complete_session, start_session

ROUNDS = 6
LATER = NOON + timedelta(minutes=50)
NOT_WAITING = str(services.NotWaiting.words)
TREATED = ["session.started", "session.completed"]

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def member():
    member = MembershipFactory()
    with scope(clinic=member.clinic):
        yield member


def withdraws(consent):
    return partial(services.withdraw_consent, consent=consent, reason="", at=LATER)


def refuses(consent):
    return partial(services.refuse_consent, consent=consent, reason="", channel="email", address=None, at=LATER)


def starts(ready):
    return partial(start_session, session=ready.session, by=ready.by, at=LATER)


def completes(ready):
    """With the session already begun."""
    start_session(session=ready.session, by=ready.by, at=NOON)
    return partial(
        complete_session,
        session=ready.session,
        device=ready.device,
        cartridge_lot="LOT-7",
        zones=[ZoneDone("cheeks", Decimal("1.00"))],
        ended_at=LATER,
        notes="",
        by=ready.by,
        at=LATER,
    )


def actions(*names):
    """What happened, in the order in which it was committed."""
    return list(AuditEvent.objects.filter(action__in=names).order_by("sequence").values_list("action", flat=True))


def test_ten_signatures_at_once_are_one(member):
    consent = asked(member, "photo_record").consent
    acts = [partial(sign, consent, signed_name=f"Ada {number}") for number in range(10)]
    assert at_once(member.clinic, *acts) == ["done"] + [NOT_WAITING] * 9
    consent.refresh_from_db()
    events = actions("consent.signed", "consent.replaced")
    assert (consent.state, events, Message.objects.filter(kind="consent_copy").count()) == (
        "signed",
        ["consent.signed"],
        1,
    )
    assert verify(member.clinic) == AuditEvent.objects.count()


def test_a_signature_and_a_refusal_at_once_are_one_or_the_other(member):
    for _round in range(ROUNDS):
        consent = asked(member, "photo_record").consent
        assert at_once(member.clinic, partial(sign, consent), refuses(consent)) == ["done", NOT_WAITING]
        consent.refresh_from_db()
        assert (consent.state, bool(consent.text)) in {("signed", True), ("refused", False)}


def test_a_signature_and_a_closing_at_once_are_one_or_the_other(member):
    for _round in range(ROUNDS):
        rows = asked(member, "photo_record")
        closes = partial(services.close_request, request=rows.request, by=member.user, at=LATER)
        said = at_once(member.clinic, partial(sign, rows.consent), closes)
        rows.consent.refresh_from_db()
        other = {"signed": str(services.NothingWaits()), "closed": NOT_WAITING}[rows.consent.state]
        assert said == ["done", other]
        assert bool(rows.consent.pdf) == (rows.consent.state == "signed")


def test_a_signature_while_the_older_consent_is_withdrawn_leaves_one_word_last(member):
    for _round in range(ROUNDS):
        rows = asked(member, "photo_record")
        older = sign(rows.consent)
        newer = asked(member, "photo_record", plan=rows.plan).consent
        assert at_once(member.clinic, partial(sign, newer, at=LATER), withdraws(older)) == ["done", "done"]
        older.refresh_from_db()
        newer.refresh_from_db()
        # Withdrawn first: the newer holds. Signed first: the withdrawal reaches the newer, which replaced the older.
        assert (older.state, newer.state) in {("withdrawn", "signed"), ("replaced", "withdrawn")}


def test_a_signature_on_a_text_that_changes_meanwhile_is_on_one_of_the_two(member):
    for number in range(2, 2 + ROUNDS):
        consent = asked(member, "photo_record").consent
        draft = services.begin_document(clinic=member.clinic, purpose="photo_record", by=member.user, at=NOON)
        services.change_document(
            document=draft, texts={"en": f"Text {number} of {{client}}."}, needs_witness=False, by=member.user, at=NOON
        )
        publishes = partial(
            services.publish_document, document=draft, reason="New", asks_again=True, by=member.user, at=LATER
        )
        said = at_once(member.clinic, partial(sign, consent), publishes)
        consent = Consent.objects.select_related("document").get(pk=consent.pk)
        signed_old = (consent.state, consent.document.number) == ("outdated", number - 1)
        signed_new = (consent.state, consent.document.number) == ("signed", number)
        changed = str(services.TextChanged.words)
        assert signed_old or (signed_new and "Text" in consent.text) or (consent.state == "asked" and changed in said)
    assert Document.objects.drafts().count() == 0


@pytest.mark.parametrize(("treats", "ends_as"), [(starts, "in_progress"), (completes, "completed")])
def test_no_treatment_follows_a_withdrawal_whatever_the_order(member, treats, ends_as):
    for _round in range(ROUNDS):
        ready = ready_session(member, NOON)
        act, before = treats(ready), AuditEvent.objects.count()
        said = at_once(member.clinic, act, withdraws(ready.consent))
        ready.session.refresh_from_db()
        new = [one.action for one in AuditEvent.objects.order_by("sequence")[before:]]
        done = [name for name in new if name in (*TREATED, "consent.withdrawn")]
        treated = ready.session.state == ends_as
        assert done == ([done[0]] if treated else []) + ["consent.withdrawn"]
        assert (said[0], (said[1] == "done") == treated) == ("done", True)
        if not treated:
            assert "The client withdrew their consent to treatment on " in said[1]


@pytest.mark.parametrize("treats", [starts, completes])
def test_no_treatment_follows_a_withdrawal_that_came_in_another_window(member, treats):
    ready = ready_session(member, NOON)
    act = treats(ready)
    assert at_once(member.clinic, withdraws(ready.consent)) == ["done"]
    with pytest.raises(MayNotStart, match="withdrew their consent to treatment"):
        act()
    assert Session.objects.filter(state="completed").count() == 0


def test_a_start_while_the_consent_is_replaced_rests_on_one_that_was_in_force(member):
    for _round in range(ROUNDS):
        ready = ready_session(member, NOON)
        newer = asked(member, plan=ready.plan).consent
        assert at_once(member.clinic, starts(ready), partial(sign, newer, at=LATER)) == ["done", "done"]
        ready.session.refresh_from_db()
        assert ready.session.consent_id in {ready.consent.pk, newer.pk}
    assert verify(member.clinic) == AuditEvent.objects.count()


def test_ten_withdrawals_at_once_are_one_and_the_clinic_hears_once(member):
    ready = ready_session(member, NOON)
    assert at_once(member.clinic, *[withdraws(ready.consent)] * 10) == ["done"] + [str(services.NotInForce.words)] * 9
    assert (actions("consent.withdrawn"), Message.objects.filter(kind="consent_withdrawn").count()) == (
        ["consent.withdrawn"],
        1,
    )


def test_what_is_asked_and_signed_in_four_windows_holds_once(member):
    plan = ready_session(member, NOON).plan
    said = at_once(member.clinic, *[partial(consented, plan, NOON, ("photo_record",))] * 4)
    assert (Consent.objects.filter(purpose="photo_record", state="signed").count(), said[0]) == (1, "done")
