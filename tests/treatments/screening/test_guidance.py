from datetime import date

from tests.treatments.screening.rows import CHEEKS, HEALTHY
from treatments.screening.guidance import ReasonLine, answer_lines, in_print, reason_lines
from treatments.screening.questionnaire import default
from treatments.screening.rules import assess

TODAY, BORN = date(2026, 6, 1), date(2005, 5, 17)


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


def test_answers_are_spoken():
    answers = HEALTHY | {"date_of_birth": "2005-05-17", "diabetes": None, "filler": "yes", "filler_date": "unsure"}
    said = [asked.answer for asked in answer_lines(default(), answers)]
    assert (said[0], said[12], said[15:17], said[-1]) == (
        "17 May 2005",
        "Not answered",
        ["Yes", "I'm not sure of the date"],
        "–",
    )


def test_a_source_names_the_handbook_and_no_file():
    printed = in_print("Rules: screening_rules 2026-11-23, from docs/clinical.md section 1.")
    assert printed == "Rules: version of 2026-11-23, from Collagenda clinical notes, section 1."
