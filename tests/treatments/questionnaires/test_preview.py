"""Who would change outcome under a draft, from what to what; and that looking changes nothing."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.utils import timezone
from django_scopes import scope

from tests.factories import ClientFactory, ClinicFactory, MembershipFactory
from tests.treatments.questionnaires.versions import Writer, forbids
from tests.treatments.screening.rows import accepted, sent, submitted
from treatments.questionnaires import services
from treatments.questionnaires.services.editing import RuleEdit
from treatments.screening.models import Screening
from treatments.screening.services import defer_screening

STOPPED = {"isotretinoin": "stopped", "isotretinoin_stop_date": "2020-01-01"}


def days_ago(number):
    return (timezone.localdate() - timedelta(days=number)).isoformat()


@pytest.fixture
def write(owner):
    """A draft in which whoever stopped isotretinoin is never treated."""
    return Writer(owner).rules("isotretinoin", forbids)


@pytest.fixture
def answered(clinic, practitioner):
    """submitted(...) and accepted(...) with long stopped isotretinoin, for a client of this name."""

    def answer(name, how=submitted):
        person = ClientFactory(clinic=clinic, first_name=name)
        return how(clinic, practitioner, at=timezone.now(), client=person, answers=STOPPED)

    return answer


def found(writer):
    return services.preview(questionnaire=writer.content, on=timezone.localdate())


def names(preview):
    return sorted((change.screening.client.first_name, change.was, change.now) for change in preview.changes)


def test_open_clients_are_named_with_what_was_and_what_would_be(clinic, practitioner, write, answered):
    answered("Submitted")
    answered("Accepted", accepted)
    recent = {"isotretinoin": "stopped", "isotretinoin_stop_date": days_ago(10)}
    person = ClientFactory(clinic=clinic, first_name="Deferred")
    late = submitted(clinic, practitioner, at=timezone.now(), client=person, answers=recent)
    until = late.defer_until
    defer_screening(screening=late, until=until, reason="Too early.", by=practitioner.user, at=timezone.now())
    submitted(clinic, practitioner, at=timezone.now(), client=ClientFactory(clinic=clinic, first_name="Never"))
    preview = found(write)
    never = "Contraindicated"
    assert [(name, was) for name, was, _ in names(preview)] == [
        ("Accepted", "Suitable"),
        ("Deferred", f"Wait, until {until:%-d %b %Y}"),
        ("Submitted", "Suitable so far"),  # only the practitioner's own question is open
    ]
    assert ({now for _, _, now in names(preview)}, preview.looked_at) == ({never}, 4)
    assert sorted(preview.counts) == [("Suitable", never, 1), ("Suitable so far", never, 1), ("Wait", never, 1)]


def test_nobody_is_named_who_is_not_open(clinic, practitioner, write, answered):
    old = answered("Expired", accepted)
    Screening.objects.filter(pk=old.pk).update(valid_until=timezone.localdate() - timedelta(days=1))
    gone = answered("Archived").client
    type(gone).objects.filter(pk=gone.pk).update(archived_at=timezone.now())
    sent(clinic, practitioner, at=timezone.now())
    other = ClinicFactory()
    with scope(clinic=other):
        theirs = ClientFactory(clinic=other, first_name="Elsewhere")
        submitted(other, MembershipFactory(clinic=other), at=timezone.now(), client=theirs, answers=STOPPED)
    with scope(clinic=clinic):
        assert (found(write).looked_at, names(found(write))) == (0, [])


def test_an_acceptance_that_ends_today_still_holds(write, answered):
    last = answered("Last day", accepted)
    Screening.objects.filter(pk=last.pk).update(valid_until=timezone.localdate())
    assert found(write).looked_at == 1


def test_the_newest_answers_count(clinic, practitioner, write, answered):
    first = answered("Twice")
    submitted(clinic, practitioner, at=timezone.now(), client=first.client)
    assert (found(write).looked_at, names(found(write))) == (1, [])


def test_a_longer_wait_is_another_outcome(clinic, practitioner, owner):
    answers = {"isotretinoin": "stopped", "isotretinoin_stop_date": days_ago(10)}
    late = submitted(clinic, practitioner, at=timezone.now(), answers=answers)
    longer = Writer(owner).rules(
        "isotretinoin", lambda rule: RuleEdit(rule.level, rule.why, rule.client_why, rule.days * 2)
    )
    (change,) = found(longer).changes
    later = late.defer_until + timedelta(days=184)
    assert (change.was, change.now) == (f"Wait, until {late.defer_until:%-d %b %Y}", f"Wait, until {later:%-d %b %Y}")


def test_a_question_that_nobody_was_asked_yet_leaves_a_client_suitable_so_far(clinic, practitioner, owner, answered):
    answered("Submitted")
    answered("Accepted", accepted)
    unsure = ClientFactory(clinic=clinic, first_name="Unsure")
    submitted(clinic, practitioner, at=timezone.now(), client=unsure, answers={"diabetes": "unsure"})
    preview = found(Writer(owner).add())
    assert [
        (change.screening.client.first_name, change.was, change.now, change.reasons) for change in preview.changes
    ] == [("Accepted", "Suitable", "Suitable so far", ("Tanning bed: not asked yet.",))]


def test_a_wait_that_ends_leaves_a_client_suitable_so_far(clinic, practitioner, owner):
    answers = {"isotretinoin": "stopped", "isotretinoin_stop_date": days_ago(100)}
    submitted(clinic, practitioner, at=timezone.now(), answers=answers)
    shorter = Writer(owner).rules("isotretinoin", lambda rule: RuleEdit(rule.level, rule.why, rule.client_why, 90))
    assert [change.now for change in found(shorter).changes] == ["Suitable so far"]


def test_the_page_names_them_and_changes_nothing(owner, write, answered, signed_in):
    answered("Submitted")
    answered("Accepted", accepted)
    browser, before = signed_in(owner), rows()
    page = browser.get(f"/admin/treatments/questionnaireversion/{write.version.pk}/publish/")
    words = page.content.decode()
    assert [name in words for name in ("Submitted", "Accepted", "Contraindicated")] == [True] * 3
    assert rows() == before


def rows():
    kept = [model for model in apps.get_models() if model is not Session]
    return {model._meta.label: list(model._base_manager.order_by("pk").values()) for model in kept}
