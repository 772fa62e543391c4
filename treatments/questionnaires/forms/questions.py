"""A question of the draft, and a new one of the clinic's own."""

from typing import Any

from django import forms
from django.utils import timezone

from portal.adminsite.forms import GroupedForm
from treatments.questionnaires.forms.groups import ApprovedForm, area, check_rule, rule_fields, rule_of
from treatments.questionnaires.guidance import AS_WRITTEN, PLANS, answers_in_words
from treatments.questionnaires.services import NewQuestion, QuestionEdit, RuleEdit
from treatments.screening.questionnaire import Question, Questionnaire, Rule

NEEDED_ANSWERS, MOST_ANSWERS = 2, 4
NO_WORDS = "Write the question as the client reads it."
NO_ANSWER = "Write the answer."
NO_DATE_WORDS = "Write what the client is asked the date of."
NO_WHY = "Write why you ask; the client reads it beside the question."


class QuestionForm(ApprovedForm):
    """One question of the draft: its words, each of its rules, and a rule for each answer that has none."""

    def __init__(self, *args: Any, question: Question, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.question = question
        with_rule = {value for rule in question.rules for value in rule.values}
        self.bare = [option for option in question.options if option.value not in with_rule]
        self._put_words(question)
        for number, rule in enumerate(question.rules):
            fields = self._rule(f"rule_{number}", _start(rule), dated=bool(rule.date_field))
            self.group(f"When the answer is {_about(question, rule)}", fields)
        for option in self.bare:
            fields = self._rule(f"added_{option.value}", RuleEdit(""), dated=False)
            self.group(f"Add a rule to “{option.label}”", fields, folded=True)
        if question.rules:
            self.put_approval(question.rules)

    def _rule(self, name: str, start: RuleEdit, *, dated: bool) -> dict[str, forms.Field]:
        asked = self.question.dates[0].words if self.question.dates else ""
        only_notes = not self.question.offers_unsure
        return rule_fields(name, start=start, dated=dated, date_words=asked, only_notes=only_notes)

    def _put_words(self, question: Question) -> None:
        fields: dict[str, forms.Field] = {
            "words": area("The question", question.words, missing=NO_WORDS),
            "help": area("Help", question.help),
        }
        if question.offers_unsure:
            fields["required"] = forms.BooleanField(
                label="It must be answered", required=False, initial=question.required
            )
        self.group("What the client reads", fields, help_text=AS_WRITTEN)
        answers: dict[str, forms.Field] = {
            f"label_{option.value}": forms.CharField(
                label=f"Answer {number}", initial=option.label, error_messages={"required": NO_ANSWER}
            )
            for number, option in enumerate(question.options, 1)
        }
        answers |= {
            f"date_{date.field}": area("Follow-up date", date.words, missing=NO_DATE_WORDS) for date in question.dates
        }
        self.group("The answers", answers)

    def clean(self) -> dict[str, Any]:
        """Each rule whole."""
        for name in self._rule_names():
            check_rule(self, name)
        if self.question.rules:
            self.check_approval(timezone.localdate())
        return self.cleaned_data

    def _rule_names(self) -> list[str]:
        return [
            *(f"rule_{number}" for number in range(len(self.question.rules))),
            *(f"added_{option.value}" for option in self.bare),
        ]

    @property
    def edit(self) -> QuestionEdit:
        """What is to become of the question."""
        said = self.cleaned_data
        return QuestionEdit(
            words=said["words"],
            required=said.get("required", self.question.required),
            help=said["help"],
            labels={option.value: said[f"label_{option.value}"] for option in self.question.options},
            rules=tuple(rule_of(self, f"rule_{number}") for number in range(len(self.question.rules))),
            added={option.value: rule_of(self, f"added_{option.value}") for option in self.bare},
            dates={date.field: said[f"date_{date.field}"] for date in self.question.dates},
            approval=self.approval if self.question.rules else None,
        )


class NewQuestionForm(GroupedForm):
    """A question of the clinic's own, with two to four answers."""

    def __init__(self, *args: Any, questionnaire: Questionnaire, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sections = [(section.key, section.title) for section in questionnaire.sections]
        self.group(
            "What the client reads",
            {
                "title": forms.CharField(
                    label="Short name",
                    max_length=60,
                    help_text="For you and your colleagues, such as “Tanning bed”.",
                    error_messages={"required": "Write a short name."},
                ),
                "words": area("The question", missing=NO_WORDS),
                "why": area("Why you ask, for the client", missing=NO_WHY),
                "help": area("Help"),
                "section": forms.ChoiceField(label="Section", choices=sections),
                "required": forms.BooleanField(label="It must be answered", required=False, initial=True),
            },
            help_text=f"“I'm not sure” is offered besides your answers. {AS_WRITTEN}",
        )
        for number in range(MOST_ANSWERS):
            needed = number < NEEDED_ANSWERS
            label: dict[str, forms.Field] = {
                f"label_{number}": forms.CharField(
                    label="The answer",
                    required=needed,
                    error_messages={"required": f"{NO_ANSWER} A question has at least two."},
                )
            }
            rule = rule_fields(f"rule_{number}", start=RuleEdit(""), dated=False)
            self.group(f"Answer {number + 1}", label | rule, folded=not needed)

    def clean(self) -> dict[str, Any]:
        """Each rule whole, and none without its answer."""
        for number in range(MOST_ANSWERS):
            check_rule(self, f"rule_{number}")
            says = self.cleaned_data.get(f"label_{number}") or f"label_{number}" in self.errors
            if self.cleaned_data.get(f"rule_{number}_level") and not says:
                self.add_error(f"label_{number}", "Write the answer that this rule is for.")
        return self.cleaned_data

    @property
    def new(self) -> NewQuestion:
        """The question."""
        said = self.cleaned_data
        answers = [(said[f"label_{n}"], rule_of(self, f"rule_{n}")) for n in range(MOST_ANSWERS) if said[f"label_{n}"]]
        return NewQuestion(
            said["title"], said["words"], said["why"], said["section"], tuple(answers), said["help"], said["required"]
        )


def _start(rule: Rule) -> RuleEdit:
    return RuleEdit(rule.level, rule.why, rule.client_why, rule.days, rule.needs_letter)


def _about(question: Question, rule: Rule) -> str:
    plan = f", {PLANS[rule.plan]}" if rule.plan else ""
    return f"{answers_in_words(question, rule.values)}{plan}"
