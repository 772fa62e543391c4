"""What practitioners see on two matched photographs: a row for each goal, never changed, only with consent."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from portal.models import AuditEvent
from tests.factories import (
    NOON,
    ClientFactory,
    ConsentFactory,
    ConsentRequestFactory,
    PhotographFactory,
    PlanFactory,
    RatingFactory,
    SessionFactory,
)
from treatments.models import Rating
from treatments.outcomes.services import (
    GoalMissing,
    NoGoals,
    NotMatched,
    PhotographsHidden,
    pairs_of,
    rate_photographs,
    to_rate,
)
from treatments.photos.services import of_client

DAY = timedelta(days=1)
LATER = NOON + 42 * DAY
BOTH = {"acne_scars": "better", "texture": "unclear"}


@pytest.fixture
def session(clinic, practitioner):
    goals = ["acne_scars", "texture"]
    plan = PlanFactory(client=ClientFactory(clinic=clinic), practitioner=practitioner, goals=goals)
    return SessionFactory(plan=plan, number=1, ended_at=NOON)


@pytest.fixture
def consent(session):
    request = ConsentRequestFactory(client=session.client, practitioner=session.practitioner)
    return ConsentFactory(request=request, state="signed")


@pytest.fixture
def before(session, consent):
    return PhotographFactory(session=session)


@pytest.fixture
def after(session):
    return PhotographFactory(session=session, moment="follow_up", taken_at=LATER)


def rate(before, after, practitioner, judged=BOTH, at=LATER):
    return rate_photographs(before=before, after=after, judged=judged, by=practitioner.user, at=at)


def test_each_goal_of_the_plan_is_a_row_with_the_version_of_the_scale(session, before, after, practitioner):
    rows = rate(before, after, practitioner)
    assert [(row.goal, row.judged, row.scale, row.session, row.rated_by) for row in rows] == [
        ("acne_scars", "better", "2026-11", session, practitioner.user),
        ("texture", "unclear", "2026-11", session, practitioner.user),
    ]
    assert AuditEvent.objects.filter(action="rating.added", subject_id=rows[0].pk).count() == 1


def test_a_new_rating_is_a_new_row_and_the_newest_counts(before, after, practitioner):
    rate(before, after, practitioner)
    rate(before, after, practitioner, judged=BOTH | {"acne_scars": "worse"}, at=LATER + DAY)
    scars = Rating.objects.filter(goal="acne_scars")
    assert [row.judged for row in scars.order_by("pk")] == ["better", "worse"]
    assert [row.judged for row in scars.last_words()] == ["worse"]
    assert [row.judged for row in scars.last_words(until=LATER + DAY)] == ["better"]


def test_without_consent_in_force_nothing_is_rated(before, after, consent, practitioner):
    said = {"withdrawn_at": LATER, "withdrawn_by": practitioner.user, "withdrawal_reason": "By phone"}
    type(consent).objects.filter(pk=consent.pk).update(state="withdrawn", **said)
    with pytest.raises(PhotographsHidden):
        rate(before, after, practitioner)
    assert Rating.objects.count() == 0


def test_every_goal_is_rated_or_none(before, after, practitioner):
    with pytest.raises(GoalMissing):
        rate(before, after, practitioner, judged={"acne_scars": "better"})
    with pytest.raises(GoalMissing):
        rate(before, after, practitioner, judged=BOTH | {"texture": "splendid"})
    assert Rating.objects.count() == 0


def test_a_plan_without_goals_has_nothing_to_rate(before, after, session, practitioner):
    type(session.plan).objects.update(goals=[])
    with pytest.raises(NoGoals):
        rate(before, after, practitioner)


UNLIKE = [
    {"view": "left"},
    {"moment": "after"},
    {"taken_at": NOON - DAY},
    {"removed_at": LATER, "removal_reason": "Blurred"},
]


@pytest.mark.parametrize("unlike", UNLIKE)
def test_two_that_do_not_match_are_not_rated(before, session, practitioner, unlike):
    usual = {"moment": "follow_up", "taken_at": LATER}
    if "removed_at" in unlike:
        unlike = unlike | {"removed_by": practitioner.user}
    other = PhotographFactory(session=session, **usual | unlike)
    with pytest.raises(NotMatched):
        rate(before, other, practitioner)


def test_photographs_of_two_clients_are_not_rated(clinic, before, practitioner):
    other = PhotographFactory(session__plan__client__clinic=clinic, moment="follow_up", taken_at=LATER)
    with pytest.raises(NotMatched):
        rate(before, other, practitioner)


def test_the_newest_result_of_each_view_is_paired_with_the_plans_earliest(session, before, after, practitioner):
    PhotographFactory(session=session, taken_at=NOON + DAY)
    newest = PhotographFactory(session=session, moment="follow_up", taken_at=LATER + DAY)
    PhotographFactory(session=session, moment="follow_up", view="left", taken_at=LATER)  # none from before
    (pair,) = pairs_of(session)
    assert (pair.before, pair.after, pair.rated) == (before, newest, False)
    assert [one.after for one in to_rate(session.client, of_client(session.client))] == [newest]
    rate(before, newest, practitioner)
    assert ([pair.rated for pair in pairs_of(session)], to_rate(session.client, of_client(session.client))) == (
        [True],
        [],
    )


NONSENSE = [
    ({"goal": "eternal_youth"}, "rating_goal_is_known"),
    ({"goal": ""}, "rating_goal_is_known"),
    ({"judged": "splendid"}, "rating_is_on_the_scale"),
    ({"scale": ""}, "rating_says_which_scale"),
]


@pytest.mark.parametrize(("nonsense", "name"), NONSENSE)
def test_the_database_refuses_nonsense(after, nonsense, name):
    with pytest.raises(IntegrityError, match=name):
        RatingFactory(after=after, **nonsense)


def test_a_photograph_is_not_compared_with_itself(after):
    with pytest.raises(IntegrityError, match="rating_compares_two_photographs"):
        RatingFactory(after=after, before=after)


def test_one_person_rates_a_goal_once_at_a_time(after):
    RatingFactory(after=after)
    with pytest.raises(IntegrityError):
        RatingFactory(after=after)


def test_the_database_itself_refuses_to_change_or_delete_a_rating(after):
    row = RatingFactory(after=after)
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        Rating.objects.filter(pk=row.pk).update(judged="worse")
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        Rating.objects.filter(pk=row.pk).delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        Rating(**{field.attname: getattr(row, field.attname) for field in Rating._meta.fields}).save()
    assert Rating.objects.get().judged == "better"
