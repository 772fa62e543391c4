"""What the database itself refuses: to alter, to delete or to write over a version that was published."""

import pytest
from django.db import DatabaseError, connection, transaction

from tests.database import refusal_of
from tests.factories import NOON, UserFactory
from tests.treatments.questionnaires.versions import Writer
from treatments.screening.models import QuestionnaireVersion
from treatments.screening.questionnaire import default, snapshot

NEVER = "published questionnaire is never changed"
TABLE = "treatments_questionnaireversion"
OTHERS = {
    "content": snapshot(default()),
    "fingerprint": "b" * 64,
    "number": 9,
    "reason": "Another",
    "approved_by": "Somebody else",
    "prescriber": "",
    "looser": [],
    "published_at": None,
    "begun_at": NOON,
}


@pytest.fixture
def version(owner):
    return Writer(owner).add().retire("pregnant").publish()


@pytest.mark.parametrize("column", OTHERS)
def test_a_published_version_is_never_altered(version, column):
    row = QuestionnaireVersion.objects.filter(pk=version.pk)
    assert NEVER in refusal_of(lambda: row.update(**{column: OTHERS[column]}))


def test_nor_who_published_it(version):
    row, other = QuestionnaireVersion.objects.filter(pk=version.pk), UserFactory()
    assert NEVER in refusal_of(lambda: row.update(published_by=other))


@pytest.mark.parametrize(
    "statement",
    [
        f"UPDATE {TABLE} SET reason = 'Another' WHERE id = %s",
        f"UPDATE {TABLE} SET published_at = NULL WHERE id = %s",
        f"DELETE FROM {TABLE} WHERE id = %s",
    ],
)
def test_nor_by_plain_sql(version, statement):
    def run():
        with connection.cursor() as cursor:
            cursor.execute(statement, [version.pk])

    assert NEVER in refusal_of(run)
    assert QuestionnaireVersion.objects.get() == version


def test_nor_is_a_second_row_written_over_it(version):
    """SQLite's INSERT OR REPLACE fires no delete trigger; elsewhere the primary key refuses it."""
    again = QuestionnaireVersion.objects.get(pk=version.pk)
    again.reason = "Another"
    with pytest.raises(DatabaseError), transaction.atomic():
        again.save(force_insert=True)
    assert QuestionnaireVersion.objects.get().reason == version.reason


def test_a_draft_may_change_and_go(owner):
    draft = Writer(owner).version
    assert QuestionnaireVersion.objects.filter(pk=draft.pk).update(reason="Another") == 1
    draft.delete()
    assert QuestionnaireVersion.objects.count() == 0
