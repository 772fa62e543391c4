from datetime import date, timedelta
from decimal import Decimal

import pytest

from tests.factories import NOON, ClientFactory
from tests.treatments.screening.rows import OWN_ANSWERS, PLANNED, accepted, sent, submitted
from treatments.screening import services
from treatments.screening.services import why_not_screened

DAY = NOON.date() + timedelta(days=3)


def why(client, on=DAY, **planned):
    return why_not_screened(client=client, **PLANNED | planned, on=on)


def test_nobody_is_treated_without_a_screening(clinic):
    assert why(ClientFactory(clinic=clinic)) == "This client has no screening. Send them the screening form."
    by_hand = ClientFactory(clinic=clinic, email="")
    assert why(by_hand) == "This client has no screening. Give them the screening form."


def test_a_form_that_is_out_is_not_enough(clinic, practitioner):
    assert "has not filled it in yet" in why(sent(clinic, practitioner).client)


def test_a_form_that_nobody_reviewed_is_not_enough(clinic, practitioner):
    assert "Review it first." in why(submitted(clinic, practitioner).client)


def test_an_accepted_screening_holds(clinic, practitioner):
    assert why(accepted(clinic, practitioner).client) == ""


def test_it_holds_for_184_days_and_then_says_so(clinic, practitioner):
    client = accepted(clinic, practitioner).client
    last = NOON.date() + timedelta(days=184)
    assert (why(client, on=last), why(client, on=last + timedelta(days=1))) == (
        "",
        "The screening held until 2 Dec 2026. Send a new screening form.",
    )


def test_a_new_form_that_is_out_does_not_undo_an_accepted_one(clinic, practitioner):
    client = accepted(clinic, practitioner).client
    sent(clinic, practitioner, at=NOON + timedelta(days=1), client=client)
    assert why(client) == ""


def test_a_newer_form_must_be_reviewed_first(clinic, practitioner):
    client = accepted(clinic, practitioner).client
    submitted(clinic, practitioner, at=NOON + timedelta(days=1), client=client)
    assert "Review it first." in why(client)


@pytest.mark.parametrize("decision", ["refuse", "defer"])
def test_a_newer_decision_overrides_an_older_acceptance(clinic, practitioner, decision):
    client, later = accepted(clinic, practitioner).client, NOON + timedelta(days=1)
    newer = submitted(clinic, practitioner, at=later, client=client)
    if decision == "refuse":
        services.refuse_screening(screening=newer, reason="No.", by=practitioner.user, at=later)
        assert "decided as not suitable" in why(client)
    else:
        until = date(2026, 7, 1)
        services.defer_screening(screening=newer, until=until, reason="", by=practitioner.user, at=later)
        assert why(client) == (
            "The screening was deferred until 1 Jul 2026. "
            "From that day decide again, or invite the client to a new form."
        )


@pytest.mark.parametrize(
    ("planned", "more"),
    [
        ({"areas": ["cheeks", "nose"]}, "a new area (Nose)"),
        ({"max_depth_mm": Decimal("1.75")}, "a deeper needle (1.75 mm in the place of 1.50 mm)"),
        ({"device_kind": "rf"}, "radio frequency"),
        ({"topical_anaesthetic": True}, "numbing cream"),
    ],
)
def test_a_plan_that_goes_further_is_to_be_re_assessed(clinic, practitioner, planned, more):
    client = accepted(clinic, practitioner).client
    assert why(client, **planned) == (f"The plan goes beyond what the screening was judged with: {more}. Re-assess it.")


def test_a_plan_that_asks_for_less_is_covered(clinic, practitioner):
    client = accepted(clinic, practitioner, areas=["cheeks", "nose"], topical_anaesthetic=True).client
    assert why(client, areas=["nose"], max_depth_mm=Decimal("0.50")) == ""


def test_the_full_face_includes_its_parts_and_not_the_neck(clinic, practitioner):
    client = accepted(clinic, practitioner, areas=["full_face"]).client
    assert (why(client, areas=["cheeks", "chin"]), why(client, areas=["neck"])) == (
        "",
        "The plan goes beyond what the screening was judged with: a new area (Neck). Re-assess it.",
    )


def test_a_lower_depth_is_what_was_accepted(clinic, practitioner):
    screening = submitted(clinic, practitioner)
    services.accept_screening(
        screening=screening,
        own_answers=OWN_ANSWERS,
        conditions=["lower_depth"],
        max_depth_mm=Decimal("1.00"),
        by=practitioner.user,
        at=NOON,
    )
    assert [why(screening.client, max_depth_mm=Decimal(depth)) for depth in ("1.00", "1.25")] == [
        "",
        "The plan goes beyond what the screening was judged with: a deeper needle (1.25 mm in the place of 1.00 mm). "
        "Re-assess it.",
    ]


def test_what_was_reviewed_once_is_not_asked_again(clinic, practitioner):
    assert why(accepted(clinic, practitioner, answers={"diabetes": "controlled"}).client) == ""


def test_an_earlier_day_than_the_rules_allow_names_the_day(clinic, practitioner):
    answers = {"filler": "yes", "filler_date": "2026-05-01"}
    client = accepted(clinic, practitioner, answers=answers).client
    assert why(client, on=date(2026, 5, 20)) == (
        "The answers ask to wait until 29 May 2026. Choose that day or a later one."
    )


def test_a_plan_that_the_rules_forbid_is_named(clinic, practitioner):
    screening = accepted(clinic, practitioner)
    rule = screening.questionnaire["questions"][0]["rules"][0]
    rule["values"], rule["plan"], rule["why"] = ["no"], "rf", "Not with radio frequency."
    screening.save()
    assert (why(screening.client), why(screening.client, device_kind="rf")) == (
        "",
        "The accepted screening does not allow this plan. Not with radio frequency. Change the plan.",
    )


def test_another_clients_screening_does_not_count(clinic, practitioner):
    accepted(clinic, practitioner)
    assert "no screening" in why(ClientFactory(clinic=clinic))
