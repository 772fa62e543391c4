import copy
import json

import pytest

from tests.treatments.screening.rows import HEALTHY, RULES, whole
from treatments.products.terms import Zone
from treatments.screening.questionnaire import (
    DEFAULT_FILE,
    QuestionnaireMalformed,
    as_asked,
    default,
    fingerprint,
    load,
    read,
    snapshot,
)

CONTENT = json.loads(DEFAULT_FILE.read_text())


def bare(question):
    """A question as the design writes it: no words."""
    return {
        "key": question["key"],
        "options": [option["value"] for option in question["options"]],
        "required": question["required"],
        "rules": [{k: v for k, v in rule.items() if k not in ("why", "source")} for rule in question["rules"]],
    }


def test_rules_and_options_are_those_of_the_design():
    design = {question["key"]: question for question in RULES["questions"]}
    assert [bare(question) for question in CONTENT["questions"]] == [design[key] for key in HEALTHY]


def test_age_rules_and_face_are_those_of_the_design():
    ages = [{k: rule[k] for k in ("key", "when", "level")} for rule in CONTENT["age_rules"]]
    assert (ages, CONTENT["face_areas"]) == (RULES["age_rules"], RULES["face_areas"])


def test_face_areas_are_zones():
    assert set(default().face_areas) <= set(Zone.values)


def test_every_rule_says_that_no_clinician_signed_it():
    sources = [rule.source for q in default().questions for rule in q.rules] + [r.source for r in default().age_rules]
    assert [source for source in sources if "Not signed by a clinician" not in source] == []


def test_a_snapshot_is_the_same_questionnaire():
    assert [read(snapshot(q)) for q in (default(), whole())] == [default(), whole()]


def test_a_fingerprint_does_not_depend_on_the_order_of_keys():
    kept = snapshot(default())
    assert fingerprint(dict(reversed(kept.items()))) == fingerprint(kept) != fingerprint(snapshot(whole()))


def test_answers_are_shown_as_asked_with_the_date_that_belongs_to_them():
    answers = HEALTHY | {"isotretinoin": "stopped", "isotretinoin_stop_date": "2026-01-05", "filler": None}
    words = [(asked.words.split(":")[0], asked.answer) for asked in as_asked(default(), answers)]
    assert (words[7:9], words[-2], len(words)) == (
        [
            ("Have you taken isotretinoin (Roaccutane) capsules?", "I have stopped"),
            ("Only if you have stopped", "2026-01-05"),
        ],
        ("Have you had filler in the area to be treated?", ""),
        17,
    )


BROKEN = {
    "an unknown key": (
        ("questions", 0, "colour"),
        "red",
        "questionnaire.questions[pregnant] has an unknown key: colour",
    ),
    "a missing key": (("version",), None, "questionnaire lacks version"),
    "an empty text": (("questions", 0, "words"), "", "questions[pregnant].words must not be empty"),
    "a wrong kind": (("questions", 0, "required"), 1, "questions[pregnant].required must be true or false"),
    "no list": (("face_areas",), "nose", "questionnaire.face_areas must be a list"),
    "no braces": (("age_rules", 0), "age", "questionnaire.age_rules[0] must be written in braces"),
    "a key twice": (("questions", 1, "key"), "pregnant", "pregnant: this name is used twice"),
    "a reserved key": (("questions", 1, "key"), "signed_name", "signed_name: this name is used twice, or is reserved"),
    "an odd key": (("questions", 1, "key"), "Bad key", "Bad key: a name has small letters"),
    "an unknown level": (("questions", 0, "rules", 0, "level"), "abs", "questions[pregnant].rules[0].level"),
    "an unknown plan": (("questions", 0, "rules", 0, "plan"), "laser", "questions[pregnant].rules[0].plan"),
    "an unknown value": (("questions", 0, "rules", 0, "values"), ["maybe"], "rules[0].values: must be among"),
    "no values": (("questions", 0, "rules", 0, "values"), [], "rules[0].values: at least one"),
    "days without a date": (("questions", 0, "rules", 0, "days"), 3, "only defer and review_window"),
    "no days": (("questions", 2, "rules", 1, "days"), 0, "questions[skin_infection].rules[1].days"),
    "a date nobody asks": (("questions", 2, "dates"), [], "questions[skin_infection].dates"),
    "one option": (("questions", 0, "options"), [{"value": "yes", "label": "Yes"}], "at least two"),
    "unsure twice": (("questions", 0, "options", 2, "value"), "unsure", "unsure is offered with every question"),
    "an odd age": (("age_rules", 0, "when"), "under 18", "age_rules[under_18].when: write it as"),
    "ages crossed": (("age_rules", 1, "when"), "30<=age<22", "the wrong way round"),
    "an odd age level": (("age_rules", 0, "level"), "note", "age_rules[under_18].level"),
    "no questions": (("questions",), [], "at least one question"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_malformed_questionnaire_says_where_and_why(case, tmp_path):
    place, value, words = BROKEN[case]
    content = copy.deepcopy(CONTENT)
    inner = content
    for step in place[:-1]:
        inner = inner[step]
    if value is None:
        del inner[place[-1]]
    else:
        inner[place[-1]] = value
    file = tmp_path / "mine.json"
    file.write_text(json.dumps(content))
    with pytest.raises(QuestionnaireMalformed) as refused:
        load(file)
    assert (words in str(refused.value), str(file) in str(refused.value)) == (True, True)


@pytest.mark.parametrize("text", ["{", "[]", '{"version": "1", "version": "2"}', "\ufffe"])
def test_what_is_no_questionnaire_is_refused(text, tmp_path):
    file = tmp_path / "mine.json"
    file.write_text(text)
    with pytest.raises(QuestionnaireMalformed, match=r"mine\.json"):
        load(file)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(QuestionnaireMalformed, match=r"nowhere\.json"):
        load(tmp_path / "nowhere.json")
