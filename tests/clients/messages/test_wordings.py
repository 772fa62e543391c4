"""A wording is written down once, and never changes; an email's copy is what it said in the fields."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.core import mail
from django.db import connection, transaction
from django_scopes import scope

from clients.messages import wordings
from clients.messages.kinds import Attachment, Rendered, Worded
from clients.messages.mime import finished, kept
from clients.messages.pieces import Piece, Pieces, read
from clients.messages.wordings import copy_of, write_wordings
from clients.models import Message, Wording
from tests.database import refusal_of
from tests.factories import NOON, ClientFactory, ClinicFactory, MessageFactory, WordingFactory

NEVER = "A wording is never changed."
WORDS = Pieces(
    "A note",
    (
        Piece("", "Dear ", "called"),
        Piece("line", ",\n", "line"),
        Piece("", ", open ", "link"),
        Piece("", " – \\1.", ""),
    ),
    (Piece("", '<p title="“ä”">', "called"), Piece("line", "<br>", "line"), Piece("", '<a href="', "link")),
)
way_back = import_module("clients.migrations.0010_wordings_and_fewer_links")


def worded(called="Ann", line="", **more):
    values = {"called": called, "line": line, "link": "https://portal.test/secret/", "unasked": "what no field says"}
    return Worded("A note", WORDS, values, secrets=("secret",), **more)


@pytest.fixture
def person(clinic):
    return ClientFactory(clinic=clinic)


def sent(person, email):
    """A message with the copy of this email."""
    write_wordings(person.clinic_id, [email])
    return MessageFactory(client=person, state="sent", sent_at=NOON, **kept(finished(email)))


@pytest.mark.parametrize(
    "email",
    [
        worded(),
        worded(called="<b>O'Neil & Söhne</b>", line='Two\nlines & "more"\r\n'),
        worded(line="…", attachments=(Attachment("next.ics", b"", "text/calendar"), Attachment("b\n.pdf", b"", "a/b"))),
    ],
)
def test_the_copy_says_what_was_sent_but_for_the_secrets(person, email):
    message = Message.objects.get(pk=sent(person, email).pk)
    files = "\n\n[next.ics]\n[b .pdf]" if email.attachments else ""
    assert copy_of(message) == (
        email.subject,
        email.text.replace("secret", "…") + files,
        email.html.replace("secret", "…"),
    )
    assert "secret" not in str(message.said)
    assert set(message.said) == {"called", "line", "link"}


def test_the_copy_has_always_the_same_columns(person):
    plain, unwritten, written = Rendered("A", "b", "<p>c</p>"), worded(), worded()
    write_wordings(person.clinic_id, [plain, written])
    columns = [set(kept(email)) for email in (plain, unwritten, written)]
    assert columns == [{"subject", "text", "html", "wording_id", "said"}] * 3
    assert kept(unwritten)["html"] == unwritten.html.replace("secret", "…")


def test_a_copy_from_before_there_were_wordings_is_read_as_it_is(person):
    message = MessageFactory(client=person, state="sent", sent_at=NOON, subject="A", text="b", html="<p>c</p>")
    assert copy_of(message) == ("A", "b", "<p>c</p>")
    assert copy_of(MessageFactory(client=person)) == ("", "", "")


def test_a_wording_is_written_once_for_each_clinic(clinic, django_assert_num_queries):
    first, other = worded(), ClinicFactory()
    write_wordings(clinic.pk, [first, worded(called="Zoe")])
    again = worded()
    with django_assert_num_queries(1):
        write_wordings(clinic.pk, [again])
    with scope(clinic=other):
        theirs = worded()
        write_wordings(other.pk, [theirs])
    assert (first.wording_id, Wording.objects.get().content) == (again.wording_id, WORDS.content)
    assert theirs.wording_id != first.wording_id
    assert read(Wording.objects.get().content) == WORDS


def test_one_that_this_process_has_seen_costs_no_query(
    clinic, django_assert_num_queries, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        write_wordings(clinic.pk, [worded()])
    again = worded()
    with django_assert_num_queries(0):
        write_wordings(clinic.pk, [again, Rendered("A", "b", "c")])
    assert again.wording_id == Wording.objects.get().pk


def test_what_is_rolled_back_is_not_known(clinic, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        write_wordings(clinic.pk, [worded()])
        transaction.set_rollback(True)
    again = worded()
    write_wordings(clinic.pk, [again])
    assert again.wording_id == Wording.objects.get().pk


def test_no_more_than_so_many_are_known(clinic, monkeypatch, django_capture_on_commit_callbacks):
    monkeypatch.setattr(wordings, "MOST_KNOWN", 2)
    for number in range(5):
        email = Worded("A", Pieces(f"{number}", (), ()), {})
        with django_capture_on_commit_callbacks(execute=True):
            write_wordings(clinic.pk, [email])
    assert (len(wordings.KNOWN) <= 3, (clinic.pk, email.wording.digest) in wordings.KNOWN) == (True, True)


def write_one(clinic):
    email = worded()
    try:
        with scope(clinic=clinic):
            write_wordings(clinic.pk, [email])
        return email.wording_id
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_what_is_known_goes_with_the_connection():
    """The next one may lead to a database that was restored, where the id is another wording's or nobody's."""
    clinic = ClinicFactory()
    with scope(clinic=clinic):
        write_wordings(clinic.pk, [worded()])
        known = dict(wordings.KNOWN)
        connection.close()
        connection.ensure_connection()
        assert (len(known), wordings.KNOWN) == (1, {})


@pytest.mark.django_db(transaction=True)
def test_of_ten_who_write_the_same_words_at_once_all_have_the_same_row():
    clinic = ClinicFactory()
    with ThreadPoolExecutor(10) as threads:
        ids = set(threads.map(write_one, [clinic] * 10))
    with scope(clinic=clinic):
        assert ids == {Wording.objects.get().pk}


@pytest.mark.parametrize("change", [{"content": {}}, {"digest": "a"}, {"created_at": NOON + timedelta(days=1)}])
def test_a_wording_never_changes_and_is_never_deleted(clinic, change):
    wording = WordingFactory(clinic=clinic)
    row = Wording.objects.filter(pk=wording.pk)
    assert NEVER in refusal_of(lambda: row.update(**change))
    assert NEVER in refusal_of(wording.delete)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="Elsewhere the keys refuse it.")
def test_nor_is_another_written_over_it(clinic):
    wording = WordingFactory(clinic=clinic)
    columns = "id, clinic_id, digest, content, created_at"
    over = f"INSERT OR REPLACE INTO clients_wording ({columns}) VALUES (%s, %s, %s, %s, %s)"
    for pk, digest in ((wording.pk, "b"), (wording.pk + 1, wording.digest)):
        values = [pk, clinic.pk, digest, '{"text": []}', NOON]
        assert NEVER in refusal_of(lambda values=values: connection.cursor().execute(over, values))
    assert Wording.objects.get().content == wording.content


def test_half_a_copy_is_refused(person):
    message, wording = MessageFactory(client=person), WordingFactory(clinic=person.clinic)
    row = Message.objects.filter(pk=message.pk)
    for half in ({"said": {}}, {"wording": wording}):
        assert "message_said" in refusal_of(lambda half=half: row.update(**half))


def test_the_way_back_writes_each_email_out(person):
    letters = [worded(line="Two\nlines <&"), worded(called="Zoe", attachments=(Attachment("a.ics", b"", "a/b"),))]
    messages = [sent(person, letter) for letter in letters]
    before = [copy_of(message) for message in messages]
    older = MessageFactory(client=person, state="sent", sent_at=NOON, text="b", html="<p>c</p>")
    way_back.write_out(apps, None)
    after = [Message.objects.get(pk=message.pk) for message in (*messages, older)]
    assert [(row.subject, row.text, row.html) for row in after] == [*before, ("", "b", "<p>c</p>")]


def test_the_page_of_a_message_shows_what_it_said(person, practitioner, signed_in, kind, run_drain):
    kind(render=lambda *_: worded(called="Ann & Zoe", line="From me."))
    message = MessageFactory(client=person)
    run_drain()
    (left,), message = mail.outbox, Message.objects.get(pk=message.pk)
    page = signed_in(practitioner).get(f"/admin/clients/message/{message.pk}/change/").text
    assert copy_of(message).text == left.body.replace("secret", "…")
    assert (message.text, message.html, message.said["line"]) == ("", "", "From me.")
    assert ("Dear Ann &amp; Zoe,<br>From me., open https://portal.test/…/" in page, "secret" in page) == (True, False)
