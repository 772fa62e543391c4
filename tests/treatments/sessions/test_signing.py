"""A completed session is signed: who may, what must be there, what is refused from then on, and what is noticed."""

import logging
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse

from portal.models import AuditEvent
from tests.factories import MembershipFactory, PhotographFactory
from tests.treatments.sessions.conftest import LATER, consented, refusal, start
from tests.treatments.sessions.recorded import MINUTE, amend, complete, ended, sign, whole, write
from treatments.models import Session, SignedRecord
from treatments.sessions.admin import SessionAdmin
from treatments.sessions.services import cancel_session, complete_session, correct_end, move_session, reopen_session
from treatments.sessions.services.signing import check_all_records, mark_of_record, sha256_of, why_not_as_signed
from treatments.sessions.tasks import check_records

SIGNED = "This record is signed and does not change any more. Write an amendment: what was signed stays beside it."


@pytest.fixture
def done(ready):
    return whole(ready)


def page(session, verb):
    return reverse(f"admin:treatments_session_{verb}", args=[session.pk])


def test_whoever_treated_signs_and_the_audit_trail_keeps_the_hash(done):
    signed = sign(done)
    event = AuditEvent.objects.get(action="session.signed")
    assert (signed.signed_by, signed.sha256) == (done.by, sha256_of(signed.text))
    assert (event.actor, event.facts) == (done.by, {"sha256": signed.sha256})
    assert why_not_as_signed(signed) == ""


def test_the_owner_may_sign_and_another_practitioner_may_not(done, owner):
    other = MembershipFactory(clinic=done.clinic, role="practitioner")
    words = f"{done.member}, who treated, signs this record, or the owner."
    assert refusal(sign, done, by=other.user) == words
    assert sign(done, by=owner.user).signed_by == owner.user


def test_what_is_missing_is_named_and_nothing_is_signed(ready):
    start(ready)
    assert refusal(sign, ready) == "The session is not completed."
    complete(ready, cartridge_lot="UNKNOWN")
    assert refusal(sign, ready) == (
        "It is not written down when the cartridge expires. How the skin was at the end is not written down. "
        "It is not written down that aftercare was given."
    )
    assert not SignedRecord.objects.exists()


def test_it_is_signed_once(done):
    sign(done)
    assert refusal(sign, done) == SIGNED


def test_no_service_changes_a_signed_session(done):
    sign(done)
    said = {"session": done.session, "by": done.by, "at": LATER + 6 * MINUTE}
    assert refusal(reopen_session, reason="x", **said) == SIGNED
    assert refusal(correct_end, reason="x", ended_at=LATER - MINUTE, **said) == SIGNED
    assert refusal(write, done) == SIGNED
    assert "not booked any more" in refusal(move_session, scheduled_for=LATER + timedelta(days=3), **said)
    assert "done or cancelled already" in refusal(cancel_session, reason="x", **said)
    facts = {"device": done.device, "cartridge_lot": "X", "zones": [], "ended_at": LATER, "notes": ""}
    assert "already completed" in refusal(complete_session, **said, **facts)


def test_the_admin_has_no_door_to_a_signed_session(done, signed_in, owner):
    sign(done)
    before = Session.objects.values().get()
    browser = signed_in(owner)
    browser.post(reverse("admin:treatments_session_change", args=[done.session.pk]), {"notes": "Other"})
    browser.post(reverse("admin:treatments_session_delete", args=[done.session.pk]), {"post": "yes"})
    chosen = {"action": "delete_selected", "_selected_action": [done.session.pk], "post": "yes"}
    browser.post(reverse("admin:treatments_session_changelist"), chosen)
    assert (SessionAdmin.actions, Session.objects.values().get()) == (None, before)


@pytest.mark.parametrize("verb", ["correct", "reopen", "materials", "sign"])
def test_the_pages_say_that_it_is_signed(done, signed_in, verb):
    sign(done)
    said = {"reason": "x", "ended_at": "2026-06-01T13:30", "read": "on", "spoken": "on", "told_by": done.member.pk}
    browser, address = signed_in(done.member), page(done.session, verb)
    assert SIGNED in browser.get(address).content.decode()
    assert SIGNED in browser.post(address, said).content.decode()


def test_the_sign_page_shows_what_will_be_locked_and_signs(done, signed_in):
    browser = signed_in(done.member)
    shown = browser.get(page(done.session, "sign")).content.decode()
    for words in ("1 × lot LOT-7, expires 1 Jan 2027", "1.00 mm", "Numb 4%, 5 g", "Redness: mild", "In person, by"):
        assert words in shown
    assert f'name="shown" value="{mark_of_record(done.session)}"' in shown
    assert "Read the record, and tick" in browser.post(page(done.session, "sign")).content.decode()
    browser.post(page(done.session, "sign"), {"read": "on", "shown": mark_of_record(done.session)})
    assert SignedRecord.objects.get().signed_by == done.by
    after = browser.get(page(done.session, "change")).content.decode()
    assert "It reads as it was signed." in after
    assert [verb in after for verb in ("/sign/", "/reopen/", "/correct/", "/amend/")] == [False, False, False, True]


def test_nobody_signs_what_was_changed_while_it_was_read(done, signed_in):
    browser, address = signed_in(done.member), page(done.session, "sign")
    shown = browser.get(address).context["mark"]
    write(done, ended=ended(done.by, skin_words="Bleeding"))
    again = browser.post(address, {"read": "on", "shown": shown})
    assert "changed this record while you were reading it" in again.content.decode()
    assert ("Bleeding" in again.content.decode(), SignedRecord.objects.exists()) == (True, False)
    browser.post(address, {"read": "on", "shown": again.context["mark"]})
    assert "Bleeding" in SignedRecord.objects.get().text


def test_amendments_written_by_clocks_that_disagree_are_not_taken_for_changed(done):
    signed = sign(done)
    amend(done, "notes", "First", at=LATER + 20 * MINUTE)
    amend(done, "notes", "Second", at=LATER + 10 * MINUTE)
    assert why_not_as_signed(signed) == ""


def test_the_session_page_names_what_is_missing_with_the_way_to_it(ready, signed_in):
    start(ready)
    complete(ready)
    shown = signed_in(ready.member).get(page(ready.session, "change")).content.decode()
    assert "2 things are still missing before this record can be signed." in shown
    assert f'{page(ready.session, "materials")}#aftercare"' in shown
    blocked = signed_in(ready.member).get(page(ready.session, "sign")).content.decode()
    assert "The record can be signed once nothing above is missing." in blocked


def test_the_front_desk_sees_no_record_and_signs_nothing(done, signed_in, front_desk):
    browser = signed_in(front_desk)
    shown = browser.get(page(done.session, "change")).content.decode()
    assert ("Numb 4%" in shown, "Signature" in shown) == (False, False)
    assert [browser.get(page(done.session, verb)).status_code for verb in ("sign", "amend", "materials")] == [403] * 3


@contextmanager
def past_the_lock(table):
    """As a superuser of the database could."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        else:
            names = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s"
            cursor.execute(names, [table])
            for (name,) in cursor.fetchall():
                cursor.execute(f"DROP TRIGGER {name}")
        yield cursor


@pytest.mark.parametrize(
    ("table", "change", "words"),
    [
        ("treatments_session", "notes = 'Other'", "What is stored differs from what was signed: session."),
        ("treatments_sessionzone", "depth_mm = 0.5", "What is stored differs from what was signed: sessionzone."),
        ("treatments_numbingcream", "grams = 1", "What is stored differs from what was signed: numbingcream."),
        ("treatments_closing", "skin_words = 'x'", "What is stored differs from what was signed: closing."),
        ("treatments_signedrecord", "text = '{}'", "The signed text itself was changed."),
        ("treatments_amendment", "after = 'x'", "The amendments differ from what was written down."),
    ],
)
def test_a_change_past_every_lock_is_noticed(done, signed_in, caplog, table, change, words):
    signed = sign(done)
    amend(done, "notes", "Calm, a little red")
    assert (check_all_records(), call_command("verify_records")) == (0, None)
    with past_the_lock(table) as cursor:
        cursor.execute(f"UPDATE {table} SET {change}")
    signed.refresh_from_db()
    assert why_not_as_signed(signed) == words
    assert words in signed_in(done.member).get(page(done.session, "change")).content.decode()
    with caplog.at_level(logging.ERROR):
        assert check_all_records() == 1
    with pytest.raises(CommandError):
        call_command("verify_records")
    assert f"session {done.session.pk} of clinic" in caplog.text


def test_photographs_are_pointed_out_only_while_the_client_agrees_to_them(done, signed_in):
    browser, words = signed_in(done.member), "No photograph from before the session. No photograph straight after it."
    assert words not in browser.get(page(done.session, "change")).content.decode()
    consented(done.plan, LATER, purposes=("photo_record",))
    shown = browser.get(page(done.session, "change")).content.decode()
    assert (words in shown, "This record can be signed; something is pointed out." in shown) == (True, True)
    PhotographFactory(session=done.session, moment="before")
    assert words not in browser.get(page(done.session, "change")).content.decode()


def test_a_worker_looks_once_a_day(settings, done, caplog):
    names = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    sign(done)
    check_records()
    assert (check_records.name in names, caplog.text.count("was changed")) == (True, 0)
