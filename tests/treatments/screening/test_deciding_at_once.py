"""Two practitioners, one form: whatever they press at once, it is decided once."""

from functools import partial

import pytest
from django_scopes import scope

from portal.audit.services import verify
from portal.models import AuditEvent
from tests.factories import NOON, MembershipFactory
from tests.treatments.screening.rows import OWN_ANSWERS, SAID, sent, submitted
from tests.treatments.sessions.test_at_once import at_once
from treatments.screening.models import Decision
from treatments.screening.services import (
    NothingToDecide,
    NotWaiting,
    accept_screening,
    ask_client,
    refuse_screening,
    submit_screening,
    withdraw_screening,
)

ROUNDS = 6

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture
def member():
    member = MembershipFactory()
    with scope(clinic=member.clinic):
        yield member


def accepts(form, member):
    return partial(accept_screening, screening=form, own_answers=OWN_ANSWERS, by=member.user, at=NOON)


def refuses(form, member):
    return partial(refuse_screening, screening=form, reason="Not now", by=member.user, at=NOON)


def withdraws(form, member):
    return partial(withdraw_screening, screening=form, by=member.user, at=NOON)


def submits(form, _member):
    answers = SAID | {"date_of_birth": "1985-05-17", "signed_name": "Ada Client"}
    return partial(submit_screening, screening=form, answers=answers, at=NOON)


def asks(form, member):
    return partial(ask_client, screening=form, words="Which tablets?", by=member.user, at=NOON)


def test_ten_acceptances_at_once_are_one(member):
    form = submitted(member.clinic, member)
    said = at_once(member.clinic, *[accepts(form, member)] * 10)
    assert said == ["done"] + [str(NothingToDecide())] * 9
    assert list(Decision.objects.values_list("kind", flat=True)) == ["accepted"]
    assert AuditEvent.objects.filter(action="screening.accepted").count() == 1
    assert verify(member.clinic) == AuditEvent.objects.count()


def test_an_acceptance_and_a_refusal_at_once_are_one_or_the_other(member):
    for _round in range(ROUNDS):
        form = submitted(member.clinic, member)
        said = at_once(member.clinic, accepts(form, member), refuses(form, member))
        form.refresh_from_db()
        assert said == ["done", str(NothingToDecide())]
        assert list(Decision.objects.filter(screening=form).values_list("kind", flat=True)) == [form.state]
        assert form.state in {"accepted", "refused"}


def test_an_acceptance_while_the_form_is_withdrawn_never_decides_a_withdrawn_form(member):
    for _round in range(ROUNDS):
        form = sent(member.clinic, member)
        acts = [make(form, member) for make in (submits, accepts, withdraws)]
        said = at_once(member.clinic, *acts)
        form.refresh_from_db()
        decided = Decision.objects.filter(screening=form).count()
        assert (form.state, decided, said.count("done")) in {
            ("withdrawn", 0, 1),
            ("submitted", 0, 1),
            ("accepted", 1, 2),
        }


def test_a_form_that_was_filled_in_is_not_withdrawn_any_more(member):
    form = submitted(member.clinic, member)
    said = at_once(member.clinic, accepts(form, member), withdraws(form, member))
    form.refresh_from_db()
    assert (form.state, said) == ("accepted", ["done", str(NotWaiting())])


def test_a_question_while_it_is_decided_is_asked_before_or_not_at_all(member):
    for _round in range(ROUNDS):
        form = submitted(member.clinic, member)
        before = AuditEvent.objects.count()
        at_once(member.clinic, accepts(form, member), asks(form, member))
        steps = AuditEvent.objects.order_by("sequence")[before:]
        new = [step.action for step in steps if step.action != "messages.scheduled"]
        assert new in (["screening.accepted"], ["query.asked", "screening.accepted"])
