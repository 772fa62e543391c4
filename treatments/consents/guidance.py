"""The facts that a consent document may name, and what a consent to treatment covers: pure rules."""

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from treatments.consents.rules import OddText, escaped, parse
from treatments.products.terms import whole_of

# The closed list of merge fields: {name} in a document, with what it stands for.
ALWAYS = {
    "client": "the client’s name",
    "clinic": "the clinic’s name",
    "practitioner": "who takes the consent and treats",
    "certificate": "the practitioner’s certificate",
    "phone": "the clinic’s telephone number",
    "email": "the clinic’s address for replies",
}
OF_A_TREATMENT = {
    "zones_and_depths": "each zone with its greatest needle depth",
    "device": "the kind of device",
    "numbing_cream": "whether numbing cream is planned, as a sentence",
    "sessions": "the number of sessions",
    "interval": "the days between sessions",
    "price": "the price, as written when the consent is asked",
    "time_to_reflect": "the clinic’s days to reflect, as a sentence",
}
FIELD = re.compile(r"\{([a-z_]+)\}|[{}]")
TREATMENT = "treatment"

# Words for facts, by language: they become part of what is signed, so they do not depend on a catalogue.
WORDS: dict[str, dict[str, str]] = {
    "en": {
        "mechanical": "a mechanical needling device",
        "rf": "a needling device with radio frequency",
        "cream": "A numbing cream is planned.",
        "no_cream": "No numbing cream is planned.",
        "up_to": "{zone}: up to {depth} mm",
        "no_price": "as you were told",
        "reflect": "After you sign, {days} full days pass before the first session, so that you can think it over.",
        "no_wait": "Take all the time you need before you sign.",
        "unknown": "not stated",
    },
    "de": {
        "mechanical": "ein mechanisches Needling-Gerät",
        "rf": "ein Needling-Gerät mit Radiofrequenz",
        "cream": "Eine Betäubungscreme ist vorgesehen.",
        "no_cream": "Es ist keine Betäubungscreme vorgesehen.",
        "up_to": "{zone}: bis zu {depth} mm",
        "no_price": "wie mit Ihnen besprochen",
        "reflect": "Nach Ihrer Unterschrift vergehen {days} volle Tage bis zur ersten Sitzung, damit Sie es sich"
        " überlegen können.",
        "no_wait": "Nehmen Sie sich vor der Unterschrift so viel Zeit, wie Sie brauchen.",
        "unknown": "nicht angegeben",
    },
    "fr": {
        "mechanical": "un appareil de micro-aiguilletage mécanique",
        "rf": "un appareil de micro-aiguilletage avec radiofréquence",
        "cream": "Une crème anesthésiante est prévue.",
        "no_cream": "Aucune crème anesthésiante n’est prévue.",
        "up_to": "{zone} : jusqu’à {depth} mm",
        "no_price": "tel qu’il vous a été indiqué",
        "reflect": "Après votre signature, {days} jours entiers s’écoulent avant la première séance, pour vous laisser"
        " le temps de réfléchir.",
        "no_wait": "Prenez tout le temps qu’il vous faut avant de signer.",
        "unknown": "non précisé",
    },
    "es": {
        "mechanical": "un dispositivo mecánico de microagujas",
        "rf": "un dispositivo de microagujas con radiofrecuencia",
        "cream": "Está previsto usar una crema anestésica.",
        "no_cream": "No está previsto usar crema anestésica.",
        "up_to": "{zone}: hasta {depth} mm",
        "no_price": "el que se le ha indicado",
        "reflect": "Después de firmar pasan {days} días completos hasta la primera sesión, para que pueda pensarlo.",
        "no_wait": "Tómese todo el tiempo que necesite antes de firmar.",
        "unknown": "no indicado",
    },
}


class ZoneDepth(NamedTuple):
    """How deep (mm) one zone is to be needled."""

    zone: str
    depth_mm: Decimal


def fields_of(purpose: str) -> dict[str, str]:
    """The merge fields that a document for this purpose may use, with what each stands for."""
    return ALWAYS | OF_A_TREATMENT if purpose == TREATMENT else ALWAYS


def problem_of(markdown: str, purpose: str) -> str:
    """Why this text cannot be a document for this purpose, with its line; "" when it can."""
    known = fields_of(purpose)
    for found in FIELD.finditer(markdown):
        if found[1] not in known:
            line = markdown.count("\n", 0, found.start()) + 1
            names = ", ".join(f"{{{name}}}" for name in known)
            return f"Line {line}: {found[0]} is not a field. These are: {names}."
    try:
        parse(filled(markdown, dict.fromkeys(known, "x")))
    except OddText as odd:
        return str(odd)
    return ""


def filled(markdown: str, values: Mapping[str, str]) -> str:
    """The text with each {field} replaced by its value, as plain words: no value can add Markdown."""
    return FIELD.sub(lambda found: escaped(values.get(found[1] or "", "")) or found[0], markdown)


def words_in(language: str) -> dict[str, str]:
    """The words for facts in a language; English for one that has none."""
    return WORDS.get(language, WORDS["en"])


def in_mm(depth: Decimal, language: str) -> str:
    """A depth as people write it in a language: 1.0 or 1,0."""
    words = f"{depth:.1f}" if depth == round(depth, 1) else f"{depth:.2f}"
    return words if language == "en" else words.replace(".", ",")


def zones_in_words(zones: Iterable[tuple[str, Decimal]], language: str) -> str:
    """Zones, by the names given, with their depths: "Cheeks: up to 1.0 mm; Nose: up to 0.5 mm"."""
    up_to = words_in(language)["up_to"]
    return "; ".join(up_to.format(zone=zone, depth=in_mm(depth, language)) for zone, depth in zones)


def beyond(
    covers: Mapping[str, Any], *, zones: Iterable[ZoneDepth], device_kind: str, topical_anaesthetic: bool
) -> list[tuple[str, str]]:
    """What a plan has that the consent does not cover, as (what, which): empty when it is covered.

    What is zone, depth (both name the zone), device or cream.
    """
    covered = {zone: Decimal(str(depth)) for zone, depth in covers.get("zones", {}).items()}
    found = []
    for zone, depth in zones:
        consented = [covered[name] for name in (zone, whole_of(zone)) if name in covered]
        if not consented:
            found.append(("zone", zone))
        elif depth > max(consented):
            found.append(("depth", zone))
    if device_kind != covers.get("device_kind"):
        found.append(("device", device_kind))
    if topical_anaesthetic and not covers.get("topical_anaesthetic"):
        found.append(("cream", ""))
    return found


def in_words_of_plan(facts: Mapping[str, Any], language: str, zones: Sequence[str]) -> dict[str, str]:
    """The merge fields of a treatment. `facts` are what the consent covers, with price and days_to_reflect.

    `zones` are the names of facts["zones"], in that order.
    """
    words = words_in(language)
    depths = [Decimal(str(depth)) for depth in facts["zones"].values()]
    days = int(facts["days_to_reflect"])
    return {
        "zones_and_depths": zones_in_words(zip(zones, depths, strict=True), language),
        "device": words[facts["device_kind"]],
        "numbing_cream": words["cream" if facts["topical_anaesthetic"] else "no_cream"],
        "sessions": str(facts["sessions"]),
        "interval": str(facts["interval_days"]),
        "price": str(facts["price"]) or words["no_price"],
        "time_to_reflect": words["reflect"].format(days=days) if days else words["no_wait"],
    }
