"""What the database refuses: nonsense, and changes to what was written down."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from tests.factories import NOON, AlertFactory, CaseEntryFactory, CaseFactory, PhotographFactory, SessionFactory
from treatments.cases.models import Case, CaseEntry

DAY = timedelta(days=1)


@pytest.fixture
def case(clinic):
    return CaseFactory(session=SessionFactory(plan__client__clinic=clinic))


NONSENSE = [
    ({"kind": "measles"}, "case_kind_is_known"),
    ({"ending": "gone"}, "case_ending_is_known"),
    ({"grade": 0}, "case_grade_is_1_to_4"),
    ({"grade": 5}, "case_grade_is_1_to_4"),
    ({"words": ""}, "case_says_what_happened"),
    ({"call_by": None}, "case_open_has_a_call_and_closed_has_an_end"),
    ({"ending": "recovered"}, "case_open_has_a_call_and_closed_has_an_end"),
    ({"closed_at": NOON + DAY, "contacted_at": NOON}, "case_open_has_a_call_and_closed_has_an_end"),
    ({"contacted_at": NOON - DAY}, "case_contacted_after_it_opened"),
]


@pytest.mark.parametrize(("facts", "constraint"), NONSENSE)
def test_nonsense_is_refused(case, facts, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(**facts)


def test_nothing_heals_unheard(case):
    ended = {"closed_at": NOON + DAY, "closed_by": case.opened_by, "call_by": None}
    for ending in ("recovered", "lasting", "handed_over"):
        with pytest.raises(IntegrityError, match="case_closed_after_a_word_with_the_client"), transaction.atomic():
            Case.objects.filter(pk=case.pk).update(**ended, ending=ending)
    with pytest.raises(IntegrityError, match="case_closed_after_it_opened"), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(**ended | {"closed_at": NOON - DAY}, ending="mistaken")
    Case.objects.filter(pk=case.pk).update(**ended, ending="mistaken")


@pytest.mark.parametrize(
    ("facts", "constraint"),
    [
        ({"kind": "laughed"}, "case_entry_kind_is_known"),
        ({"grade": 5}, "case_entry_grade_is_1_to_4"),
        ({"note": ""}, "case_entry_says_what_was_done"),
        ({"kind": "photograph"}, "case_entry_says_what_was_done"),
    ],
)
def test_an_entry_says_what_was_done(case, facts, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        CaseEntryFactory(case=case, **facts)


def test_a_photograph_is_in_a_case_once_and_a_red_flag_has_one_case(case):
    added = {"case": case, "kind": "photograph", "note": "", "photograph": PhotographFactory(session=case.session)}
    CaseEntryFactory(**added)
    with pytest.raises(IntegrityError), transaction.atomic():
        CaseEntryFactory(**added)
    alert = AlertFactory(reply__followup__session=case.session)
    CaseFactory(session=case.session, alert=alert)
    with pytest.raises(IntegrityError), transaction.atomic():
        CaseFactory(session=case.session, alert=alert)


def refused(statement):
    with pytest.raises(DatabaseError, match="What was written down about a case never changes"):  # noqa: SIM117
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_no_statement_changes_or_deletes_an_entry(case):
    entry = CaseEntryFactory(case=case)
    refused(f"UPDATE treatments_caseentry SET note = 'All is well.' WHERE id = {entry.pk}")
    refused(f"DELETE FROM treatments_caseentry WHERE id = {entry.pk}")
    if connection.vendor == "sqlite":
        refused(f"INSERT OR REPLACE INTO treatments_caseentry SELECT * FROM treatments_caseentry WHERE id = {entry.pk}")
    else:
        refused("SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE treatments_caseentry")
    assert CaseEntry.objects.get().note == "Called."


def test_no_statement_changes_or_deletes_a_closed_case(case):
    Case.objects.filter(pk=case.pk).update(grade=3)  # an open one may change
    closed = CaseFactory(session=case.session, closed_at=NOON + DAY)
    refused(f"UPDATE treatments_case SET closed_at = NULL WHERE id = {closed.pk}")
    refused(f"DELETE FROM treatments_case WHERE id = {closed.pk}")
    if connection.vendor == "sqlite":
        refused(f"INSERT OR REPLACE INTO treatments_case SELECT * FROM treatments_case WHERE id = {closed.pk}")
    assert Case.objects.get(pk=closed.pk).closed_at == NOON + DAY
