"""The words of a practice: roles, countries, languages."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    """What a person may do in a clinic; portal/practice/permissions.py says exactly what."""

    OWNER = "owner", _("Owner")
    PRACTITIONER = "practitioner", _("Practitioner")
    FRONT_DESK = "front_desk", _("Front desk")


class Country(TextChoices):
    """Where a clinic is: it decides the emergency wording."""

    UNITED_KINGDOM = "GB", _("United Kingdom")
    SCOTLAND = "GB-SCT", _("Scotland")
    IRELAND = "IE", _("Ireland")
    UNITED_STATES = "US", _("United States")
    CANADA = "CA", _("Canada")
    AUSTRALIA = "AU", _("Australia")
    GERMANY = "DE", _("Germany")
    AUSTRIA = "AT", _("Austria")
    SWITZERLAND = "CH", _("Switzerland")
    FRANCE = "FR", _("France")
    SPAIN = "ES", _("Spain")


class Language(TextChoices):
    """The languages that clients are written to in."""

    ENGLISH = "en", "English"
    GERMAN = "de", "Deutsch"
    FRENCH = "fr", "Français"
    SPANISH = "es", "Español"
