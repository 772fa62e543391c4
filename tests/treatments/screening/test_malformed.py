import copy
import json

import pytest

from treatments.screening.questionnaire import DEFAULT_FILE, QuestionnaireMalformed, default, load, read, snapshot

CONTENT = json.loads(DEFAULT_FILE.read_text())
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
