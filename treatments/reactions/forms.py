"""The forms behind cases: open one, write down what was done, put right what it says, close it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone

from portal.adminsite.widgets import DateBox, DateTimeBox
from treatments.cases.guidance import EXPECTED, GUIDES, KNOWN, UNEXPECTED
from treatments.cases.rules import STILL_UNCLEAR, call_due
from treatments.cases.terms import WRITTEN, Ending, EntryKind, Grade, ReactionKind
from treatments.photos.models import Photograph
from treatments.products.terms import Zone
from treatments.sessions.models import Session

NOTHING_YET = ("", "Nothing yet")
GROUPS = (("", "In general"), (UNEXPECTED, "Unexpected"), (KNOWN, "Known"), (EXPECTED, "Expected, but more or longer"))
KINDS = [
    (words, [(kind.value, kind.label) for kind in ReactionKind if GUIDES[kind].expected == expected])
    for expected, words in GROUPS
]
# What a case that was not clear can have been.
STAYS = (ReactionKind.UNCLEAR.value, "It stays unclear")
KNOWN_KINDS = [(group, [one for one in kinds if one[0] != ReactionKind.UNCLEAR]) for group, kinds in KINDS]
WAS = [("", "Choose"), *KNOWN_KINDS, ("Nobody can say", [STAYS])]
RESUME, CANCEL = "resume", "cancel"


def session_words(session: Session) -> str:
    """A session in a list: "Session 2, 3 May 2026"."""
    return f"Session {session.number}, {timezone.localtime(session.takes_place_at):%-d %b %Y}"


class FactsForm(forms.Form):
    """What a case says."""

    kind = forms.ChoiceField(label="What is it?", choices=KINDS)
    began_on = forms.DateField(label="Began on", widget=DateBox)
    grade = forms.TypedChoiceField(label="How grave?", choices=Grade.choices, coerce=int, widget=forms.RadioSelect)
    zones = forms.MultipleChoiceField(
        label="Where?", choices=Zone.choices, required=False, widget=forms.CheckboxSelectMultiple
    )


class CallForm(forms.Form):
    """When the client is to be called next."""

    call_by = forms.DateTimeField(
        label="Next call by",
        widget=DateTimeBox,
        help_text="Until somebody has spoken to the client, within 24 hours. Afterwards as the skin needs it.",
        error_messages={"required": "Write when the client is to be called next."},
    )


class OpenForm(FactsForm, CallForm):
    """A new case."""

    words = forms.CharField(label="What happened?", max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))
    done = forms.ChoiceField(
        label="What was done so far?",
        required=False,
        choices=[NOTHING_YET, *((kind.value, kind.label) for kind in WRITTEN)],
    )
    note = forms.CharField(
        label="In your words",
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="What was done, if anything was.",
    )
    field_order = ("session", "kind", "words", "began_on", "grade", "zones", "done", "note", "call_by")

    def __init__(self, data: Any = None, *, sessions: Iterable[Session], at: datetime, initial: dict[str, Any]) -> None:
        first = {"call_by": call_due(grade=Grade.DOCTOR, contacted=False, at=at)}
        super().__init__(data, initial=first | initial)
        self._sessions = {str(session.pk): session for session in sessions}
        self.fields["session"] = forms.ChoiceField(
            label="After which session?",
            choices=[(pk, session_words(session)) for pk, session in self._sessions.items()],
        )
        self.order_fields(self.field_order)

    def clean_session(self) -> Session:
        """The session itself."""
        return self._sessions[self.cleaned_data["session"]]

    def clean(self) -> dict[str, Any]:
        """What was done has words, and words say what was done."""
        said = super().clean() or self.cleaned_data
        if said.get("done") and not said.get("note", "").strip():
            self.add_error("note", "Write what was done: it is kept with the case.")
        if said.get("note", "").strip() and "done" in said and not said["done"]:
            self.add_error("done", "Choose what was done.")
        return said


class EntryForm(CallForm):
    """What somebody did about a case."""

    kind = forms.ChoiceField(
        label="What was done?", choices=[(kind.value, kind.label) for kind in WRITTEN], widget=forms.RadioSelect
    )
    note = forms.CharField(
        label="In your words",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Write what was done: it is kept with the case."},
    )
    field_order = ("kind", "note", "call_by")

    def __init__(self, data: Any = None, files: Any = None, *, grade: int, contacted: bool, at: datetime) -> None:
        due = call_due(grade=grade, contacted=contacted, at=at)
        super().__init__(data, files, initial={"call_by": due, "kind": EntryKind.CALLED})


class ChangeForm(FactsForm):
    """What a case should say instead."""

    note = forms.CharField(
        label="Why?",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Write why: what it said before stays in the case."},
    )


class CloseForm(forms.Form):
    """How a case ended, and what becomes of the emails."""

    ending = forms.ChoiceField(label="How did it end?", choices=Ending.choices, widget=forms.RadioSelect)
    note = forms.CharField(
        label="In your words",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Write how it ended: it is kept with the case."},
    )
    emails = forms.ChoiceField(
        label="Emails about results, which have waited",
        choices=[
            (RESUME, "They go on. Those that are too late by now stay unsent."),
            (CANCEL, "None of them leaves."),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what becomes of the emails."},
    )

    def __init__(self, *args: Any, unclear: bool, **kwargs: Any) -> None:
        """With `unclear` it is asked what it was."""
        super().__init__(*args, **kwargs)
        if unclear:
            self.fields["kind"] = forms.ChoiceField(label="What was it?", choices=WAS, required=False)
            self.fields["why_unclear"] = forms.CharField(
                label="Why does it stay unclear?",
                max_length=2000,
                required=False,
                widget=forms.Textarea(attrs={"rows": 2}),
                help_text="Only if nobody can say what it was.",
            )
            self.order_fields(["ending", "kind", "why_unclear", "note", "emails"])

    def clean(self) -> dict[str, Any]:
        """What was not clear yet is said now, or why not."""
        said = super().clean() or self.cleaned_data
        kind, no_reaction = said.get("kind"), said.get("ending") == Ending.MISTAKEN
        if "kind" not in self.fields or no_reaction:
            return said
        if kind == "":
            self.add_error("kind", STILL_UNCLEAR)
        if kind == ReactionKind.UNCLEAR and not said.get("why_unclear", "").strip():
            self.add_error("why_unclear", "Write why nobody can say what it was.")
        return said


class ReportedForm(forms.Form):
    """Whom a case was reported to."""

    where = forms.CharField(label="Reported to", max_length=120)
    reported_on = forms.DateField(label="On", widget=DateBox)
    reference = forms.CharField(label="Their reference", max_length=120, required=False)


class AttachForm(forms.Form):
    """Photographs that belong to a case."""

    def __init__(self, *args: Any, photographs: Iterable[Photograph], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._photographs = {str(one.pk): one for one in photographs}
        self.fields["photographs"] = forms.MultipleChoiceField(
            label="Which photographs?",
            choices=[
                (pk, f"{one}, {timezone.localtime(one.taken_at):%-d %b %Y, %H:%M}")
                for pk, one in self._photographs.items()
            ],
            widget=forms.CheckboxSelectMultiple,
            error_messages={"required": "Choose one at least."},
        )

    def clean_photographs(self) -> list[Photograph]:
        """The photographs themselves."""
        return [self._photographs[pk] for pk in self.cleaned_data["photographs"]]
