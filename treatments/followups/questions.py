"""What each step asks: five taps on a phone at most. Data and words, nothing else.

Source: docs/clinical.md section 3, the table of emails; section 5 for the five-point change, in words of our own.
Awaiting a clinician's approval.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import Enum

from clients.records.terms import Goal
from treatments.care.terms import Asks

Answers = dict[str, str | list[str]]


def _(words: str) -> str:
    """Mark words for translation; the form translates them when it is shown."""
    return words


class Kind(Enum):
    """How a question is answered."""

    ONE = "one of these"
    ANY = "any of these, or none"
    TEXT = "in the client's words"


@dataclass(frozen=True)
class Question:
    """One question: its key, what is asked, and what may be answered (key and words)."""

    key: str
    asks: str
    kind: Kind
    options: tuple[tuple[str, str], ...] = ()
    help: str = ""

    @property
    def required(self) -> bool:
        """Everything is asked because it matters, except the free words."""
        return self.kind is not Kind.TEXT

    def words_for(self, answer: str | list[str]) -> str:
        """An answer as the client saw it."""
        words = dict(self.options)
        if self.kind is Kind.ANY:
            return "; ".join(words.get(one, one) for one in answer)
        return words.get(str(answer), str(answer))


NONE_OF_THESE = "none"
LONGEST_COMMENT = 1000
ZERO_TO_TEN = tuple((str(number), str(number)) for number in range(11))
YES_NO = (("yes", _("Yes")), ("no", _("No")))


def _signs(asks: str, **signs: str) -> Question:
    """A question for warning signs, with a way to say that there are none: silence is not "no"."""
    options = (*signs.items(), (NONE_OF_THESE, _("None of these")))
    return Question("signs", asks, Kind.ANY, options, _("Tick all that you have."))


REDNESS = Question(
    "redness",
    _("How red is your skin?"),
    Kind.ONE,
    (
        ("0", _("Not red")),
        ("1", _("A little pink")),
        ("2", _("Red, like mild sunburn")),
        ("3", _("Very red")),
    ),
    _("On brown or black skin redness can be hard to see: go by warmth and soreness."),
)
SWELLING = Question(
    "swelling",
    _("How swollen is it?"),
    Kind.ONE,
    (
        ("0", _("Not swollen")),
        ("1", _("A little")),
        ("2", _("Clearly swollen")),
        ("3", _("Very swollen, or getting worse")),
    ),
)
PAIN = Question("pain", _("How much does it hurt?"), Kind.ONE, ZERO_TO_TEN, _("0 is no pain, 10 is the worst pain."))
BREATHING = _("Trouble breathing, or swelling of the lips, tongue or face")
DAY_1_SIGNS = _signs(
    _("Do you have any of these?"),
    breathing=BREATHING,
    blisters=_("Blisters"),
    bleeding=_("Bleeding that does not stop when you press on it"),
    eyes=_("Sore, red or swollen eyes, or a change in how you see"),
    unwell=_("Feeling ill: feverish, dizzy or faint"),
)
DAY_3_SIGNS = _signs(
    _("Do you have any of these?"),
    breathing=BREATHING,
    pus=_("Pus, or yellow crusts"),
    spreading=_("Redness, heat or swelling that is spreading"),
    fever=_("A temperature of 38 °C (100.4 °F) or more, or feeling hot and shivery"),
    cold_sore=_("A cold sore, or a group of small blisters"),
    rash=_("A rash, or hives"),
)
DAY_7_SIGNS = _signs(
    _("Do you still have, or have you noticed, any of these?"),
    still_red=_("The skin is still red or swollen"),
    bumps=_("Bumps, or itchy lumps"),
    dark_marks=_("Dark marks"),
)
DAY_14_SIGNS = _signs(
    _("Have you noticed any of these?"),
    marks=_("Marks that are darker or lighter than the skin around them"),
    new_patches=_("New patches, such as of eczema, psoriasis or pale skin"),
    lumps=_("Lumps"),
)
CHANGE = Question(
    "change",
    _("Compared with before your treatment, how is your skin?"),
    Kind.ONE,
    (
        ("much_better", _("Much better")),
        ("better", _("Better")),
        ("same", _("About the same")),
        ("worse", _("Worse")),
        ("much_worse", _("Much worse")),
    ),
)
# One question for each goal of the plan: a whole sentence, so that each language can say it its own way.
ABOUT_GOALS: dict[str, str] = {
    Goal.ACNE_SCARS: _("Compared with before your treatment, how are your acne scars?"),
    Goal.FINE_LINES: _("Compared with before your treatment, how are your fine lines?"),
    Goal.WRINKLES: _("Compared with before your treatment, how are your wrinkles?"),
    Goal.ELASTICITY: _("Compared with before your treatment, how is the elasticity of your skin?"),
    Goal.FIRMNESS: _("Compared with before your treatment, how is the firmness of your skin?"),
    Goal.TEXTURE: _("Compared with before your treatment, how is the texture of your skin?"),
    Goal.PORES: _("Compared with before your treatment, how are your pores?"),
    Goal.PIGMENTATION: _("Compared with before your treatment, how is the uneven colour of your skin?"),
    Goal.STRETCH_MARKS: _("Compared with before your treatment, how are your stretch marks?"),
}
CHANGE_OF = "change_"  # and the goal: the key of the question about it
SATISFACTION = Question(
    "satisfaction",
    _("How happy are you with it so far?"),
    Kind.ONE,
    ZERO_TO_TEN,
    _("0 is not at all, 10 could not be happier."),
)
AGAIN = Question("would_repeat", _("Would you have the treatment again?"), Kind.ONE, YES_NO)
NOT_TREATED = "not_treated"
NOTICED = Question(
    "noticed",
    _("How much do you notice the scars or lines that were treated?"),
    Kind.ONE,
    (
        ("0", _("Not at all")),
        ("1", _("A little")),
        ("2", _("Clearly")),
        ("3", _("Very much")),
        (NOT_TREATED, _("I was treated for something else")),
    ),
)
# What can be noticed or not, and by which goals it was treated; a firmer skin cannot. House rule.
NOTICEABLE: tuple[tuple[frozenset[str], str], ...] = (
    (frozenset({Goal.ACNE_SCARS}), _("How much do you notice the scars that were treated?")),
    (frozenset({Goal.FINE_LINES, Goal.WRINKLES}), _("How much do you notice the lines that were treated?")),
    (frozenset({Goal.STRETCH_MARKS}), _("How much do you notice the stretch marks that were treated?")),
)
SEVERAL = _("How much do you notice what was treated?")
LUMPS, SORES = _("Lumps, or raised or thick scars"), _("Sores, or spots that do not heal")
LATER_MARKS = _("Marks that are darker or lighter than the skin around them, or lines like a grid")
LATER_SIGNS = _signs(_("Do you have any of these where you were treated?"), lumps=LUMPS, sores=SORES, marks=LATER_MARKS)
# With what is asked beside it this would be a sixth tap: what changed in health is one more box to tick.
OUTCOME_SIGNS = _signs(
    _("Do you have any of these where you were treated, or has your health changed?"),
    lumps=LUMPS,
    sores=SORES,
    marks=LATER_MARKS,
    health_changes=_("A new illness or medicine, or a pregnancy"),
)
HEALTH = Question(
    "health_changes",
    _("Has anything about your health or medicines changed since your treatment?"),
    Kind.ONE,
    YES_NO,
    _("For example a new medicine, an illness, or a pregnancy."),
)
COMMENT = Question(
    "comment",
    _("Anything else you would like to tell us? (optional)"),
    Kind.TEXT,
    help=_("If you are worried, please call: we may not read this today."),
)
QUESTIONS: dict[str, tuple[Question, ...]] = {
    Asks.NOTHING: (),
    Asks.DAY_1: (REDNESS, SWELLING, PAIN, DAY_1_SIGNS, COMMENT),
    Asks.DAY_3: (DAY_3_SIGNS, COMMENT),
    Asks.DAY_7: (DAY_7_SIGNS, COMMENT),
    Asks.DAY_14: (DAY_14_SIGNS, COMMENT),
    Asks.RESULTS: (CHANGE, SATISFACTION, LATER_SIGNS, HEALTH, COMMENT),
    Asks.OUTCOME: (CHANGE, SATISFACTION, AGAIN, NOTICED, OUTCOME_SIGNS, COMMENT),
}


def questions_of(asks: str, goals: Iterable[str] = ()) -> tuple[Question, ...]:
    """What one step asks, as the goals have it. Where none is known the change is asked of the skin as a whole."""
    known = [goal for goal in ABOUT_GOALS if goal in goals]
    fitting = {CHANGE.key: _changes(known), NOTICED.key: _noticed(known)}
    return tuple(one for question in QUESTIONS[asks] for one in fitting.get(question.key, [question]))


def _changes(goals: list[str]) -> list[Question]:
    return [replace(CHANGE, key=f"{CHANGE_OF}{goal}", asks=ABOUT_GOALS[goal]) for goal in goals] or [CHANGE]


def _noticed(goals: list[str]) -> list[Question]:
    """Of what was treated, if it is anything that can be noticed; where no goal is known the client says so."""
    if not goals:
        return [NOTICED]
    found = [asks for treated, asks in NOTICEABLE if treated.intersection(goals)]
    options = tuple(option for option in NOTICED.options if option[0] != NOT_TREATED)
    return [replace(NOTICED, asks=found[0] if len(found) == 1 else SEVERAL, options=options)] if found else []


def together(sets: Iterable[tuple[Question, ...]]) -> tuple[Question, ...]:
    """The questions of several steps on one page: what they share is asked once, with the answers of both."""
    merged: dict[str, Question] = {}
    for question in (question for asked in sets for question in asked):
        earlier = merged.get(question.key)
        merged[question.key] = _merged(earlier, question) if earlier else question
    return tuple(sorted(merged.values(), key=lambda question: question.kind is Kind.TEXT))


def _merged(earlier: Question, later: Question) -> Question:
    """Where both offer an answer the later step's words count: they say more. "None of these" stays last."""
    options = dict(earlier.options) | dict(later.options)
    none = [(key, words) for key, words in options.items() if key == NONE_OF_THESE]
    some = [(key, words) for key, words in options.items() if key != NONE_OF_THESE]
    return replace(earlier, options=(*some, *none))


def part_of(questions: Iterable[Question], answers: Answers) -> Answers:
    """Of the answers to several steps on one page, those that one step's questions asked for."""
    return {
        question.key: _offered(question, answers[question.key]) for question in questions if question.key in answers
    }


def _offered(question: Question, answer: str | list[str]) -> str | list[str]:
    """Only what this step offers; who ticked signs of the other step alone has none of these."""
    if question.kind is not Kind.ANY:
        return answer
    return [one for one in answer if one in dict(question.options)] or [NONE_OF_THESE]


def transcript(questions: Iterable[Question], answers: Answers, asked: tuple[Question, ...] = ()) -> list[list[str]]:
    """What was asked and what was answered, in words: kept with the reply, so that it outlives later wording.

    `asked` are the questions as they stood on the page, when it was not those of this step alone.
    """
    shown = {question.key: question for question in asked}
    read = [shown.get(question.key, question) for question in questions]
    said = [(question.asks, answers.get(question.key, ""), question) for question in read]
    return [[words, question.words_for(answer)] for words, answer, question in said if answer]


def changes_in(answers: Answers) -> dict[str, str]:
    """How each goal is, by goal; "" is the skin as a whole, which is asked where no goal is known."""
    found = {goal: str(answers[f"{CHANGE_OF}{goal}"]) for goal in ABOUT_GOALS if f"{CHANGE_OF}{goal}" in answers}
    return found | ({"": str(answers[CHANGE.key])} if CHANGE.key in answers else {})
