"""What the forms of rules have in common."""

from collections.abc import Iterable
from datetime import date

from django import forms

from portal.adminsite.forms import GroupedForm
from treatments.questionnaires.guidance import LEVELS, approval
from treatments.questionnaires.services import Approval, RuleEdit
from treatments.screening.questionnaire import AgeRule, Rule

DATED = ("defer", "review_window")
NO_RULE = ("", "Nothing: no rule")
GREATEST_DAYS = 3660


def area(label: str, initial: str = "", *, missing: str = "", help_text: str = "") -> forms.CharField:
    """A text of more than one line; `missing` is said when it has to be written and is not."""
    return forms.CharField(
        label=label,
        initial=initial,
        required=bool(missing),
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=help_text,
        error_messages={"required": missing},
    )


class ApprovedForm(GroupedForm):
    """A form that may say who approved all the rules on it."""

    def put_approval(self, rules: Iterable[Rule | AgeRule]) -> None:
        """Who approved them; left alone where nothing is typed that was not there."""
        rules = list(rules)
        one = rules[0] if approval(rules) else None
        fields: dict[str, forms.Field] = {
            "approved_by": forms.CharField(
                label="Approved by", max_length=160, required=False, initial=one.approved_by if one else ""
            ),
            "approved_on": forms.DateField(
                label="Approved on",
                required=False,
                initial=one.approved_on if one else "",
                widget=forms.DateInput(attrs={"type": "date"}),
            ),
        }
        words = "Leave this empty for rules that are approved when the version is published."
        self.group("Who approved these rules", fields, help_text=words, folded=one is None)

    def check_approval(self, today: date) -> None:
        """A name and a day belong together, and the day is not to come."""
        by, on = self.cleaned_data.get("approved_by"), self.cleaned_data.get("approved_on")
        if by and not on and "approved_on" not in self.errors:
            self.add_error("approved_on", "Write the day on which it was approved.")
        if on and not by:
            self.add_error("approved_by", "Write who approved it.")
        if on and on > today:
            self.add_error("approved_on", "This day is still to come. Write the day on which it was approved.")

    @property
    def approval(self) -> Approval | None:
        """What was said of it, if it is something else than before."""
        if not {"approved_by", "approved_on"} & set(self.changed_data):
            return None
        on = self.cleaned_data["approved_on"]
        return Approval(self.cleaned_data["approved_by"], on.isoformat() if on else "")


def rule_fields(
    name: str, *, start: RuleEdit, dated: bool, date_words: str = "", only_notes: bool = False
) -> dict[str, forms.Field]:
    """The fields of one rule. One that has no date yet asks how the client is asked for it."""
    levels = [level for level in LEVELS.items() if level[0] == "note" or not only_notes]
    level = forms.ChoiceField(label="What follows", choices=[NO_RULE, *levels], required=False, initial=start.level)
    reasons = {
        f"{name}_why": area("Reason for the practitioner", start.why),
        f"{name}_client_why": area("Reason for the client", start.client_why),
    }
    if only_notes:
        return {f"{name}_level": level, **reasons}
    fields: dict[str, forms.Field] = {f"{name}_level": level, f"{name}_days": _days(start.days)}
    if not dated:
        words = "Only where it waits, such as “When did you stop?”."
        fields[f"{name}_date_words"] = area(
            "The date it waits from, as the client is asked for it", date_words, help_text=words
        )
    letter = forms.BooleanField(
        label="A letter is needed",
        required=False,
        initial=start.needs_letter,
        help_text="Only where the practitioner decides.",
    )
    return {**fields, **reasons, f"{name}_letter": letter}


def _days(initial: int) -> forms.IntegerField:
    return forms.IntegerField(
        label="Days to wait",
        min_value=1,
        max_value=GREATEST_DAYS,
        required=False,
        initial=initial or None,
        help_text="Only for “Wait” and “Practitioner decides, for a time”.",
    )


def check_rule(form: forms.Form, name: str) -> None:
    """A rule has a reason, and where it waits the days and a date."""
    said = form.cleaned_data
    level = said.get(f"{name}_level")
    if level and not said.get(f"{name}_why"):
        form.add_error(f"{name}_why", "Write the reason that the practitioner reads.")
    if level not in DATED:
        return
    if not said.get(f"{name}_days") and f"{name}_days" not in form.errors:
        form.add_error(f"{name}_days", "Write how many days, such as 28.")
    if f"{name}_date_words" in form.fields and not said.get(f"{name}_date_words"):
        form.add_error(f"{name}_date_words", "Write how the client is asked for the date, such as “When was it?”.")


def rule_of(form: forms.Form, name: str) -> RuleEdit:
    """What was said of one rule."""
    said = form.cleaned_data
    return RuleEdit(
        said[f"{name}_level"],
        said[f"{name}_why"],
        said[f"{name}_client_why"],
        said.get(f"{name}_days") or 0,
        said.get(f"{name}_letter", False),
        said.get(f"{name}_date_words", ""),
    )
