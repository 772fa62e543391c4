"""The copy of a signed consent, as a PDF: made with typst, from data only."""

from dataclasses import asdict
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import formats, timezone, translation
from django.utils.translation import gettext

from portal.practice.paper import letterhead, make_pdf
from treatments.consents.models import Consent
from treatments.consents.rules import parse
from treatments.consents.services.texts import DEFAULTS

PAPER = DEFAULTS / "copy.typ"


def make_copy(consent: Consent) -> bytes:
    """A tagged PDF with all that was signed: text, initials, signatures, who, when, from where, version and hash."""
    with translation.override(consent.language), timezone.override(ZoneInfo(consent.clinic.time_zone)):
        return make_pdf(PAPER, _data(consent))


def _data(consent: Consent) -> dict[str, Any]:
    return {
        "language": consent.language,
        "title": gettext("Consent: %(what)s") % {"what": consent.get_purpose_display()},
        "clinic": letterhead(consent.clinic),
        "blocks": [asdict(block) for block in parse(consent.text)],
        "initials": consent.initials,
        "labels": {"signed": gettext("Signed"), "initials": gettext("Initials")},
        "facts": _facts(consent),
        "signatures": _signatures(consent),
        "footer": f"{consent.client} · SHA-256 {consent.text_sha256[:16]}…",
    }


def _facts(consent: Consent) -> list[tuple[str, str]]:
    at = timezone.localtime(consent.answered_at)
    when = f"{formats.date_format(at, 'DATETIME_FORMAT')} ({at.tzname()}, {consent.clinic.time_zone})"
    return [
        (gettext("Client"), f"{consent.client}, {formats.date_format(consent.client.date_of_birth, 'DATE_FORMAT')}"),
        (gettext("Clinic"), consent.clinic.name),
        (gettext("Taken by"), str(consent.practitioner)),
        (gettext("Date and time"), when),
        (gettext("Signed from the address"), consent.answered_from or "–"),
        (gettext("How"), str(consent.get_channel_display())),
        (gettext("Version of the text"), str(consent.document.number)),
        (gettext("SHA-256 of the text"), consent.text_sha256),
    ]


def _signatures(consent: Consent) -> list[dict[str, Any]]:
    signed = [(gettext("The client’s signature"), consent.signed_name, consent.signature)]
    if consent.witness_name:
        signed.append((gettext("The witness’s signature"), consent.witness_name, consent.witness_signature))
    return [
        {
            "label": label,
            "name": name,
            "strokes": strokes,
            "alt": gettext("Drawn signature of %(name)s") % {"name": name},
            "how": gettext("Drawn by hand") if strokes else gettext("Signed with the typed name"),
        }
        for label, name, strokes in signed
    ]
