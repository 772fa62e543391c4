"""What is usual of each kind of reaction: whether to expect it, when it begins, how grave it is, what to do. Pure.

Source of every row: docs/clinical.md section 4, with the numbers of its own sources; no clinician has signed it.
"""

from typing import NamedTuple

EXPECTED, KNOWN, UNEXPECTED = "expected", "known", "unexpected"
SOURCE = "docs/clinical.md section 4"


class Guide(NamedTuple):
    """One kind: expected, known or unexpected ("" = that is no question); its onset, usual grades and what to do."""

    expected: str
    onset: str
    grades: tuple[int, ...]
    action: str
    source: str = SOURCE
    isolates: bool = False  # the device and the lot are put aside


_AFTERCARE = Guide(EXPECTED, "0 to 3 days", (1, 2), "Aftercare. After more than 7 days it is unexpected.", "[11]")
_DERMATOLOGY = "Refer to dermatology."
_EMERGENCY = Guide(UNEXPECTED, "minutes to hours", (4,), "Call the emergency number at once.")
_RF = Guide(UNEXPECTED, "radio frequency only", (3, 4), "Refer to a doctor; report it.", "FDA, 15 Oct 2025 [88][89]")
_INFECTED = Guide(
    UNEXPECTED, "1 to 7 days", (3, 4), "A doctor today; on the face, fast or feverish: urgent care.", "[81][82][83]"
)
_SCAR = Guide(UNEXPECTED, "4 to 12 weeks", (3,), "Stop the course; refer to a doctor.")
_MARKS = Guide(UNEXPECTED, "1 to 6 weeks", (2,), "Strict sun protection; dermatology.")
_ISOLATE = "Put the device and the cartridge’s lot aside, with the packaging."

GUIDES: dict[str, Guide] = {
    "unclear": Guide("", "any time", (1, 2, 3, 4), "Look at the skin, then correct the kind.", "house rule"),
    "erythema": _AFTERCARE,
    "oedema": _AFTERCARE,
    "tightness": _AFTERCARE,
    "pain": _AFTERCARE,
    "itch": _AFTERCARE,
    "dryness_peeling": _AFTERCARE,
    "pinpoint_bleeding": Guide(EXPECTED, "at once", (1,), "Pressure."),
    "bruising": Guide(EXPECTED, "0 to 2 days", (1,), "It fades within 7 to 10 days.", "[76]"),
    "acne_milia_flare": Guide(KNOWN, "2 to 14 days", (1, 2), "Advice."),
    "herpes_reactivation": Guide(UNEXPECTED, "2 to 10 days", (2, 3), "The prescriber, the same day."),
    "bacterial_infection": _INFECTED,
    "cellulitis": _INFECTED,
    "ntm_infection": Guide(UNEXPECTED, "3 weeks on average", (3,), f"{_DERMATOLOGY} A culture.", "[38]"),
    "contact_dermatitis": Guide(UNEXPECTED, "1 to 4 days", (2,), "Stop the products."),
    "granuloma": Guide(UNEXPECTED, "3 to 14 days", (3,), f"{_DERMATOLOGY} It may need a biopsy.", "[34][35][36]"),
    "pih": _MARKS,
    "hypopigmentation": _MARKS,
    "tram_track_scar": _SCAR,
    "hypertrophic_keloid": _SCAR,
    "koebner_flare": Guide(UNEXPECTED, "10 to 20 days", (3,), _DERMATOLOGY, "[20]"),
    "lymphadenopathy": Guide(KNOWN, "days", (1, 2), "Watch it.", "[11]"),
    "anaesthetic_toxicity": _EMERGENCY,
    "anaphylaxis": _EMERGENCY,
    "syncope": _EMERGENCY._replace(grades=(2,), action="Lay them flat, legs up; see that they come round."),
    "rf_burn": _RF,
    "fat_loss": _RF,
    "nerve_injury": _RF,
    "needle_stick_staff": Guide(
        "", "at once", (2, 3), f"Wash it, and get medical advice now. {_ISOLATE}", isolates=True
    ),
    "device_fault": Guide("", "any time", (1, 2, 3, 4), _ISOLATE, isolates=True),
}

# What a warning sign in a client's answers looks like, as far as it says so itself; a person corrects it.
KIND_OF_FLAG = {
    "swelling": "oedema",
    "redness": "erythema",
    "still_red": "erythema",
    "pain": "pain",
    "cold_sore": "herpes_reactivation",
    "dark_marks": "pih",
}
GRADE_OF_URGENCY = {"review": 2, "urgent": 3, "emergency": 4}


def kind_of_flags(flags: list[str]) -> str:
    """The kind that all these warning signs speak of, else that it is not clear yet."""
    kinds = {KIND_OF_FLAG.get(flag, "unclear") for flag in flags}
    return kinds.pop() if len(kinds) == 1 else "unclear"
