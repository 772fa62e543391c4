from dataclasses import replace
from datetime import date

from tests.treatments.screening.rows import CHEEKS, HEALTHY, SAID
from treatments.screening.guidance import (
    Change,
    ReasonLine,
    answer_lines,
    changes,
    in_print,
    letters_needed,
    note_lines,
    reason_lines,
    see_doctor_lines,
)
from treatments.screening.questionnaire import default, read, snapshot
from treatments.screening.rules import assess

TODAY, BORN = date(2026, 6, 1), date(2005, 5, 17)
GROWN_UP = date(1985, 5, 17)


def test_reasons_carry_their_title_their_weight_and_their_source():
    answers = HEALTHY | {"diabetes": "unsure", "botulinum": "yes", "botulinum_date": "2026-05-30"}
    lines = reason_lines(default(), assess(default(), answers, CHEEKS, TODAY, BORN))
    assert [(line.about, line.words, line.badge, line.until) for line in lines] == [
        ("Botulinum toxin", "Wait", "warn", date(2026, 6, 13)),
        ("Age", "Your decision", "warn", None),
        ("Diabetes", "Ask the client", "info", None),
    ]
    assert lines[2] == ReasonLine(
        "Diabetes", "Ask the client", "info", "Diabetes: the client is not sure. Ask the client.", None, ""
    )


def test_reasons_can_be_told_to_the_client_in_other_words():
    answers = HEALTHY | {"botulinum": "yes", "botulinum_date": "2026-05-30"}
    lines = reason_lines(default(), assess(default(), answers, CHEEKS, TODAY, BORN))
    assert [line.for_client for line in lines] == [
        "We give it 14 days to settle.",
        "Several devices are made for people from 22 on, so we check first.",
    ]


def test_what_the_practitioner_judges_is_asked_of_nobody_else():
    (line,) = reason_lines(default(), assess(default(), SAID, CHEEKS, TODAY, GROWN_UP))
    assert (line.about, line.words, line.text) == (
        "Expectations",
        "Yours to answer",
        "Expectations: for you to answer, not for the client.",
    )


def test_answers_are_spoken():
    answers = HEALTHY | {"date_of_birth": "2005-05-17", "diabetes": None, "filler": "yes", "filler_date": "unsure"}
    answers |= {"other_allergy": "yes", "other_allergy_text": "2026-02-30", "hopes": ["pores", "texture"]}
    said = {asked.key: asked.answer for asked in answer_lines(default(), answers)}
    assert [said[key] for key in ("date_of_birth", "diabetes", "filler", "filler_date", "signed_name")] == [
        "17 May 2005",
        "Not answered",
        "Yes",
        "I'm not sure of the date",
        "–",
    ]
    assert (said["other_allergy_text"], said["hopes"]) == ("2026-02-30", "Texture, Pores")


def test_answers_are_shown_in_the_language_that_was_read():
    wording = {"What is your date of birth?": "Wann sind Sie geboren?", "Texture": "Hautbild", "Pores": "Poren"}
    said = {asked.key: asked for asked in answer_lines(default(), {"hopes": ["pores", "texture"]}, wording)}
    assert (said["date_of_birth"].words, said["hopes"].answer) == ("Wann sind Sie geboren?", "Hautbild, Poren")


def test_notes_are_said_in_words_and_old_ones_as_they_were_kept():
    assert note_lines(default(), ["smoker", "Expect more bruising."]) == [
        "Smokes or vapes: slower healing.",
        "Expect more bruising.",
    ]


def test_a_note_with_several_rules_says_only_what_was_answered():
    smoker = default().by_key["smoker"]
    (rule,) = smoker.rules
    more = replace(smoker, rules=(replace(rule, values=("no",), why="Never smoked."), rule))
    questionnaire = replace(default(), questions=(more,))
    assert note_lines(questionnaire, ["smoker"], {"smoker": "yes"}) == ["Smokes or vapes: slower healing."]
    assert note_lines(questionnaire, ["smoker"]) == ["Never smoked.", "Smokes or vapes: slower healing."]


def test_letters_are_those_of_the_rules_that_hold():
    answers = HEALTHY | {"blood_thinners": "prescribed", "skin_cancer": "past", "diabetes": "controlled"}
    assessment = assess(default(), answers, CHEEKS, TODAY, BORN)
    assert letters_needed(default(), assessment) == ["Skin cancer", "Blood thinners"]


def test_a_client_is_told_what_a_doctor_should_see_and_nothing_else():
    answers = HEALTHY | {"lesion_in_area": "new_or_changing", "pregnant": "yes"}
    assert see_doctor_lines(default(), HEALTHY) == []
    assert see_doctor_lines(default(), answers) == [
        "Please show the mark that is new, changing or bleeding to a doctor soon, before any treatment. Only a doctor "
        "can say what it is."
    ]


def test_changes_since_the_last_form():
    before = HEALTHY | {"filler": "yes", "filler_date": "2026-01-05", "hopes": ["pores", "texture"]}
    after = HEALTHY | {"diabetes": "controlled", "hopes": ["texture", "pores"], "smoker": None}
    assert changes(default(), before, after) == [
        Change("Diabetes", "Do you have diabetes?", "No", "Yes, well controlled"),
        Change("Smoking", "Do you smoke or vape?", "No", "Not answered"),
        Change("Filler", "Have you had filler in the area to be treated?", "Yes", "No"),
        Change("Filler", "When did you last have filler?", "5 Jan 2026", "Not answered"),
    ]


def test_changes_reach_across_two_questionnaires():
    old = snapshot(default())
    old["questions"] = [question for question in old["questions"] if question["key"] not in ("acne", "eczema")]
    old["questions"][0]["options"][1]["label"] = "Nope"
    before = {key: answer for key, answer in HEALTHY.items() if key not in ("acne", "eczema")}
    after = HEALTHY | {"acne": "mild"}
    assert changes(default(), before, after, read(old)) == [
        Change("Acne", "Do you have active spots in the area to be treated?", "Not asked then", "A few")
    ]


def test_a_source_names_the_handbook_and_no_file():
    printed = in_print("Rules: screening_rules 2026-11-23, from docs/clinical.md section 1.")
    assert printed == "Rules: version of 2026-11-23, from Collagenda clinical notes, section 1."
