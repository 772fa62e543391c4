"""The page that a client takes home: what, when, what to expect when, what to avoid; one page, in their language."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest

from clients.records.terms import Goal
from tests.factories import NOON, ClinicFactory, PlanFactory, PlanZoneFactory, SessionFactory
from tests.treatments.consents.pdf_words import objects_of, pages_of, words_in
from treatments.plans.services import make_handout
from treatments.plans.terms import Aftercare
from treatments.products.terms import Zone

ON = NOON.date() + timedelta(days=1)
DAY = timedelta(days=1)


def plan_of(clinic, language="en", **facts):
    return PlanZoneFactory(plan__client__clinic=clinic, plan__client__language=language, **facts).plan


def read(plan):
    return " ".join(" ".join(words_in(make_handout(plan, ON))).split())


def pressed(words):
    return "".join(words.split())


def test_it_says_what_when_what_to_expect_and_what_to_avoid(clinic):
    plan = plan_of(clinic, plan__price_note="180 a session", plan__aftercare=["sweat"], plan__topical_anaesthetic=True)
    SessionFactory(plan=plan, number=1, ended_at=NOON)
    SessionFactory(plan=plan, number=2, scheduled_for=NOON + 28 * DAY)
    said = pressed(read(plan))
    wanted = ["Cheeks", "180 a session", "done on", "booked for", "about", "not booked yet", "see a glow", "sauna"]
    wanted += ["Four to six weeks after a session", "three to six months", "nobody can promise", "Call the clinic"]
    wanted += ["Yes, before each session", str(plan.client), str(plan.practitioner), clinic.name]
    assert [words for words in wanted if pressed(words) not in said] == []
    assert pressed("No retinol") not in said


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("de", ["Ihr Behandlungsplan", "Wangen", "Vier bis sechs Wochen", "Sauna", "Aknenarben"]),
        ("fr", ["Votre plan de traitement", "Quatre à six semaines", "sauna", "acné"]),
        ("es", ["Su plan de tratamiento", "De cuatro a seis semanas", "sauna", "acné"]),
    ],
)
def test_it_speaks_the_clients_language(clinic, language, words):
    said = pressed(read(plan_of(clinic, language)))
    assert [word for word in words if pressed(word) not in said] == []
    assert [word for word in ("session", "What", "glow", "Acne") if word in said.replace("séance", "")] == []


@pytest.mark.parametrize("language", ["en", "de", "fr", "es"])
def test_the_longest_plan_is_one_tagged_page(clinic, language):
    facts = {"sessions_planned": 12, "goals": Goal.values, "aftercare": Aftercare.values, "price_note": "1" * 100}
    plan = PlanFactory(client__clinic=clinic, client__language=language, topical_anaesthetic=True, **facts)
    for zone in Zone.values:
        PlanZoneFactory(plan=plan, zone=zone, depth_mm=Decimal("0.30"))
    SessionFactory(plan=plan, number=1, ended_at=NOON)
    pdf = make_handout(plan, ON)
    tagged = any(b"/Lang" in facts for facts, _stream in objects_of(pdf).values())
    assert (len(pages_of(pdf)), b"/MarkInfo" in pdf, tagged) == (1, True, True)


def test_no_word_of_a_client_is_ever_source(clinic):
    plan = plan_of(clinic, plan__price_note='#read("/etc/passwd") $x$ *b*', plan__client__last_name="#panic() ]#it[")
    said = pressed(read(plan))
    assert pressed('#read("/etc/passwd") $x$ *b*') in said
    assert pressed("#panic() ]#it[") in said


def test_who_treats_gets_it_from_the_plans_page_and_nobody_else(clinic, practitioner, front_desk, signed_in):
    plan, foreign = plan_of(clinic), PlanFactory(client__clinic=ClinicFactory())
    where = "/admin/treatments/plan/{}/paper/"
    browser = signed_in(practitioner)
    answer = browser.get(where.format(plan.pk))
    assert (answer["Content-Type"], re.search(r'filename="([^"]+)"', answer["Content-Disposition"])[1]) == (
        "application/pdf",
        f"plan-{plan.pk}.pdf",
    )
    assert b"".join(answer.streaming_content).startswith(b"%PDF")
    assert where.format(plan.pk) in browser.get(f"/admin/treatments/plan/{plan.pk}/change/").content.decode()
    assert browser.get(where.format(foreign.pk)).status_code == 404
    assert signed_in(front_desk).get(where.format(plan.pk)).status_code == 403
