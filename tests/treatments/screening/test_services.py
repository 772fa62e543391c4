from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from clients.models import ClientLink, Message
from portal.models import AuditEvent
from tests.factories import NOON, ClientFactory, ClientLinkFactory, ScreeningFactory
from tests.treatments.screening.rows import HEALTHY, OWN_ANSWERS, accepted, sent, submitted
from treatments.models import Screening
from treatments.screening import services
from treatments.screening.questionnaire import default, fingerprint, snapshot

LATER = NOON + timedelta(days=1)
STOPPED = {"isotretinoin": "stopped", "isotretinoin_stop_date": "2026-05-01"}
UNTIL = date(2026, 11, 1)
DECIDED = {"answers": {}, "submitted_at": NOON, "outcome": "review", "decided_at": NOON}


def events(screening):
    kept = AuditEvent.objects.filter(subject_type="screening", subject_id=screening.pk)
    return [(event.action, event.actor_kind) for event in kept.order_by("sequence")]


def messages(screening):
    return list(Message.objects.filter(client_id=screening.client_id).order_by("id").values_list("key", "state"))


def test_sending_makes_one_form_and_one_message_due_now(clinic, practitioner):
    screening = sent(clinic, practitioner)
    message = Message.objects.get()
    assert (screening.state, screening.areas, message.kind, message.key, message.due_at, events(screening)) == (
        "sent",
        ["cheeks"],
        "screening_invitation",
        f"screening:{screening.pk}:invitation:1",
        NOON,
        [("screening.sent", "user")],
    )


@pytest.mark.parametrize(
    ("client", "planned", "refusal"),
    [
        ({"email": ""}, {}, services.NoEmail),
        ({"archived_at": NOON}, {}, services.ClientArchived),
        ({}, {"areas": []}, services.NoAreas),
    ],
)
def test_a_form_is_not_sent_into_the_void(clinic, practitioner, client, planned, refusal):
    with pytest.raises(refusal):
        sent(clinic, practitioner, client=ClientFactory(clinic=clinic, **client), **planned)
    assert (Screening.objects.count(), Message.objects.count()) == (0, 0)


def test_one_form_is_out_at_a_time(clinic, practitioner):
    screening = sent(clinic, practitioner)
    with pytest.raises(services.FormAlreadyOut):
        sent(clinic, practitioner, client=screening.client)
    with pytest.raises(IntegrityError, match=r"screening|UNIQUE"), transaction.atomic():
        ScreeningFactory(client=screening.client)
    assert Screening.objects.count() == 1


def test_resending_replaces_what_has_not_left(clinic, practitioner):
    screening = sent(clinic, practitioner)
    services.resend_screening(screening=screening, by=practitioner.user, at=LATER)
    assert (messages(screening), events(screening)[1]) == (
        [
            (f"screening:{screening.pk}:invitation:1", "cancelled"),
            (f"screening:{screening.pk}:invitation:2", "scheduled"),
        ],
        ("screening.resent", "user"),
    )


@pytest.mark.parametrize(("address", "alive"), [("old@example.org", 0), ("Same@example.org", 1)])
def test_resending_to_a_corrected_address_closes_the_link_that_went_astray(clinic, practitioner, address, alive):
    client = ClientFactory(clinic=clinic, email="same@example.org")
    screening = sent(clinic, practitioner, client=client)
    Message.objects.update(state="sent", sent_at=NOON, address=address)
    ClientLinkFactory(client=client, subject_id=screening.pk)
    services.resend_screening(screening=screening, by=practitioner.user, at=LATER)
    assert ClientLink.objects.alive(LATER).count() == alive


def test_withdrawing_closes_links_and_holds_back_the_email(clinic, practitioner):
    screening = sent(clinic, practitioner)
    services.withdraw_screening(screening=screening, by=practitioner.user, at=LATER)
    screening.refresh_from_db()
    assert (screening.state, messages(screening)[0][1], ClientLink.objects.alive(LATER).count()) == (
        "withdrawn",
        "cancelled",
        0,
    )
    with pytest.raises(services.NotWaiting):
        services.resend_screening(screening=screening, by=practitioner.user, at=LATER)


def test_submitting_freezes_everything(clinic, practitioner):
    screening = submitted(clinic, practitioner, answers=STOPPED)
    screening.refresh_from_db()
    assert (
        screening.state,
        screening.outcome,
        screening.defer_until,
        screening.submitted_at,
        screening.questionnaire,
        screening.questionnaire_hash,
        [(reason["key"], reason["level"], reason["until"]) for reason in screening.reasons],
        screening.kept_assessment,
        messages(screening)[0][1],
    ) == (
        "submitted",
        "defer",
        UNTIL,
        NOON,
        snapshot(default()),
        fingerprint(snapshot(default())),
        [("isotretinoin", "defer", "2026-11-01"), ("expectations", "missing", None)],
        screening.assess(on=NOON.date()),
        "cancelled",
    )


def test_a_second_submission_changes_nothing(clinic, practitioner):
    screening = submitted(clinic, practitioner)
    before = Screening.objects.values().get()
    with pytest.raises(services.NotWaiting):
        services.submit_screening(screening=screening, answers=HEALTHY | {"date_of_birth": "1990-01-01"}, at=LATER)
    assert (Screening.objects.values().get(), len(events(screening))) == (before, 2)


def test_the_day_is_the_clinics(clinic, practitioner):
    clinic.time_zone = "Australia/Sydney"
    clinic.save()
    evening = datetime(2026, 5, 31, 20, 0, tzinfo=UTC)
    assert submitted(clinic, practitioner).local_day(evening) == date(2026, 6, 1)


def test_no_answer_and_no_name_in_the_audit_trail(clinic, practitioner):
    answers = {"diabetes": "uncontrolled", "signed_name": "Canary Name"}
    services.refuse_screening(
        screening=submitted(clinic, practitioner, answers=answers),
        reason="Canary reason",
        by=practitioner.user,
        at=LATER,
    )
    facts = " ".join(str(event.facts) for event in AuditEvent.objects.all())
    assert [word for word in ("Canary", "diabetes", "uncontrolled", "1985", "@example") if word in facts] == []


def test_accepting_holds_for_184_days(clinic, practitioner):
    screening = accepted(clinic, practitioner)
    assert (screening.state, screening.valid_until, screening.decided_by, screening.decided_at) == (
        "accepted",
        NOON.date() + timedelta(days=184),
        practitioner.user,
        NOON,
    )


def test_a_review_needs_a_reason(clinic, practitioner):
    screening = submitted(clinic, practitioner, answers={"diabetes": "controlled"})
    with pytest.raises(services.ReasonNeeded):
        services.accept_screening(screening=screening, reason=" ", by=practitioner.user, at=LATER)
    services.accept_screening(screening=screening, reason="GP agrees.", by=practitioner.user, at=LATER)
    screening.refresh_from_db()
    assert (screening.state, screening.decision_reason) == ("accepted", "GP agrees.")


def test_what_the_rules_forbid_is_not_accepted(clinic, practitioner):
    for answers, words in (({"pregnant": "yes"}, "Pregnant"), (STOPPED, "before 1 Nov 2026")):
        screening = submitted(clinic, practitioner, answers=answers)
        with pytest.raises(services.RulesForbid, match=words):
            services.accept_screening(screening=screening, reason="I insist.", by=practitioner.user, at=LATER)
        screening.refresh_from_db()
        assert screening.state == "submitted"


def test_a_deferred_screening_is_accepted_when_its_day_has_come(clinic, practitioner):
    screening = submitted(clinic, practitioner, answers=STOPPED)
    services.defer_screening(screening=screening, until=UNTIL, reason="", by=practitioner.user, at=LATER)
    on_the_day = datetime(2026, 11, 1, 12, tzinfo=UTC)
    services.accept_screening(screening=screening, own_answers=OWN_ANSWERS, by=practitioner.user, at=on_the_day)
    screening.refresh_from_db()
    assert (screening.state, screening.outcome, screening.defer_until, events(screening)[2:]) == (
        "accepted",
        "suitable",
        None,
        [("screening.deferred", "user"), ("screening.accepted", "user")],
    )


@pytest.mark.parametrize("until", [date(2026, 6, 2), date(2026, 10, 31)])
def test_nobody_waits_for_less_than_the_rules_say(clinic, practitioner, until):
    screening = submitted(clinic, practitioner, answers=STOPPED)
    with pytest.raises(services.TooEarly):
        services.defer_screening(screening=screening, until=until, reason="", by=practitioner.user, at=LATER)


def test_a_refusal_needs_a_reason_and_is_final(clinic, practitioner):
    screening = submitted(clinic, practitioner)
    with pytest.raises(services.ReasonNeeded):
        services.refuse_screening(screening=screening, reason="", by=practitioner.user, at=LATER)
    services.refuse_screening(screening=screening, reason="Not today.", by=practitioner.user, at=LATER)
    for decide in (services.accept_screening, services.refuse_screening):
        with pytest.raises(services.NothingToDecide):
            decide(screening=screening, reason="Again.", by=practitioner.user, at=LATER)


def test_a_refused_screening_waits_for_no_day(clinic, practitioner):
    screening = submitted(clinic, practitioner, answers=STOPPED)
    services.refuse_screening(screening=screening, reason="Not here.", by=practitioner.user, at=LATER)
    screening.refresh_from_db()
    assert (screening.state, screening.outcome, screening.defer_until) == ("refused", "defer", None)


def test_a_form_that_is_still_out_cannot_be_decided(clinic, practitioner):
    screening = sent(clinic, practitioner)
    with pytest.raises(services.NothingToDecide):
        services.accept_screening(screening=screening, reason="Early.", by=practitioner.user, at=LATER)


@pytest.mark.parametrize(
    "nonsense",
    [
        {"state": "submitted"},
        {"state": "submitted", "answers": {}, "submitted_at": NOON},
        {"state": "deferred", "answers": {}, "submitted_at": NOON, "outcome": "defer"},
        DECIDED | {"state": "accepted", "outcome": "defer", "valid_until": NOON.date()},
        DECIDED | {"state": "deferred"},
        DECIDED | {"state": "refused", "defer_until": UNTIL},
        {"state": "lost"},
        {"outcome": "perhaps"},
    ],
)
def test_the_database_refuses_nonsense(clinic, practitioner, nonsense):
    by = {"decided_by": practitioner.user} if "decided_at" in nonsense else {}
    with pytest.raises(IntegrityError), transaction.atomic():
        ScreeningFactory(client__clinic=clinic, **nonsense | by)


def test_rules_are_asked_with_what_is_planned(clinic, practitioner):
    answers = {"cold_sore": "past"}
    forms = [submitted(clinic, practitioner, answers=answers, areas=[area]) for area in ("hands", "nose")]
    assert [[reason["key"] for reason in form.reasons] for form in forms] == [
        ["expectations"],
        ["cold_sore", "expectations"],
    ]
