"""What the owner says of running courses when a care schedule is published, or later."""

from collections.abc import Sequence
from typing import Any

from django import forms

from treatments.care import forms as care
from treatments.followups.services.moving import CourseChange

STAY, ALL, CHOSEN = "stay", "all", "chosen"
MOVES = ((ALL, "All of them move to it"), (CHOSEN, "Those chosen below move to it"))
STAYS = (STAY, "They stay with the schedule they began with")


class MoveForm(forms.Form):
    """Which running courses move."""

    offers: tuple[tuple[str, str], ...] = MOVES

    def __init__(self, *args: Any, preview: Sequence[CourseChange], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not preview:
            return
        self.fields["courses"] = forms.ChoiceField(
            label="Running courses",
            choices=self.offers,
            initial=self.offers[0][0],
            widget=forms.RadioSelect,
            help_text="What was sent stays as it was, and nothing that is past its time is sent after all.",
        )
        self.fields["chosen"] = forms.MultipleChoiceField(
            label="Whose course moves",
            choices=[(str(one.enrolment.pk), f"{one.client}, {one.enrolment}") for one in preview],
            required=False,
            widget=forms.CheckboxSelectMultiple,
            help_text="Only for “Those chosen below”.",
        )

    def clean(self) -> dict[str, Any]:
        """Who says "those chosen" chooses somebody."""
        said = self.cleaned_data
        if said.get("courses") == CHOSEN and not said.get("chosen") and "chosen" not in self.errors:
            self.add_error("chosen", "Choose at least one client whose course moves.")
        return said


class PublishForm(MoveForm, care.PublishForm):
    """Why it changes, and which running courses move."""

    offers = (STAYS, *MOVES)


def chosen_of(said: dict[str, Any]) -> list[int] | None:
    """The courses that move, by id; None for all of them, [] for none."""
    if said.get("courses") == ALL:
        return None
    return [int(pk) for pk in said["chosen"]] if said.get("courses") == CHOSEN else []
