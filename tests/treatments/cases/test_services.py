"""Open a case, write down what was done, close it: whatever the order, its clock never stops too early."""

from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.audit.models import AuditEvent
from portal.security.refusals import Refused
from tests.factories import NOON, AlertFactory, CaseFactory, ClientFactory, PhotographFactory, SessionFactory
from treatments.cases import services
from treatments.cases.models import Case, CaseEntry
from treatments.cases.rules import TRY_AGAIN_WITHIN
from treatments.cases.terms import CONTACTS, WITHOUT_CONTACT, WRITTEN, Ending

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FACTS = {"kind": "erythema", "zones": ["cheeks"], "began_on": date(2026, 5, 30), "grade": 2, "words": "Still red."}


@pytest.fixture
def session(clinic):
    return SessionFactory(plan__client__clinic=clinic, ended_at=NOON - 3 * DAY)


def opened(session, by, **facts):
    said = FACTS | {"call_by": NOON + 4 * HOUR, "by": by.user, "at": NOON} | facts
    return services.open_case(session=session, **said)


def entries(case):
    return list(case.entries.values_list("kind", "note"))


def test_a_case_begins_with_what_happened_and_its_clock_runs(session, practitioner):
    case = opened(session, practitioner)
    assert (case.client, case.contacted_at, case.call_by) == (session.client, None, NOON + 4 * HOUR)
    assert entries(case) == [("opened", "Still red.")]
    assert list(AuditEvent.objects.values_list("action", flat=True)) == ["case.opened"]
    assert [case.overdue(at) for at in (NOON + 3 * HOUR, case.call_by)] == [False, True]


def test_who_opens_it_in_the_room_has_spoken_to_the_client(session, practitioner):
    case = opened(session, practitioner, done="seen", note="Lay down, came round.")
    assert case.contacted_at == NOON
    assert entries(case) == [("opened", "Still red."), ("seen", "Lay down, came round.")]


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        ({"words": " "}, services.NoteMissing),
        ({"done": "seen"}, services.NoteMissing),
        ({"began_on": date(2030, 1, 1)}, services.InTheFuture),
        ({"call_by": NOON}, services.CallRefused),
        ({"call_by": NOON + DAY + HOUR}, services.CallRefused),
        ({"call_by": NOON + 32 * DAY, "done": "called", "note": "Called."}, services.CallRefused),
    ],
)
def test_what_says_nothing_opens_no_case(session, practitioner, facts, refusal):
    with pytest.raises(refusal):
        opened(session, practitioner, **facts)
    assert Case.objects.count() == 0


def test_nothing_comes_of_a_session_that_has_not_begun(clinic, practitioner):
    with pytest.raises(services.SessionNotBegun):
        opened(SessionFactory(plan__client__clinic=clinic), practitioner)


def test_the_clock_of_a_red_flag_goes_on_when_it_has_run_out(session, practitioner):
    alert = AlertFactory(reply__followup__session=session, act_by=NOON - HOUR)
    assert opened(session, practitioner, alert=alert, call_by=alert.act_by).overdue(NOON)


def test_a_red_flag_opens_one_case(session, practitioner):
    alert = AlertFactory(reply__followup__session=session)
    opened(session, practitioner, alert=alert)
    with pytest.raises(services.CaseExists):
        opened(session, practitioner, alert=alert)


def test_what_is_put_right_says_what_it_was_and_why(session, practitioner):
    case = opened(session, practitioner)
    right = {"kind": "granuloma", "zones": ["chin"], "began_on": date(2026, 5, 31), "grade": 3}
    services.change_case(case=case, note="Bumps, now.", by=practitioner.user, at=NOON + HOUR, **right)
    said = (
        "Redness → Granuloma.\nCheeks → Chin and jaw.\nBegan 30 May 2026 → Began 31 May 2026.\n"
        "Grade 2 → Grade 3.\nBumps, now."
    )
    assert entries(case)[1:] == [("changed", said)]
    assert [entry.grade for entry in case.entries.all()] == [2, 3]
    with pytest.raises(services.NothingChanged):
        services.change_case(case=case, note="Again.", by=practitioner.user, at=NOON + HOUR, **right)


def test_only_standing_photographs_of_the_client_join_and_each_once(session, practitioner):
    case, by = opened(session, practitioner), {"by": practitioner.user, "at": NOON}
    photograph = PhotographFactory(session=session)
    services.add_photographs(case=case, photographs=[photograph], **by)
    anothers = PhotographFactory(session=SessionFactory(plan__client=ClientFactory(clinic=session.clinic)))
    removed = PhotographFactory(
        session=session, removed_at=NOON, removed_by=practitioner.user, removal_reason="Blurred."
    )
    for one in (photograph, anothers, removed):
        with pytest.raises(services.AlreadyThere):
            services.add_photographs(case=case, photographs=[one], **by)
    assert list(case.entries.exclude(photograph=None).values_list("photograph", flat=True)) == [photograph.pk]


def test_a_report_is_noted_also_when_it_is_over_and_all_else_is_refused_then(session, practitioner):
    case, by = opened(session, practitioner), {"by": practitioner.user, "at": NOON + DAY}
    services.close_case(case=case, ending="mistaken", note="It was make-up.", **by)
    services.note_report(case=case, where="Yellow Card", reported_on=date(2026, 6, 1), reference="YC 1", **by)
    assert entries(case)[-2:] == [
        ("closed", "It was no reaction. It was make-up."),
        ("reported", "Yellow Card, on 1 Jun 2026. Reference: YC 1."),
    ]
    right = {key: value for key, value in FACTS.items() if key != "words"} | {"note": "No."}
    for verb, said in (
        (services.write_entry, {"kind": "called", "note": "Called.", "call_by": NOON + 2 * DAY}),
        (services.change_case, right),
        (services.add_photographs, {"photographs": []}),
        (services.close_case, {"ending": "mistaken", "note": "Again."}),
    ):
        with pytest.raises(services.CaseClosed):
            verb(case=case, **said, **by)


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("write"), st.sampled_from(WRITTEN), st.integers(-2, 40 * 24)),
        st.tuples(st.just("close"), st.sampled_from(Ending), st.just(0)),
        st.tuples(st.just("change"), st.integers(1, 4), st.just(0)),
    ),
    max_size=8,
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_an_open_case_always_waits_for_a_call_and_none_is_closed_unheard(clinic, practitioner, steps):
    with transaction.atomic():
        case = CaseFactory(session=SessionFactory(plan__client__clinic=clinic))
        before, at = Case.objects.get(), NOON
        for step in steps:
            at += HOUR
            written = CaseEntry.objects.count()
            done = take(case, step, practitioner.user, at)
            now = Case.objects.get()
            assert CaseEntry.objects.count() == written + done
            assert done or now.call_by == before.call_by  # what was refused changes nothing
            holds(before, now, step, at, done=done)
            before = now
        transaction.set_rollback(True)


def take(case, step, by, at):
    """One verb with these words; whether it was done."""
    verb, what, hours = step
    right = {"kind": "pain", "zones": [], "began_on": date(2026, 6, 1), "grade": what}
    said = {"case": case, "note": "Said.", "by": by, "at": at}
    try:
        if verb == "write":
            services.write_entry(**said, kind=what, call_by=at + timedelta(hours=hours))
        elif verb == "close":
            services.close_case(**said, ending=what)
        else:
            services.change_case(**said, **right)
    except Refused:
        return False
    return True


def holds(before, now, step, at, *, done):
    """What is true of a case at every moment."""
    assert (now.call_by is None) == (now.closed_at is not None)
    assert before.is_open or not done  # nothing is done to what is over
    assert now.is_open or now.contacted_at or now.ending in WITHOUT_CONTACT
    if done and step[0] == "write":
        assert at < now.call_by
        assert now.contacted_at or now.call_by <= at + TRY_AGAIN_WITHIN
        assert bool(now.contacted_at) == bool(before.contacted_at or step[1] in CONTACTS)
