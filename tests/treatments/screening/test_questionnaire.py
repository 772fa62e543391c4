import copy
import json
import re

import pytest

from clients.records.terms import Goal
from tests.treatments.screening.rows import HEALTHY, OWN_ANSWERS, RULES, whole
from treatments.products.terms import Zone
from treatments.screening.questionnaire import (
    DEFAULT_FILE,
    Asked,
    QuestionnaireMalformed,
    as_asked,
    default,
    fingerprint,
    load,
    read,
    read_kept,
    snapshot,
)

OURS = ("home_needling", "hopes")  # optional, and never more than a note
LETTERS = {("skin_cancer", "past"), ("blood_thinners", "prescribed"), ("chemo_radiotherapy", "ended")}
CONTENT = json.loads(DEFAULT_FILE.read_text())


def bare(question):
    """A question as the design writes it: no words."""
    words = ("why", "client_why", "source", "needs_letter")
    return {
        "key": question["key"],
        "options": [option["value"] for option in question["options"]],
        "required": question["required"],
        "rules": [{k: v for k, v in rule.items() if k not in words} for rule in question["rules"]],
    }


def test_rules_and_options_are_those_of_the_design():
    asked = [bare(question) for question in CONTENT["questions"] if question["key"] not in OURS]
    assert (asked, len(asked)) == (RULES["questions"], 58)


def test_our_own_questions_are_optional_and_only_note():
    ours = [default().by_key[key] for key in OURS]
    assert [(q.required, q.offers_unsure, {rule.level for rule in q.rules}) for q in ours] == [
        (False, False, {"note"}),
        (False, False, {"note"}),
    ]


def test_every_hope_is_a_goal_and_says_what_is_realistic_and_when():
    hopes = default().by_key["hopes"]
    assert ([(o.value, o.label) for o in hopes.options], hopes.kind) == (Goal.choices, "many")
    assert [o.value for o in hopes.options if "four to six weeks" not in o.advice or "session" not in o.advice] == []


def test_a_letter_is_asked_for_where_the_clinical_notes_do():
    asked = {(q.key, value) for q in default().questions for r in q.rules if r.needs_letter for value in r.values}
    assert asked == LETTERS | {("radiotherapy_to_area", "yes")}


def test_nobody_is_asked_about_hiv_or_hepatitis():
    assert re.search(r"hiv|hepatitis|aids\b", DEFAULT_FILE.read_text(), re.IGNORECASE) is None


def test_nobody_is_told_to_stop_a_blood_thinner():
    thinners = default().by_key["blood_thinners"]
    assert ("do NOT stop" in thinners.help, "do NOT stop" in thinners.options[2].advice) == (True, True)


def test_only_expectations_are_asked_of_the_practitioner():
    assert {q.key for q in default().questions if q.asked_of == "practitioner"} == set(OWN_ANSWERS)


def test_every_section_has_its_questions_in_one_run():
    order = [question.section for question in default().questions]
    runs = [section for n, section in enumerate(order) if n == 0 or order[n - 1] != section]
    assert runs == [section.key for section in default().sections]


def test_every_rule_tells_the_client_why_without_alarm():
    told = [rule.client_why for q in default().questions for rule in q.rules] + [
        rule.client_why for rule in default().age_rules
    ]
    alarming = re.compile(r"danger|absolute|contraindicat|koebner|cancerous|serious|refus", re.IGNORECASE)
    assert [words for words in told if not words or alarming.search(words)] == []


def test_a_mark_that_changes_is_one_for_a_doctor():
    sent_to_one = {(q.key, o.value) for q in default().questions for o in q.options if o.see_doctor}
    urgent = {("lesion_in_area", "new_or_changing"), ("skin_cancer", "active_or_suspected")}
    assert urgent | {("skin_infection", "active")} <= sent_to_one


def test_age_rules_and_face_are_those_of_the_design():
    ages = [{k: rule[k] for k in ("key", "when", "level")} for rule in CONTENT["age_rules"]]
    assert (ages, CONTENT["face_areas"]) == (RULES["age_rules"], RULES["face_areas"])


def test_face_areas_are_zones():
    assert set(default().face_areas) <= set(Zone.values)


def test_every_rule_says_that_no_clinician_signed_it():
    sources = [rule.source for q in default().questions for rule in q.rules] + [r.source for r in default().age_rules]
    assert [source for source in sources if "Not signed by a clinician" not in source] == []
    assert {rule.approved_by for q in default().questions for rule in q.rules} == {""}


def test_a_snapshot_is_the_same_questionnaire():
    assert [read(snapshot(q)) for q in (default(), whole())] == [default(), whole()]


def test_a_fingerprint_does_not_depend_on_the_order_of_keys():
    kept = snapshot(default())
    assert fingerprint(dict(reversed(kept.items()))) == fingerprint(kept) != fingerprint(snapshot(whole()))


def test_what_the_database_keeps_is_read_once():
    kept = snapshot(default())
    assert read_kept(kept) == default()
    assert read_kept(kept) is read_kept(copy.deepcopy(kept))


def test_a_snapshot_from_before_sections_still_reads():
    old = {key: value for key, value in snapshot(whole()).items() if key != "sections"}
    for question in old["questions"]:
        for key in ("section", "kind", "asked_of", "texts", "shown", "offers_unsure"):
            del question[key]
        for option in question["options"]:
            del option["advice"], option["see_doctor"]
    assert read(old) == whole()


def test_answers_are_shown_as_asked_with_the_follow_ups_that_belong_to_them():
    answers = HEALTHY | {
        "isotretinoin": "stopped",
        "isotretinoin_stop_date": "2026-01-05",
        "filler": None,
        "filler_date": "2026-01-01",
        "other_allergy": "yes",
        "other_allergy_text": "Latex",
        "hopes": ["pores", "texture"],
    }
    shown = {asked.key: asked.answer for asked in as_asked(default(), answers)}
    assert len(shown) == 60 + 2
    assert [shown.get(key) for key in ("isotretinoin", "isotretinoin_stop_date", "filler", "filler_date")] == [
        "I have stopped",
        "2026-01-05",
        "",
        None,
    ]
    assert (shown["other_allergy_text"], shown["hopes"]) == ("Latex", "Texture, Pores")


def test_answers_are_shown_in_the_words_that_were_read():
    wording = {"Are you pregnant, or could you be?": "Sind Sie schwanger?", "No": "Nein"}
    assert as_asked(default(), HEALTHY, wording)[0] == Asked("Sind Sie schwanger?", "Nein", "pregnant")


def test_a_question_that_is_not_shown_has_no_answer():
    shown = [{"key": "pregnant", "values": ["no"]}]
    content = snapshot(default())
    content["questions"][1]["shown"] = shown
    questionnaire = read(content)
    hidden = as_asked(questionnaire, HEALTHY | {"pregnant": "yes"})
    assert [asked.key for asked in hidden][:2] == ["pregnant", "skin_infection"]


SKIN, HOPES = 2, -1  # where in the list
BROKEN = {
    "an unknown key": (("questions", 0, "colour"), "red", "questions[pregnant].colour: unknown key"),
    "a missing key": (("version",), None, "the questionnaire: lacks version"),
    "an empty text": (("questions", 0, "words"), " ", "questions[pregnant].words: must not be empty"),
    "a wrong kind": (("questions", 0, "required"), 1, "questions[pregnant].required: must be true or false"),
    "no list": (("face_areas",), "nose", "face_areas: must be a list"),
    "no braces": (("age_rules", 0), "age", "age_rules[0]: must be written in braces"),
    "a key twice": (("questions", 1, "key"), "pregnant", "questions[pregnant].key: pregnant is used twice"),
    "a reserved key": (("questions", 1, "key"), "signed_name", "signed_name is used twice, or is reserved"),
    "a date that would be a tick": (("questions", 1, "key"), "filler_date_unsure", "is used twice, or is reserved"),
    "an odd key": (("questions", 1, "key"), "Bad key", "questions[Bad key].key: a name has small letters"),
    "a level unknown": (
        ("questions", 0, "rules", 0, "level"),
        "abs",
        "questions[pregnant].rules[0].level: must be one",
    ),
    "an unknown plan": (("questions", 0, "rules", 0, "plan"), "laser", "questions[pregnant].rules[0].plan"),
    "an unknown value": (("questions", 0, "rules", 0, "values"), ["maybe"], "rules[0].values: must be among"),
    "a value twice": (("questions", 0, "rules", 0, "values"), ["yes", "yes"], "rules[0].values: yes is written twice"),
    "no values": (("questions", 0, "rules", 0, "values"), [], "rules[0].values: at least one"),
    "days without a date": (("questions", 0, "rules", 0, "days"), 3, "only defer and review_window"),
    "no days": (("questions", SKIN, "rules", 1, "days"), 0, "questions[skin_infection].rules[1].days: must be from"),
    "no date": (("questions", SKIN, "rules", 1, "date_field"), "", "rules[1].date_field: this level counts from"),
    "a date nobody asks": (("questions", SKIN, "dates"), [], "questions[skin_infection].dates: they must be those"),
    "one option": (("questions", 0, "options"), [{"value": "yes", "label": "Yes"}], "at least two"),
    "an option twice": (("questions", 0, "options", 2, "value"), "yes", "options[2].value: yes is written twice"),
    "unsure twice": (("questions", 0, "options", 2, "value"), "unsure", "unsure is offered with every question"),
    "unsure withheld": (
        ("questions", 0, "offers_unsure"),
        False,
        "questions[pregnant].offers_unsure: only an optional",
    ),
    "an odd kind": (("questions", 0, "kind"), "some", "questions[pregnant].kind: must be one of one, many"),
    "asked of nobody": (("questions", 0, "asked_of"), "nurse", "questions[pregnant].asked_of: must be one of client"),
    "no such section": (("questions", 0, "section"), "cellar", "questions[pregnant].section: must be one of about_you"),
    "no section": (("questions", 0, "section"), "", "questions[pregnant].section: must be one of about_you"),
    "a section twice": (("sections", 1, "key"), "about_you", "sections[about_you].key: about_you is used twice"),
    "an odd section": (("sections", 1, "key"), "B!", "sections[B!].key: a name has small letters"),
    "shown after one that follows": (
        ("questions", 0, "shown"),
        [{"key": "acne", "values": ["none"]}],
        "questions[pregnant].shown[0].key: acne is not a question before this one",
    ),
    "shown after no such answer": (
        ("questions", 1, "shown"),
        [{"key": "pregnant", "values": ["perhaps"]}],
        "questions[breastfeeding].shown[0].values: must be among the answers to pregnant",
    ),
    "shown after nothing": (
        ("questions", 1, "shown"),
        [{"key": "pregnant", "values": []}],
        "questions[breastfeeding].shown[0].values: at least one",
    ),
    "shown after a judgement": (
        ("questions", HOPES, "shown"),
        [{"key": "expectations", "values": ["realistic"]}],
        "questions[hopes].shown[0].key: expectations is asked of the practitioner",
    ),
    "a text for no such answer": (
        ("questions", 0, "texts"),
        [{"field": "which", "words": "Which?", "values": ["maybe"]}],
        "questions[pregnant].texts[0].values: must be among the options",
    ),
    "a text named as a date": (
        ("questions", 0, "texts"),
        [{"field": "filler_date", "words": "Which?", "values": ["yes"]}],
        "filler_date is used twice",
    ),
    "a letter for a ban": (("questions", 0, "rules", 0, "needs_letter"), True, "rules[0].needs_letter: only review"),
    "approved by nobody": (("questions", 0, "rules", 0, "approved_on"), "2026-01-01", "rules[0].approved_by: who"),
    "approved on no day": (
        ("age_rules", 0),
        CONTENT["age_rules"][0] | {"approved_by": "Dr Green", "approved_on": "2026-02-30"},
        "age_rules[under_18].approved_on: must be a date",
    ),
    "an odd age": (("age_rules", 0, "when"), "under 18", "age_rules[under_18].when: write it as"),
    "ages crossed": (("age_rules", 1, "when"), "30<=age<22", "the wrong way round"),
    "an odd age level": (("age_rules", 0, "level"), "note", "age_rules[under_18].level"),
    "no questions": (("questions",), [], "questions: at least one question"),
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


def faulty(file, old, new):
    """The default with one thing changed, as a person edits it; the line on which it is."""
    text = DEFAULT_FILE.read_text()
    assert text.count(old) >= 1
    file.write_text(text.replace(old, new, 1))
    return text[: text.index(old)].count("\n") + 1


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (
            '"level": "review_window"',
            '"level": "later"',
            "questions[recent_scar].rules[1].level: must be one of absolute",
        ),
        ('"days": 92', '"days": 0', "questions[deep_resurfacing].rules[0].days: must be from 1 to 3660."),
        ('"days": 92', '"days": "92"', "questions[deep_resurfacing].rules[0].days: must be a whole number."),
        ('"key": "smoker"', '"key": "epilepsy"', "questions[epilepsy].key: epilepsy is used twice, or is reserved."),
        ('"needs_letter"', '"needs_leter"', "questions[skin_cancer].rules[0].needs_leter: unknown key; known are"),
        (
            '"section": "wishes"',
            '"section": "dreams"',
            "questions[appearance_concern].section: must be one of about_you",
        ),
        ('"title": "Melasma"', '"title": ""', "questions[melasma].title: must not be empty."),
        ('"title": "Melasma"', '"title": "Melasma", "title": "Again"', "title is written twice in one place."),
        ('"title": "Melasma"', '"title" "Melasma"', "not JSON: Expecting ':' delimiter."),
        ('"when": "age<18"', '"when": "young"', "age_rules[under_18].when: write it as age<18 or 18<=age<22."),
    ],
)
def test_a_fault_is_found_on_its_line(old, new, reason, tmp_path):
    file = tmp_path / "mine.json"
    line = faulty(file, old, new)
    with pytest.raises(QuestionnaireMalformed) as refused:
        load(file)
    assert str(refused.value).startswith(f"{file}:{line}: {reason}")


def test_a_missing_part_is_said_on_the_line_of_what_lacks_it(tmp_path):
    file = tmp_path / "mine.json"
    line = faulty(file, '"key": "melasma",', "")
    with pytest.raises(QuestionnaireMalformed) as refused:
        load(file)
    where = str(refused.value).removeprefix(f"{file}:").split(": ", 1)
    assert (int(where[0]) in (line - 1, line), where[1].endswith("lacks key.")) == (True, True)


def test_a_clinics_own_content_names_the_place_without_a_line():
    content = snapshot(default())
    content["questions"][9]["rules"][0]["level"] = "odd"
    with pytest.raises(QuestionnaireMalformed, match=r"^questions\[acne\]\.rules\[0\]\.level: must be one of absolute"):
        read(content)
