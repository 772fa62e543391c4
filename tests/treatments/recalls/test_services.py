"""A recall from its opening to its report: who is told, who says so, who is still to be called."""

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from clients.messages.delivery import drain
from clients.messages.stops import stop_address
from clients.messages.terms import State, SuppressedBecause
from clients.models import Client, Message
from portal.models import AuditEvent
from tests.factories import NOON, ClinicFactory, RecallFactory, RecallNoticeFactory
from tests.treatments.recalls.conftest import standings, touched
from treatments.models import Lot, Recall, RecallNotice
from treatments.products.services import RecallOpen, release_lot
from treatments.recalls import services
from treatments.recalls.services import acknowledge, change_texts, close_recall, note_reached, send_notices, told_of
from treatments.sessions.services.recalls import Recalled


@pytest.fixture
def sent(recall, practitioner):
    send_notices(recall=recall, by=practitioner.user, at=NOON)
    drain(worker="test", at=lambda: NOON)
    return recall


def notice_of(recall, name):
    return RecallNotice.objects.get(recall=recall, client__first_name=name)


def test_each_client_gets_a_notice_and_nothing_is_sent_yet(recall):
    assert standings(recall) == {"Ada": "ready", "Greta": "ready", "Nemo": "to_call"}
    assert (Message.objects.count(), Lot.objects.get().state) == (0, "quarantined")


def test_a_lot_that_is_in_quarantine_already_keeps_its_reason(recall, product, practitioner):
    close_recall(recall=recall, note="Opened by mistake", by=practitioner.user, at=NOON)
    again = {"lot": Recalled("AB1"), "product": product, "reason": "Another letter", "by": practitioner.user}
    services.open_recall(**again, at=NOON)
    assert Lot.objects.get().quarantine_reason == "Not sterile"
    with pytest.raises(services.AlreadyOpen):
        services.open_recall(**again, at=NOON)


def test_a_lot_stays_in_quarantine_while_its_recall_is_open(recall, practitioner, signed_in):
    lot, said = Lot.objects.get(), {"reason": "Safe", "by": practitioner.user, "at": NOON}
    with pytest.raises(RecallOpen):
        release_lot(lot=lot, **said)
    page = signed_in(practitioner).get(f"/admin/treatments/lot/{lot.pk}/release/").content.decode()
    assert "A recall of this lot is open: close it first." in page
    close_recall(recall=recall, note="Opened by mistake", by=practitioner.user, at=NOON)
    release_lot(lot=lot, **said)
    assert lot.state == "open"


def test_a_recall_needs_a_reason(product, practitioner):
    with pytest.raises(services.ReasonMissing):
        services.open_recall(lot=Recalled("X"), product=product, reason=" ", by=practitioner.user, at=NOON)


def test_the_default_words_name_the_product_in_each_language(recall):
    assert set(recall.texts) == {"en", "de", "fr", "es"}
    for words in recall.texts.values():
        assert "Twelve" in words
        assert "Invented Ltd" in words
        assert "AB1" in words
        assert "{" not in words


def test_each_reads_it_in_their_language_under_a_subject_that_tells_nothing(sent):
    by_address = {one.to[0]: one for one in mail.outbox}
    assert set(by_address) == {"ada@example.org", "greta@example.org"}
    assert "The lot has been called back" in by_address["ada@example.org"].body
    assert "Die Charge wurde zurückgerufen" in by_address["greta@example.org"].body
    assert by_address["ada@example.org"].subject == "Please read: an important message from your clinic"
    assert standings(sent) == {"Ada": "told", "Greta": "told", "Nemo": "to_call"}


def test_what_was_rewritten_is_what_is_sent_and_then_it_stays(recall, practitioner):
    by = {"by": practitioner.user, "at": NOON}
    change_texts(recall=recall, texts={"en": "Our own words."}, **by)
    recall.refresh_from_db()
    assert AuditEvent.objects.get(action="recall.worded").facts == {"languages": ["en"]}
    send_notices(recall=recall, **by)
    drain(worker="test", at=lambda: NOON)
    assert any("Our own words." in one.body for one in mail.outbox)
    with pytest.raises(services.AlreadySent):
        change_texts(recall=recall, texts={"en": "Others."}, **by)


def test_it_leaves_whatever_emails_the_client_refused_and_though_they_come_no_more(recall, people, practitioner):
    archived = {"archived_at": NOON, "archived_because": "left"}
    Client.objects.filter(pk=people["Ada"].pk).update(gets_follow_ups=False, **archived)
    send_notices(recall=recall, by=practitioner.user, at=NOON)
    drain(worker="test", at=lambda: NOON)
    assert standings(recall)["Ada"] == "told"


def test_whom_no_email_can_reach_is_to_be_called(recall, people, clinic, practitioner):
    archived = {"archived_at": NOON, "archived_because": "deceased"}
    Client.objects.filter(pk=people["Ada"].pk).update(**archived)
    stop_address(clinic=clinic, address="greta@example.org", because=SuppressedBecause.BOUNCED, at=NOON)
    assert {one.why.split(":")[0] for one in told_of(recall)} == {
        "The client has died.",
        "Nothing is sent to this address any more",
        "No email address is in the record.",
    }
    with pytest.raises(services.NothingToSend):
        send_notices(recall=recall, by=practitioner.user, at=NOON)


def test_an_email_that_failed_or_bounced_told_nobody(sent, people, clinic):
    Message.objects.filter(client=people["Ada"]).update(state=State.FAILED, sent_at=None, why="Refused.")
    stop_address(clinic=clinic, address="greta@example.org", because=SuppressedBecause.BOUNCED, at=NOON)
    assert set(standings(sent).values()) == {"to_call"}


def test_sending_again_tells_only_those_who_were_touched_since(sent, clinic, practitioner):
    with pytest.raises(services.NothingToSend):
        send_notices(recall=sent, by=practitioner.user, at=NOON)
    touched(clinic, "Late", email="late@example.org")
    assert send_notices(recall=sent, by=practitioner.user, at=NOON) == 1
    assert standings(sent)["Late"] == "on_its_way"


def test_the_first_acknowledgement_counts(sent):
    notice = notice_of(sent, "Ada")
    for _time in range(2):
        acknowledge(notice=notice, at=NOON)
    notice.refresh_from_db()
    assert (notice.acknowledged_at, standings(sent)["Ada"]) == (NOON, "acknowledged")
    assert AuditEvent.objects.filter(action="recallnotice.acknowledged").count() == 1


def test_who_was_called_before_the_email_left_gets_none(recall, practitioner):
    send_notices(recall=recall, by=practitioner.user, at=NOON)
    said = {"how": "phone", "note": "Spoke with her", "by": practitioner.user, "at": NOON}
    note_reached(notice=notice_of(recall, "Ada"), **said)
    drain(worker="test", at=lambda: NOON)
    assert (standings(recall)["Ada"], [one.to for one in mail.outbox]) == ("reached", [["greta@example.org"]])
    with pytest.raises(services.AlreadyReached):
        note_reached(notice=notice_of(recall, "Ada"), **said)


def test_closing_counts_whom_it_reached_and_asks_why_while_somebody_was_not(sent, practitioner):
    by = {"by": practitioner.user, "at": NOON}
    acknowledge(notice=notice_of(sent, "Ada"), at=NOON)
    note_reached(notice=notice_of(sent, "Nemo"), how="letter", note="", **by)
    with pytest.raises(services.ClosingNoteMissing):
        close_recall(recall=sent, note=" ", **by)
    tally = close_recall(recall=sent, note="Two letters came back", **by)
    assert tally == services.Tally(touched=3, told=2, acknowledged=1, reached=1, not_reached=1)
    sent.refresh_from_db()
    assert (sent.sessions_touched, sent.closing_note) == (3, "Two letters came back")
    for verb in (
        lambda: close_recall(recall=sent, note="x", **by),
        lambda: send_notices(recall=sent, **by),
        lambda: change_texts(recall=sent, texts={}, **by),
        lambda: note_reached(notice=notice_of(sent, "Greta"), how="phone", note="", **by),
    ):
        with pytest.raises(services.Closed):
            verb()


def test_closing_when_all_were_reached_needs_no_reason_and_keeps_none(recall, practitioner):
    for notice in RecallNotice.objects.all():
        note_reached(notice=notice, how="phone", note="", by=practitioner.user, at=NOON)
    close_recall(recall=recall, note="Never mind", by=practitioner.user, at=NOON)
    recall.refresh_from_db()
    assert (recall.not_reached, recall.closing_note) == (0, "")


def test_another_clinics_sessions_are_not_touched(recall):
    touched(ClinicFactory(), "Foreign")
    services.draft_notices(recall, NOON)
    assert RecallNotice.objects.filter(recall=recall).count() == 3


def test_more_clients_cost_no_more_queries(recall, clinic):
    def queries():
        with CaptureQueriesContext(connection) as asked:
            services.take_lines(recall=recall, by=recall.opened_by, at=NOON)
        return len(asked)

    before = queries()
    touched(clinic, "Late")
    services.draft_notices(recall, NOON)
    assert (queries(), len(told_of(recall))) == (before, 4)


@pytest.mark.parametrize(
    "nonsense",
    [
        {"closed_at": NOON},
        {"closed_at": NOON, "sessions_touched": 1, "clients_touched": 1, "told": 0, "acknowledged": 0, "reached": 0},
        {"reason": ""},
        {"closing_note": "Because"},
        {"acknowledged": 1},
    ],
)
def test_the_database_refuses_a_half_closed_recall(clinic, nonsense):
    recall = RecallFactory(lot__product__clinic=clinic)
    with pytest.raises(IntegrityError), transaction.atomic():
        Recall.objects.filter(pk=recall.pk).update(closed_by=recall.opened_by, **nonsense)


def test_the_database_refuses_numbers_that_do_not_add_up(clinic):
    recall = RecallFactory(lot__product__clinic=clinic)
    counts = {"sessions_touched": 2, "clients_touched": 2, "told": 0, "acknowledged": 1, "reached": 0, "not_reached": 0}
    with pytest.raises(IntegrityError), transaction.atomic():
        Recall.objects.filter(pk=recall.pk).update(closed_by=recall.opened_by, closed_at=NOON, **counts)


@pytest.mark.parametrize("nonsense", [{"acknowledged_at": NOON}, {"reached_at": NOON}, {"reached_how": "pigeon"}])
def test_the_database_refuses_a_notice_that_says_half(clinic, nonsense):
    notice = RecallNoticeFactory(recall__lot__product__clinic=clinic)
    with pytest.raises(IntegrityError), transaction.atomic():
        RecallNotice.objects.filter(pk=notice.pk).update(**nonsense)
