"""The report of a reaction for whoever watches over devices in the clinic's country: plain text, naming nobody. Pure.

Source: docs/clinical.md section 4. It names the schemes of the United Kingdom and of the USA; those of the other
countries are general knowledge. No clinician or lawyer has signed it.
"""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from portal.practice.terms import Country

TELL_MAKER = "Tell the maker too: the maker has the legal duty to report."
YELLOW_CARD = "Yellow Card (MHRA, yellowcard.mhra.gov.uk)"

# Whom to report to, and what else to know.
SCHEMES: dict[str, tuple[tuple[str, ...], str]] = {
    Country.UNITED_KINGDOM: (
        (YELLOW_CARD,),
        "Report what caused an injury, and what almost did. In Northern Ireland report to NIAIC.",
    ),
    Country.SCOTLAND: (
        (YELLOW_CARD, "Care Inspectorate"),
        "Report what caused an injury, and what almost did. A private provider in Scotland tells both.",
    ),
    Country.UNITED_STATES: (
        ("MedWatch (FDA, fda.gov/medwatch)",),
        "For practitioners a report is voluntary; user facilities must report deaths and serious injuries.",
    ),
    Country.IRELAND: (("HPRA",), ""),
    Country.CANADA: (("Health Canada",), ""),
    Country.AUSTRALIA: (("TGA",), ""),
    Country.GERMANY: (("BfArM",), ""),
    Country.AUSTRIA: (("BASG",), ""),
    Country.SWITZERLAND: (("Swissmedic",), ""),
    Country.FRANCE: (("ANSM",), ""),
    Country.SPAIN: (("AEMPS",), ""),
}
KEEP = "The device, the cartridge and the packaging are kept for examination."
NOT_RECORDED = "not recorded"
THE_CLIENT = "the client"


class ReportFacts(NamedTuple):
    """What the report says: each part a heading with its lines of label and words."""

    schemes: Sequence[str]
    parts: Sequence[tuple[str, Sequence[tuple[str, str]]]]
    names: Sequence[str]  # of the client: what a person wrote may have them in it


def report_text(facts: ReportFacts) -> str:
    """Ready to paste: a heading for each part, and "not recorded" where nothing is known."""
    lines = [f"Report to: {', '.join(facts.schemes)}"]
    for heading, said in facts.parts:
        lines += ["", heading.upper(), *(f"{label}: {words or NOT_RECORDED}" for label, words in said)]
    lines += ["", KEEP]
    return without_names("\n".join(lines), facts.names)


def without_names(text: str, names: Iterable[str]) -> str:
    """The text with a client's names out of it, whatever their capitals; the longest first."""
    known = sorted({name.strip() for name in names if name.strip()}, key=len, reverse=True)
    for name in known:
        text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", THE_CLIENT, text, flags=re.IGNORECASE)
    return re.sub(rf"{THE_CLIENT}(\s+{THE_CLIENT})+", THE_CLIENT, text)


def to_know(country: str) -> str:
    """What to know before reporting."""
    _schemes, note = SCHEMES[country]
    return f"{note} {TELL_MAKER}".strip()
