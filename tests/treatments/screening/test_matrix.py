"""Every option of every question of the design, answered once, against an oracle read from screening_rules.md."""

import json
from datetime import date, timedelta

import pytest
from django.core.management import call_command

from tests.treatments.screening.rows import HEALTHY, RULES
from treatments.screening.questionnaire import default
from treatments.screening.rules import PlanFacts, assess

AS_OF, BORN = date(2026, 6, 1), date(1985, 5, 17)
CALM = {key: HEALTHY[key] for key in [question["key"] for question in RULES["questions"]]}
PLANS = [
    {"device": device, "areas": [area], "topical_anaesthetic_planned": cream, "max_depth_mm": 1.0}
    for device in ("mechanical", "rf")
    for area in ("cheeks", "hands")
    for cream in (False, True)
]


def oracle(answers, plan, as_of=AS_OF):
    """Outcome, day, {(key, level, until)} and notes, from the design's file and its explanation alone."""
    found, notes = set(), []
    for question in RULES["questions"]:
        key, answer = question["key"], answers.get(question["key"])
        if answer is None or answer == "unsure":
            if answer or question["required"]:
                found.add((key, "unsure" if answer else "missing", None))
            continue
        fired = [rule for rule in question["rules"] if answer in rule["values"] and holds(rule.get("plan"), plan)]
        found |= {(key, rule["level"], None) for rule in fired if rule["level"] in ("absolute", "review")}
        found |= dated(key, fired, answers, as_of)
        notes += [key] * any(rule["level"] == "note" for rule in fired)
    levels = {level for _, level, _ in found}
    untils = [until for _, _, until in found if until]
    if "absolute" in levels:
        return "contraindicated", None, found, notes
    if untils:
        return "defer", max(untils), found, notes
    return "review" if found else "suitable", None, found, notes


def holds(condition, plan):
    return {
        None: True,
        "face": bool(set(plan["areas"]) & set(RULES["face_areas"])),
        "rf": plan["device"] == "rf",
        "mechanical": plan["device"] == "mechanical",
        "anaesthetic": plan["topical_anaesthetic_planned"],
        "no_anaesthetic": not plan["topical_anaesthetic_planned"],
    }[condition]


def dated(key, fired, answers, as_of):
    found = {}
    for rule in fired:
        if "date_field" not in rule:
            continue
        text = answers.get(rule["date_field"])
        if text in (None, "unsure"):
            return {(key, "date_unknown", None)}
        if date.fromisoformat(text) > as_of:
            return {(key, "invalid_date", None)}
        until = date.fromisoformat(text) + timedelta(days=rule["days"])
        if as_of < until:
            found[rule["level"]] = until
    if "defer" in found:
        return {(key, "defer", found["defer"])}
    return {(key, "review", None)} if found else set()


def variants(question):
    """Every answer, with each date that matters to it."""
    fields = {rule["date_field"]: rule["days"] for rule in question["rules"] if "date_field" in rule}
    spans = sorted({rule["days"] + more for rule in question["rules"] if "days" in rule for more in (-1, 0, 1)})
    days = [(AS_OF - timedelta(days=ago)).isoformat() for ago in [-1, 0, *spans]]
    for answer in [*question["options"], "unsure", None]:
        for day in [*days, "unsure", None] if fields else [None]:
            yield CALM | {question["key"]: answer} | dict.fromkeys(fields, day)


def ours(answers, plan):
    facts = PlanFacts(frozenset(plan["areas"]), plan["device"], plan["topical_anaesthetic_planned"])
    result = assess(default(), answers, facts, AS_OF, BORN)
    reasons = {(reason.key, reason.level, reason.until) for reason in result.reasons}
    assert len(reasons) == len(result.reasons)
    return result.outcome, result.defer_until, reasons, list(result.notes)


def test_every_question_of_the_design_is_asked():
    assert [q.key for q in default().questions][: len(RULES["questions"])] == [q["key"] for q in RULES["questions"]]


@pytest.mark.parametrize("question", RULES["questions"], ids=lambda question: question["key"])
def test_every_answer_gives_what_the_design_says(question):
    cases = [(answers, plan) for answers in variants(question) for plan in PLANS]
    assert [ours(*case) for case in cases] == [oracle(*case) for case in cases]


def test_the_command_says_the_same(tmp_path, capsys):
    asked = [(answers, plan) for question in RULES["questions"] for answers in variants(question) for plan in PLANS]
    head = {"as_of": AS_OF.isoformat(), "date_of_birth": BORN.isoformat()}
    file = tmp_path / "cases.json"
    file.write_text(json.dumps([head | {"plan": plan, "answers": answers} for answers, plan in asked]))
    call_command("assess", str(file))
    told = json.loads(capsys.readouterr().out)
    assert [plainly(case) for case in told] == [oracle(*case) for case in asked]


def plainly(case):
    """What the command printed, as the oracle says it."""
    reasons = {(r["key"], r["level"], day(r.get("until"))) for r in case["reasons"]}
    return case["outcome"], day(case["defer_until"]), reasons, case["notes"]


def day(text):
    return date.fromisoformat(text) if text else None
