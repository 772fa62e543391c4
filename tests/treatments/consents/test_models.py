"""What the database itself refuses: to alter, to delete or to revive what a client answered."""

from importlib import import_module

import pytest
from django.db import DatabaseError, connection, transaction

from tests.database import refusal_of
from tests.factories import NOON, ClientFactory, ConsentFactory, DocumentFactory
from treatments.models import Consent, Document

moves = import_module("treatments.migrations.0019_outdated_consents_may_be_replaced")
OTHERS = {
    "text": "I agree to everything.",
    "text_sha256": "b" * 64,
    "language": "de",
    "initials": {"1": "XX"},
    "signed_name": "Somebody else",
    "signature": [[[1, 1]]],
    "answered_at": NOON.replace(hour=13),
    "answered_from": "198.51.100.1",
    "channel": "tablet",
    "covers": {"zones": {"nose": "2.50"}},
    "purpose": "photo_publicity",
    "refusal": "No",
    "witness_name": "Nobody",
    "witness_signature": [[[1, 1]]],
    "state": "asked",
}


NEVER = "never changes"


@pytest.fixture
def consent(clinic):
    return ConsentFactory(request__client=ClientFactory(clinic=clinic), state="signed")


@pytest.mark.parametrize("column", OTHERS)
def test_what_was_signed_is_never_altered(consent, column):
    row = Consent.objects.filter(pk=consent.pk)
    assert NEVER in refusal_of(lambda: row.update(**{column: OTHERS[column]}))


def test_nor_who_signed_what_with_whom(consent, clinic):
    other = ConsentFactory(request__client=ClientFactory(clinic=clinic), purpose="photo_teaching")
    row = Consent.objects.filter(pk=consent.pk)
    for pointer in ("client", "request", "document", "practitioner"):
        theirs = {pointer: getattr(other, pointer)}
        assert NEVER in refusal_of(lambda theirs=theirs: row.update(**theirs)), pointer


def test_what_was_signed_is_never_deleted(consent):
    assert NEVER in refusal_of(consent.delete)
    assert NEVER in refusal_of(Consent.objects.filter(pk=consent.pk).delete)


@pytest.mark.parametrize("state", ["withdrawn", "replaced", "refused"])
def test_a_consent_that_ended_never_comes_back(clinic, state):
    ended = ConsentFactory(request__client=ClientFactory(clinic=clinic), state=state)
    row = Consent.objects.filter(pk=ended.pk)
    assert NEVER in refusal_of(lambda: row.update(state="signed", withdrawn_at=None))


@pytest.mark.parametrize("ends", [{"state": "withdrawn", "withdrawn_at": NOON}, {"state": "replaced"}])
def test_one_whose_text_has_changed_may_still_end(clinic, ends):
    outdated = ConsentFactory(request__client=ClientFactory(clinic=clinic), state="outdated")
    row = Consent.objects.filter(pk=outdated.pk)
    assert NEVER in refusal_of(lambda: row.update(state="signed"))
    assert NEVER in refusal_of(lambda: row.update(**ends, text="I agree to everything."))
    assert row.update(**ends) == 1
    assert NEVER in refusal_of(lambda: row.update(state="outdated"))


class Editor:
    """What a migration writes with, inside a test's own transaction."""

    connection = connection

    def execute(self, sql):
        with connection.cursor() as cursor:
            cursor.execute(sql)


def test_the_release_before_and_the_one_after_differ_in_that_one_move(clinic):
    outdated = ConsentFactory(request__client=ClientFactory(clinic=clinic), state="outdated")
    row = Consent.objects.filter(pk=outdated.pk)
    connection.check_constraints()
    moves.as_before(None, Editor())
    for column, value in (("text", "I agree to everything."), ("state", "replaced")):
        assert NEVER in refusal_of(lambda column=column, value=value: row.update(**{column: value}))
    moves.let_it_move(None, Editor())
    assert NEVER in refusal_of(lambda: row.update(text="I agree to everything."))
    assert row.update(state="replaced") == 1


def test_its_copy_and_its_withdrawal_are_written_once(consent):
    rows = Consent.objects.filter(pk=consent.pk)
    rows.update(pdf="consent/a.pdf", pdf_sha256="a" * 64)
    rows.update(state="withdrawn", withdrawn_at=NOON, withdrawal_reason="Changed my mind")
    for other in ({"pdf": "consent/b.pdf"}, {"pdf_sha256": "b" * 64}, {"withdrawal_reason": "None"}):
        assert NEVER in refusal_of(lambda other=other: rows.update(**other)), other


def test_what_waits_for_an_answer_may_still_change(clinic):
    waiting = ConsentFactory(request__client=ClientFactory(clinic=clinic))
    assert Consent.objects.filter(pk=waiting.pk).update(state="closed") == 1
    waiting.delete()
    assert Consent.objects.count() == 0


@pytest.mark.parametrize("change", [{"texts": {"en": "x"}}, {"number": 9}, {"needs_witness": True}, {"reason": "x"}])
def test_a_published_document_never_changes(clinic, change):
    document = DocumentFactory(clinic=clinic)
    assert NEVER in refusal_of(lambda: Document.objects.filter(pk=document.pk).update(**change))
    assert NEVER in refusal_of(document.delete)


def test_a_draft_may_change(clinic):
    draft = DocumentFactory(clinic=clinic, published_at=None)
    assert Document.objects.filter(pk=draft.pk).update(texts={"en": "Other"}) == 1


def test_nor_is_a_second_row_written_over_it(consent):
    """SQLite's INSERT OR REPLACE fires no delete trigger; elsewhere the primary key refuses it."""
    again = Consent.objects.get(pk=consent.pk)
    again.text = "I agree to everything."
    with pytest.raises(DatabaseError), transaction.atomic():
        again.save(force_insert=True)
    assert Consent.objects.get(pk=consent.pk).text == consent.text
