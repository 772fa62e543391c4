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


# Those that the portal's texts are translated into (locale/): forms offer no others.
AVAILABLE = tuple(Language)


def spoken(language: str) -> str:
    """The language to write in to somebody who prefers this one: English until its texts are translated.

    A page must not say lang="de" over English words: a screen reader would read them out as German.
    """
    return language if language in AVAILABLE else Language.ENGLISH


# Countries with one time zone for all clinics; for the others it has to be said.
TIME_ZONES: dict[str, str] = {
    Country.UNITED_KINGDOM: "Europe/London",
    Country.SCOTLAND: "Europe/London",
    Country.IRELAND: "Europe/Dublin",
    Country.GERMANY: "Europe/Berlin",
    Country.AUSTRIA: "Europe/Vienna",
    Country.SWITZERLAND: "Europe/Zurich",
    Country.FRANCE: "Europe/Paris",
}
