import pytest
from django.db import DatabaseError, transaction

from tests.factories import NOON
from tests.treatments.screening.rows import sent
from treatments.questionnaires import services
from treatments.questionnaires.services import QuestionEdit, RuleEdit
from treatments.screening.models import QuestionnaireVersion
from treatments.screening.questionnaire import default, read

SIGNED = {"approved_by": "Dr Okafor", "reason": "Our insurer asks for it."}


def question(key, of):
    return next(question for question in of.questions if question.key == key)


def same(found, **days):
    rules = tuple(
        RuleEdit(r.level, r.why, r.client_why, days.get(r.level, r.days), r.needs_letter) for r in found.rules
    )
    return QuestionEdit(found.words, found.required, found.help, rules=rules)


def fresh(version):
    return QuestionnaireVersion.objects.get(pk=version.pk)


@pytest.fixture
def draft(clinic, owner):
    return services.begin_version(clinic=clinic, by=owner.user, at=NOON)


@pytest.fixture
def change(draft, owner):
    def waits(days, seen=None):
        edit = same(question("isotretinoin", default()), defer=days)
        seen = seen or fresh(draft).fingerprint
        who = {"by": owner.user, "at": NOON}
        services.change_question(version=draft, seen=seen, key="isotretinoin", edit=edit, **who)

    return waits


@pytest.fixture
def publish(draft, owner):
    def now(**said):
        seen = fresh(draft).fingerprint
        services.publish_version(version=draft, seen=seen, **SIGNED | said, by=owner.user, at=NOON)

    return now


def test_a_stricter_version_is_in_force_at_once(draft, change, publish):
    change(366)
    publish()
    rule = question("isotretinoin", QuestionnaireVersion.objects.in_force()).rules[1]
    assert (rule.days, rule.approved_by, rule.approved_on) == (366, "Dr Okafor", "2026-06-01")


def test_a_looser_version_needs_a_prescriber(draft, change, publish):
    change(92)
    with pytest.raises(services.PrescriberNeeded):
        publish()
    publish(prescriber="Dr Prescriber")
    assert (fresh(draft).prescriber, len(fresh(draft).looser)) == ("Dr Prescriber", 1)


@pytest.mark.parametrize(
    ("left_out", "refusal"), [("approved_by", services.ApproverNeeded), ("reason", services.PublishReasonNeeded)]
)
def test_an_approver_and_a_reason_are_needed(publish, left_out, refusal):
    with pytest.raises(refusal):
        publish(**{left_out: " "})


def test_whoever_saves_second_is_told(draft, change):
    seen = draft.fingerprint
    change(200, seen)
    with pytest.raises(services.DraftMoved):
        change(300, seen)


def test_one_draft_at_a_time(clinic, owner, draft):
    with pytest.raises(services.DraftExists):
        services.begin_version(clinic=clinic, by=owner.user, at=NOON)


def test_a_draft_that_cannot_be_read_is_refused(change):
    with pytest.raises(services.NotToBeUsed):
        change(0)


def test_a_question_is_added_retired_and_put_back(draft, owner):
    who = {"version": draft, "by": owner.user, "at": NOON}
    answers = (("Yes", RuleEdit("review", "Tanning bed.", "We will talk.")), ("No", RuleEdit("")))
    section = default().sections[0].key
    new = services.NewQuestion("Tanning bed", "Do you use one?", "It burns.", section, answers)
    key = services.add_question(**who, seen=draft.fingerprint, new=new)
    services.retire_question(**who, seen=fresh(draft).fingerprint, key="pregnant")
    gone = [q.key for q in read(fresh(draft).content).questions]
    services.restore_question(**who, seen=fresh(draft).fingerprint, key="pregnant")
    back = [q.key for q in read(fresh(draft).content).questions]
    assert (key, "pregnant" in gone, back[0], key in back) == ("own_tanning_bed", False, "pregnant", True)


def test_a_published_version_is_never_changed_or_deleted(draft, publish):
    publish()
    version = QuestionnaireVersion.objects.filter(pk=draft.pk)
    for alter in (lambda: version.update(reason="Other"), version.delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            alter()


def test_a_discarded_draft_is_gone(draft, owner):
    services.discard_version(version=draft, by=owner.user, at=NOON)
    assert QuestionnaireVersion.objects.count() == 0
    with pytest.raises(services.NoDraft):
        services.discard_version(version=draft, by=owner.user, at=NOON)


def test_the_preview_changes_nothing_and_names_nobody_without_answers(clinic, owner, draft):
    sent(clinic, owner)
    found = services.preview(questionnaire=default(), on=NOON.date())
    assert (found.looked_at, found.changes) == (0, ())
