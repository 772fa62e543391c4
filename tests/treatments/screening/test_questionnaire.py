import copy
import json
import re

from clients.records.terms import Goal
from tests.treatments.screening.rows import HEALTHY, OWN_ANSWERS, RULES, whole
from treatments.products.terms import Zone
from treatments.screening.questionnaire import (
    DEFAULT_FILE,
    Asked,
    as_asked,
    default,
    fingerprint,
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
