"""The client form: clear messages, and a likely duplicate is pointed out before it is saved."""

import re
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from clients.records.models import Client
from clients.records.terms import ArchivedBecause, Goal
from portal.adminsite.forms import Point, PointsOut
from portal.adminsite.widgets import DateBox
from portal.practice.forms import time_zone_choices
from portal.security.lines import LineField

if TYPE_CHECKING:
    ModelForm = forms.ModelForm[Client]
else:
    ModelForm = forms.ModelForm

EARLIEST_BIRTH = date(1900, 1, 1)
PHONE = re.compile(r"^\+?([ ()./-]*[0-9]){6,15}[ ()./-]*$", re.ASCII)
CARE = ("skin_type", "goals", "notes", "alerts")  # only for those who treat
LINES = ("first_name", "last_name", "preferred_name", "phone")
WHO = ("first_name", "last_name", "date_of_birth", "email")


class ContactForm(PointsOut, ModelForm):
    """Who a client is and how to reach them: what the front desk writes down."""

    class Meta:
        model = Client
        fields: tuple[str, ...] = (
            "first_name",
            "last_name",
            "preferred_name",
            "date_of_birth",
            "email",
            "phone",
            "address",
            "language",
            "time_zone",
            "gets_follow_ups",
        )
        field_classes: ClassVar[dict[str, Any]] = dict.fromkeys(LINES, LineField)
        help_texts: ClassVar[dict[str, str]] = {
            "time_zone": "Only if they live in another time zone than the clinic. Emails leave by their clock.",
        }
        widgets: ClassVar[dict[str, Any]] = {
            "date_of_birth": DateBox(attrs={"min": "1900-01-01", "autocomplete": "off"}),
            "email": forms.EmailInput(attrs={"autocomplete": "off"}),
            "phone": forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
            "address": forms.Textarea(attrs={"rows": 3}),
        }
        error_messages = {
            "first_name": {"required": "Enter the first name."},
            "last_name": {"required": "Enter the last name."},
            "date_of_birth": {
                "required": "Enter the date of birth.",
                "invalid": "Enter the date of birth as day, month and year, such as 17/05/1985.",
            },
            "email": {"invalid": "Enter an email address such as name@example.org."},
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "time_zone" in self.fields:  # whoever only reads the page gets no fields
            zones = [("", "The same as the clinic’s"), *time_zone_choices(self.instance.time_zone)]
            self.fields["time_zone"].widget = forms.Select(choices=zones)
        if self.instance.pk:
            self.remember(forms.model_to_dict(self.instance, fields=self._meta.fields))

    def clean_date_of_birth(self) -> date:
        """A day that a living person can be born on."""
        born: date = self.cleaned_data["date_of_birth"]
        if born > timezone.localdate():
            raise ValidationError("The date of birth is in the future. Check the year.")
        if born < EARLIEST_BIRTH:
            raise ValidationError("The date of birth is before 1900. Check the year.")
        return born

    def clean_email(self) -> str:
        """Small letters, so that one address is one address."""
        return str(self.cleaned_data["email"]).lower()

    def clean_phone(self) -> str:
        """A number that can be dialled."""
        phone: str = self.cleaned_data["phone"]
        if phone and not PHONE.match(phone):
            raise ValidationError("Enter a phone number with 6 to 15 digits, such as +44 20 7946 0000.")
        return phone

    def clean(self) -> dict[str, Any] | None:
        """Point out a change by somebody else, and who this may be already."""
        cleaned = super().clean()
        if not self.errors:
            asks_who = not self.instance.pk or set(WHO) & set(self.changed_data)
            same = [pointed(client) for client in self.likely_same()] if asks_who else []
            self.save_anyway = "This is a different person; save anyway" if same else self.save_anyway
            self.point_out([*self.changed_meanwhile(), *same])
        return cleaned

    def likely_same(self) -> list[Client]:
        """The clinic's other clients with this email, or this name and date of birth."""
        who = {name: self.cleaned_data[name] for name in WHO}
        return list(Client.objects.likely_same(**who).exclude(pk=self.instance.pk)[:5])


class ClientForm(ContactForm):
    """Everything a practitioner writes down about a client."""

    goals = forms.MultipleChoiceField(choices=Goal.choices, required=False, widget=forms.CheckboxSelectMultiple)

    class Meta(ContactForm.Meta):
        fields = (*ContactForm.Meta.fields, *CARE)
        widgets: ClassVar[dict[str, Any]] = ContactForm.Meta.widgets | {
            "notes": forms.Textarea(attrs={"rows": 4}),
            "alerts": forms.Textarea(attrs={"rows": 3}),
        }


def pointed(client: Client) -> Point:
    """The words that point to a client who may be the same person."""
    born = date_format(client.date_of_birth, "j M Y")
    archived = ", archived" if client.archived_at else ""
    return Point(
        f"This may be {client}, born {born}{archived}, who is already on your list.",
        reverse("client_page", args=[client.pk]),
    )


class ArchiveForm(forms.Form):
    """Why a record is put aside; nobody has to say."""

    because = forms.ChoiceField(
        label="Why",
        required=False,
        choices=[("", "Not said"), *ArchivedBecause.choices],
        widget=forms.RadioSelect,
        help_text="If a product that was used on them is recalled, an archived client still gets the notice by email. "
        "A client who has died gets none.",
    )


class FindForm(forms.Form):
    """Which client."""

    q = forms.CharField(
        label="Find a client",
        max_length=100,
        help_text="Name or email. A part of it is enough.",
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
        error_messages={"required": "Write a part of the client’s name or email."},
    )
