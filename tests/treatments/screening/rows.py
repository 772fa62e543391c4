"""Answers and rows that the screening tests start from."""

import json
from datetime import timedelta
from inspect import signature
from pathlib import Path

from tests.factories import NOON, ClientFactory
from treatments.products.terms import DEEP_MM
from treatments.screening.questionnaire import default, read
from treatments.screening.rules import PlanFacts
from treatments.screening.services import accept_screening, send_screening, submit_screening

RULES = json.loads((Path(__file__).parent / "screening_rules.json").read_text())
OWN_ANSWERS = {"expectations": "realistic"}  # what the practitioner answers
CHEEKS = PlanFacts(frozenset({"cheeks"}), "mechanical", False)
HANDS = PlanFacts(frozenset({"hands"}), "mechanical", False)
PLANNED = {"areas": ["cheeks"], "device_kind": "mechanical", "topical_anaesthetic": False, "max_depth_mm": DEEP_MM}


def whole():
    """The whole questionnaire of the design, with a word wherever ours has words."""
    said = {"why": "Because.", "source": "docs"}
    questions = [
        {
            **question,
            "title": question["key"],
            "words": question["key"],
            "why": "Because.",
            "options": [{"value": value, "label": value} for value in question["options"]],
            "dates": [{"field": field, "words": "When?"} for field in date_fields(question)],
            "rules": [rule | said for rule in question["rules"]],
        }
        for question in RULES["questions"]
    ]
    head = {"attribution": "Nobody.", "birth_words": "Born?", "birth_why": "Because."}
    ages = [rule | said for rule in RULES["age_rules"]]
    return read(
        {"version": RULES["version"], "face_areas": RULES["face_areas"], "age_rules": ages, "questions": questions}
        | head
    )


def date_fields(question):
    """The follow-up dates of a question as the design writes it, each once."""
    return sorted({rule["date_field"] for rule in question["rules"] if "date_field" in rule})


def healthy(questionnaire):
    """For every question an option that fires no rule, else its first."""
    answers = {}
    for question in questionnaire.questions:
        risky = {value for rule in question.rules for value in rule.values}
        answers[question.key] = next((o.value for o in question.options if o.value not in risky), None)
    return answers


HEALTHY = {key: value for key, value in healthy(default()).items() if value}
SAID = {key: value for key, value in HEALTHY.items() if key not in OWN_ANSWERS}  # by the client
TYPED = SAID | {"date_of_birth": "1985-05-17", "statement": "on", "signed_name": "Ada Client"}


def sent(clinic, by, at=NOON, client=None, **planned):
    return send_screening(client=client or ClientFactory(clinic=clinic), **PLANNED | planned, by=by.user, at=at)


def submitted(clinic, by, at=NOON, client=None, answers=None, **planned):
    given = SAID | {"date_of_birth": "1985-05-17", "signed_name": "Ada Client"} | (answers or {})
    screening = sent(clinic, by, at - timedelta(hours=1), client, **planned)
    return submit_screening(screening=screening, answers=given, at=at)


def accepted(clinic, by, at=NOON, client=None, answers=None, **planned):
    screening = submitted(clinic, by, at, client, answers, **planned)
    own = {"own_answers": OWN_ANSWERS} if "own_answers" in signature(accept_screening).parameters else {}
    accept_screening(screening=screening, reason="Seen and agreed.", **own, by=by.user, at=at)
    screening.refresh_from_db()
    return screening
