"""The owner's forms: one step of the care schedule, and publishing."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import time
from decimal import Decimal
from typing import Any

from django import forms

from portal.adminsite.forms import GroupedForm
from portal.security.lines import LineField
from treatments.care.rules import LONGEST_TITLE, MOST_HOURS, MOST_LATE_HOURS
from treatments.care.schedule import CareSchedule, CareStep, Condition, Who
from treatments.care.services.telling import value_choices
from treatments.care.terms import Asks, Fact
from treatments.products.terms import GREATEST_MM, LEAST_MM

DAY_HOURS = 24
ANY_HELP = "Empty for everybody. With several answers, one that fits is enough."
EVERY_HELP = "Whoever gets it fits each of these that is not empty."
NEW_STEP = CareStep("own", "", DAY_HOURS, DAY_HOURS, Asks.NOTHING)


class StepForm(GroupedForm):
    """One step: when, what it asks, who gets it. What the form does not show stays as it is."""

    def __init__(self, *args: Any, step: CareStep, schedule: CareSchedule, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.step = step
        self.group("The step", self._when())
        self.group("What it asks", self._asks())
        known = value_choices(schedule)
        known[Fact.NOT_CLEAR] = [pair for pair in known[Fact.NOT_CLEAR] if pair[0] != step.key]
        parts = {"any": step.who.any, "every": step.who.every}
        titles = {"any": "Only for clients whom one of these fits", "every": "Only for clients whom all of these fit"}
        helps = {"any": ANY_HELP, "every": EVERY_HELP}
        for part, conditions in parts.items():
            fields = dict(_conditions(part, conditions, known))
            self.group(titles[part], fields, help_text=helps[part], folded=not conditions)

    def _when(self) -> dict[str, forms.Field]:
        step = self.step
        days, hours = divmod(step.after_hours, DAY_HOURS)
        fields: dict[str, forms.Field] = {
            "title": LineField(
                label="Name",
                max_length=LONGEST_TITLE,
                initial=step.title,
                help_text="For you and your colleagues, such as “Day 10”.",
            ),
            "days": forms.IntegerField(
                label="Days after the session",
                min_value=0,
                max_value=MOST_HOURS // DAY_HOURS,
                initial=days,
                help_text=_window_words(step),
            ),
            "hours": forms.IntegerField(label="and hours", min_value=0, max_value=23, required=False, initial=hours),
            "hour": forms.TimeField(
                label="Hour of the day",
                required=False,
                initial=time.fromisoformat(step.hour) if step.hour else None,
                widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
                help_text="The client’s own clock, such as 10:00. Empty for the hour at which the session ended. "
                "Outside your sending hours it leaves at the next one.",
            ),
            "send_within_hours": forms.IntegerField(
                label="At most so many hours late",
                min_value=1,
                max_value=MOST_LATE_HOURS,
                initial=step.send_within_hours,
                help_text="24 is one day. An email that could not leave by then is not sent: you are told instead.",
            ),
        }
        if step.any_hour:  # how to look after the skin cannot wait for an hour
            del fields["hour"]
        return fields

    def _asks(self) -> dict[str, forms.Field]:
        step = self.step
        return {
            "asks": forms.ChoiceField(label="Questions", choices=Asks.choices, initial=step.asks),
            "remind_after_hours": forms.IntegerField(
                label="Remind after so many hours",
                min_value=0,
                max_value=MOST_LATE_HOURS,
                required=False,
                initial=step.remind_after_hours or None,
                help_text="One reminder if nobody answers. Empty for none.",
            ),
            "about_results": forms.BooleanField(
                label="It is about results",
                required=False,
                initial=step.about_results,
                help_text="A newer session replaces it, and it waits while a red flag is open. Between day 28 and 42 "
                "it asks for first results and never leaves outside those days.",
            ),
        }

    def clean(self) -> dict[str, Any]:
        """Not at once, and an hour of the day only with whole days."""
        said = self.cleaned_data
        hours = said.get("hours") or 0
        if said.get("hour") and hours:
            self.add_error("hours", "Leave this empty: the hour of the day says when.")
        if said.get("hour") and said.get("days") == 0:
            self.add_error("hour", "On the day of the session it leaves so many hours after it: leave this empty.")
        if said.get("days") == 0 and not hours and "hours" not in self.errors:
            self.add_error("hours", "Write after how many hours it leaves; one at least.")
        return said

    @property
    def edited(self) -> CareStep:
        """The step as it was written."""
        said = self.cleaned_data
        return replace(
            self.step,
            title=said["title"],
            after_hours=said["days"] * DAY_HOURS + (said["hours"] or 0),
            hour=f"{said['hour']:%H:%M}" if said.get("hour") else "",
            send_within_hours=said["send_within_hours"],
            asks=said["asks"],
            remind_after_hours=said["remind_after_hours"] or 0,
            about_results=said["about_results"],
            who=Who(any=tuple(self._said("any")), every=tuple(self._said("every"))),
        )

    def _said(self, part: str) -> Iterator[Condition]:
        for fact in Fact.values:
            said = self.cleaned_data[f"{part}_{fact}"]
            if fact == Fact.DEPTH and said is not None:
                yield Condition(fact, (f"{said:f}",))
            elif fact != Fact.DEPTH and said:
                order = [value for value, _words in self.fields[f"{part}_{fact}"].choices]  # type: ignore[attr-defined]
                yield Condition(fact, tuple(sorted(said, key=order.index)))


class PublishForm(forms.Form):
    """Why it changes."""

    reason = forms.CharField(
        label="Why it changes",
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Write why it changes; it is kept with the version."},
    )


def _conditions(
    part: str, conditions: tuple[Condition, ...], known: dict[str, list[tuple[str, str]]]
) -> Iterator[tuple[str, forms.Field]]:
    """A field for each fact. A value that is stored and not offered any more stays offered here."""
    stored = {one.fact: one.values for one in conditions}
    for fact in Fact:
        values = stored.get(fact, ())
        if fact == Fact.DEPTH:
            yield f"{part}_{fact}", _depth(Decimal(values[0]) if values else None)
            continue
        offered = known[fact]
        gone = [(value, value) for value in values if value not in dict(offered)]
        yield (
            f"{part}_{fact}",
            forms.MultipleChoiceField(
                label=fact.label,
                choices=[*offered, *gone],
                required=False,
                initial=list(values),
                widget=forms.CheckboxSelectMultiple,
            ),
        )


def _depth(initial: Decimal | None) -> forms.DecimalField:
    return forms.DecimalField(
        label=Fact.DEPTH.label,
        min_value=LEAST_MM,
        max_value=GREATEST_MM,
        decimal_places=2,
        required=False,
        initial=initial,
        help_text="The deepest needle of the session counts. Empty for any depth.",
    )


def _window_words(step: CareStep) -> str:
    if not step.window_days:
        return "0 for the day of the session."
    first, last = step.window_days
    return f"Between {first} and {last}: outside those days it is not about first results."
