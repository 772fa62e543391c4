import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.factories import NOON, ClinicFactory, UserFactory
from tests.treatments.screening.rows import HEALTHY
from treatments.screening.models import QuestionnaireVersion
from treatments.screening.questionnaire import DEFAULT_FILE, default, fingerprint, snapshot

ROOT = Path(__file__).parents[3]
PLAN = {"device": "mechanical", "areas": ["cheeks"], "max_depth_mm": 1.5, "topical_anaesthetic_planned": False}
CASE = {"as_of": "2026-06-01", "date_of_birth": "1985-05-17", "plan": PLAN, "answers": HEALTHY}
GRACE = {"outcome": "suitable", "defer_until": None, "reasons": [], "notes": [], "version": default().version}


@pytest.fixture
def run(tmp_path, capsys):
    """Runs the command on a case (or on a text); what it printed, and what it said beside."""

    def go(content, *args):
        file = tmp_path / "case.json"
        file.write_text(content if isinstance(content, str) else json.dumps(content))
        call_command("assess", str(file), *args)
        printed = capsys.readouterr()
        return json.loads(printed.out), printed.err

    return go


def test_one_case_is_one_answer(run):
    assert run(CASE) == (GRACE, "")


def test_a_list_is_a_list(run):
    assert (run([CASE, CASE])[0], run([])[0]) == ([GRACE, GRACE], [])


def test_a_reason_has_a_day_only_where_it_waits(run):
    given = {"filler": "yes", "filler_date": "2026-05-20", "diabetes": "unsure", "smoker": "yes"}
    found, _ = run(CASE | {"answers": HEALTHY | given})
    assert (found["outcome"], found["defer_until"], found["notes"]) == ("defer", "2026-06-17", ["smoker"])
    assert [sorted(reason) for reason in found["reasons"]] == [
        ["key", "level", "source", "text"],
        ["key", "level", "source", "text", "until"],
    ]
    assert [(r["key"], r["level"], r.get("until")) for r in found["reasons"]] == [
        ("diabetes", "unsure", None),
        ("filler", "defer", "2026-06-17"),
    ]


@pytest.mark.parametrize("born", [{"date_of_birth": None}, {}], ids=["null", "absent"])
def test_without_a_date_of_birth_it_is_missing(run, born):
    case = {key: value for key, value in CASE.items() if key != "date_of_birth"} | born
    found, _ = run(case)
    assert (found["outcome"], [(r["key"], r["level"]) for r in found["reasons"]]) == (
        "review",
        [("date_of_birth", "missing")],
    )


def test_depth_and_cream_may_be_left_out(run):
    assert run(CASE | {"plan": {"device": "rf", "areas": []}})[0] == GRACE


def test_an_area_the_portal_does_not_know_is_a_warning(run):
    found, warned = run(CASE | {"plan": PLAN | {"areas": ["moon", "cheeks"]}})
    assert (found, warned) == (GRACE, "plan.areas: the portal does not know moon; it counts as not on the face.\n")


def test_an_edited_questionnaire_is_tried(run, tmp_path):
    content = json.loads(DEFAULT_FILE.read_text()) | {"version": "mine"}
    next(q for q in content["questions"] if q["key"] == "smoker")["rules"][0]["level"] = "review"
    mine = tmp_path / "mine.json"
    mine.write_text(json.dumps(content))
    found, _ = run(CASE | {"answers": HEALTHY | {"smoker": "yes"}}, "--questionnaire", str(mine))
    assert (found["outcome"], found["notes"], found["version"]) == ("review", [], "mine")


@pytest.mark.django_db
def test_a_clinics_questionnaire_is_asked(run):
    clinic, other, by = ClinicFactory(), ClinicFactory(), UserFactory()
    content = snapshot(default()) | {"version": "ours"}
    QuestionnaireVersion.objects.create(
        clinic=clinic,
        number=1,
        content=content,
        fingerprint=fingerprint(content),
        reason="Ours.",
        approved_by="Dr Green",
        begun_at=NOON,
        begun_by=by,
        published_at=NOON,
        published_by=by,
    )
    assert [run(CASE, "--clinic", str(one.pk))[0]["version"] for one in (clinic, other)] == ["ours", default().version]


@pytest.mark.django_db
def test_a_clinic_that_is_not_there_is_said(run):
    with pytest.raises(CommandError, match="there is no clinic 404"):
        run(CASE, "--clinic", "404")


def with_plan(**changed):
    return CASE | {"plan": PLAN | changed}


def with_answers(**changed):
    return CASE | {"answers": HEALTHY | changed}


FAULTS = {
    "no JSON": ('{"as_of": ', "case.json:1: not JSON"),
    "a number that is none": (json.dumps(CASE).replace("1.5", "NaN"), "NaN: not a number"),
    "a key twice": ('{"as_of": "2026-06-01", "as_of": "2026-06-01"}', "as_of: written twice"),
    "endless brackets": ("[" * 100_000, "too many brackets"),
    "no braces": (json.dumps("hello"), "the case: must be written in braces"),
    "one bad case of two": (json.dumps([CASE, {}]), "case 2: as_of: is missing"),
    "an unknown key": (json.dumps(CASE | {"colour": 1}), "colour: unknown key; known are as_of"),
    "no answers": (json.dumps({"as_of": "2026-06-01", "plan": PLAN}), "answers: is missing"),
    "answers as a list": (json.dumps(CASE | {"answers": []}), "answers: must be written in braces"),
    "an odd day": (json.dumps(CASE | {"as_of": "2026-02-30"}), "as_of: not a date as YYYY-MM-DD"),
    "a day in other words": (json.dumps(CASE | {"as_of": "20260601"}), "as_of: not a date as YYYY-MM-DD"),
    "no day": (json.dumps(CASE | {"as_of": None}), "as_of: must be a date"),
    "an odd birthday": (json.dumps(CASE | {"date_of_birth": "1985-13-01"}), "date_of_birth: not a date"),
    "a birthday that is a number": (json.dumps(CASE | {"date_of_birth": 1985}), "date_of_birth: not a date"),
    "an unknown device": (json.dumps(with_plan(device="laser")), "plan.device: must be one of mechanical, rf"),
    "no device": (json.dumps(CASE | {"plan": {"areas": []}}), "plan.device: is missing"),
    "an unknown part of the plan": (json.dumps(with_plan(depth=1)), "plan.depth: unknown key; known are device"),
    "no plan": (json.dumps(CASE | {"plan": None}), "plan: must be written in braces"),
    "one area": (json.dumps(with_plan(areas="cheeks")), "plan.areas: must be a list of texts"),
    "a depth in words": (json.dumps(with_plan(max_depth_mm="1.5")), "plan.max_depth_mm: must be a number"),
    "a depth that is a tick": (json.dumps(with_plan(max_depth_mm=True)), "plan.max_depth_mm: must be a number"),
    "cream in words": (json.dumps(with_plan(topical_anaesthetic_planned="no")), "must be true or false"),
    "an unknown question": (json.dumps(with_answers(shoe_size="42")), "shoe_size: not a question"),
    "an unknown answer": (json.dumps(with_answers(acne="Secret")), "acne: not among its answers (none, mild"),
    "a list for one": (json.dumps(with_answers(acne=["mild"])), "acne: not among its answers"),
    "an answer that is a number": (json.dumps(with_answers(acne=1)), "acne: not among its answers"),
    "an impossible date": (json.dumps(with_answers(filler_date="2026-02-30")), "filler_date: not a date as"),
    "a text that is none": (json.dumps(with_answers(other_allergy_text=1)), "other_allergy_text: must be a text"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_is_wrong_is_said_in_one_line(fault, run):
    content, words = FAULTS[fault]
    with pytest.raises(CommandError) as refused:
        run(content)
    said = str(refused.value)
    assert (words in said, refused.value.returncode, "\n" in said, "Secret" in said) == (True, 2, False, False)


def test_a_malformed_questionnaire_is_said_with_its_line(run, tmp_path):
    mine = tmp_path / "mine.json"
    mine.write_text(DEFAULT_FILE.read_text().replace('"days": 92', '"days": 0'))
    with pytest.raises(CommandError, match=r"mine\.json:\d+: questions\[deep_resurfacing\]\.rules\[0\]\.days: must be"):
        run(CASE, "--questionnaire", str(mine))


def test_it_needs_no_database_and_says_a_fault_with_exit_code_2(tmp_path):
    nowhere = {"DJANGO_SETTINGS_MODULE": "portal.settings.dev", "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none"}
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    good.write_text(json.dumps(CASE))
    bad.write_text("{")
    runs = [
        subprocess.run(
            [sys.executable, "manage.py", "assess", str(file)],
            cwd=ROOT, env=nowhere, capture_output=True, text=True, check=False, timeout=60,
        )
        for file in (good, bad, tmp_path / "none.json")
    ]  # fmt: skip
    assert (json.loads(runs[0].stdout), [run.returncode for run in runs]) == (GRACE, [0, 2, 2])
    assert [(run.stdout, run.stderr.count("\n")) for run in runs[1:]] == [("", 1), ("", 1)]
