"""The owner's forms: a question with its rules, one of the clinic's own, and publishing."""

from typing import Any

from django import forms

from treatments.questionnaires.guidance import LEVELS, PLANS, answers_in_words
from treatments.questionnaires.services import NewQuestion, QuestionEdit, RuleEdit
from treatments.screening.questionnaire import Question, Questionnaire

UNDATED = [(level, words) for level, words in LEVELS.items() if level not in ("defer", "review_window")]
NO_RULE = ("", "Nothing: no rule")
GREATEST_DAYS = 3660


def _area(label: str, *, required: bool = False) -> forms.CharField:
    return forms.CharField(label=label, required=required, widget=forms.Textarea(attrs={"rows": 2}))


class RuleFields(forms.Form):
    """A form in which rules have a level, days and reasons under a common prefix."""

    def put_rule(self, name: str, about: str, *, dated: bool, start: RuleEdit) -> None:
        """The fields of one rule."""
        levels = [NO_RULE, *(LEVELS.items() if dated else UNDATED)]
        self.fields[f"{name}_level"] = forms.ChoiceField(
            label=f"{about}: what follows", choices=levels, required=False, initial=start.level
        )
        if dated:
            self.fields[f"{name}_days"] = forms.IntegerField(
                label=f"{about}: days to wait", min_value=1, max_value=GREATEST_DAYS, required=False, initial=start.days
            )
        self.fields[f"{name}_why"] = _area(f"{about}: reason for the practitioner")
        self.fields[f"{name}_client_why"] = _area(f"{about}: reason for the client")
        self.fields[f"{name}_letter"] = forms.BooleanField(
            label=f"{about}: a letter is needed", required=False, initial=start.needs_letter
        )
        self.fields[f"{name}_why"].initial, self.fields[f"{name}_client_why"].initial = start.why, start.client_why

    def check_rule(self, name: str) -> None:
        """A rule has a reason, and days where it waits."""
        said = self.cleaned_data
        level = said.get(f"{name}_level")
        if level and not said.get(f"{name}_why"):
            self.add_error(f"{name}_why", "Write the reason that the practitioner reads.")
        dated = level in ("defer", "review_window")
        if dated and not said.get(f"{name}_days") and f"{name}_days" not in self.errors:
            self.add_error(f"{name}_days", "Write how many days, such as 28.")

    def rule(self, name: str) -> RuleEdit:
        """What was said of one rule."""
        said = self.cleaned_data
        return RuleEdit(
            said[f"{name}_level"],
            said[f"{name}_why"],
            said[f"{name}_client_why"],
            said.get(f"{name}_days") or 0,
            said[f"{name}_letter"],
        )


class QuestionForm(RuleFields):
    """One question of the draft."""

    def __init__(self, *args: Any, question: Question, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.question = question
        self.fields["words"] = _area("The question", required=True)
        self.fields["help"] = _area("Help")
        self.fields["words"].initial, self.fields["help"].initial = question.words, question.help
        self.fields["required"] = forms.BooleanField(
            label="It must be answered", required=False, initial=question.required
        )
        for option in question.options:
            self.fields[f"label_{option.value}"] = forms.CharField(
                label=f"Answer: {option.label}", initial=option.label
            )
        for number, rule in enumerate(question.rules):
            plan = f", {PLANS[rule.plan]}" if rule.plan else ""
            start = RuleEdit(rule.level, rule.why, rule.client_why, rule.days, rule.needs_letter)
            about = f"{answers_in_words(question, rule.values)}{plan}"
            self.put_rule(f"rule_{number}", about, dated=bool(rule.date_field), start=start)

    def clean(self) -> dict[str, Any]:
        """Each rule whole."""
        for number in range(len(self.question.rules)):
            self.check_rule(f"rule_{number}")
        return self.cleaned_data

    @property
    def edit(self) -> QuestionEdit:
        """What is to become of the question."""
        said = self.cleaned_data
        return QuestionEdit(
            words=said["words"],
            required=said["required"],
            help=said["help"],
            labels={option.value: said[f"label_{option.value}"] for option in self.question.options},
            rules=tuple(self.rule(f"rule_{number}") for number in range(len(self.question.rules))),
        )


class NewQuestionForm(RuleFields):
    """A question of the clinic's own, with two to four answers."""

    def __init__(self, *args: Any, questionnaire: Questionnaire, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sections = [(section.key, section.title) for section in questionnaire.sections]
        self.fields["title"] = forms.CharField(label="Short name", max_length=60)
        self.fields["words"] = _area("The question", required=True)
        self.fields["why"] = _area("Why you ask, for the client", required=True)
        self.fields["help"] = _area("Help")
        self.fields["section"] = forms.ChoiceField(label="Section", choices=sections)
        for number in range(4):
            about = f"Answer {number + 1}"
            self.fields[f"label_{number}"] = forms.CharField(label=about, required=number < 2)  # noqa: PLR2004
            self.put_rule(f"rule_{number}", about, dated=False, start=RuleEdit(""))

    def clean(self) -> dict[str, Any]:
        """Each rule whole."""
        for number in range(4):
            self.check_rule(f"rule_{number}")
        return self.cleaned_data

    @property
    def new(self) -> NewQuestion:
        """The question."""
        said = self.cleaned_data
        answers = [(said[f"label_{n}"], self.rule(f"rule_{n}")) for n in range(4) if said[f"label_{n}"]]
        return NewQuestion(said["title"], said["words"], said["why"], said["section"], tuple(answers), said["help"])


class PublishForm(forms.Form):
    """Who approves it, and why it changes; a prescriber where it is looser."""

    approved_by = forms.CharField(
        label="Approved by", max_length=160, help_text="The clinician who stands for every rule not approved before."
    )
    reason = forms.CharField(label="Why it changes", widget=forms.Textarea(attrs={"rows": 3}))
    prescriber = forms.CharField(label="Prescriber who allows what is looser", max_length=160)

    def __init__(self, *args: Any, looser: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not looser:
            del self.fields["prescriber"]
