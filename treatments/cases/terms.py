"""The words of reaction cases. Clients read none of them: they are not translated."""

from django.db.models import IntegerChoices, TextChoices


class ReactionKind(TextChoices):
    """What happened; what is usual of each is in guidance.py, from docs/clinical.md section 4."""

    UNCLEAR = "unclear", "Not clear yet"
    ERYTHEMA = "erythema", "Redness"
    OEDEMA = "oedema", "Swelling"
    TIGHTNESS = "tightness", "Tightness"
    PAIN = "pain", "Pain"
    ITCH = "itch", "Itch"
    DRYNESS = "dryness_peeling", "Dryness or peeling"
    PINPOINT_BLEEDING = "pinpoint_bleeding", "Pinpoint bleeding"
    BRUISING = "bruising", "Bruising"
    ACNE_MILIA = "acne_milia_flare", "Spots or milia"
    HERPES = "herpes_reactivation", "Cold sore (herpes)"
    INFECTION = "bacterial_infection", "Bacterial infection"
    CELLULITIS = "cellulitis", "Cellulitis"
    NTM = "ntm_infection", "Infection with slow bacteria (NTM)"
    DERMATITIS = "contact_dermatitis", "Contact dermatitis"
    GRANULOMA = "granuloma", "Granuloma"
    DARK_MARKS = "pih", "Dark marks (PIH)"
    LIGHT_MARKS = "hypopigmentation", "Light marks"
    TRAM_TRACKS = "tram_track_scar", "Grid of scars"
    RAISED_SCAR = "hypertrophic_keloid", "Raised scar or keloid"
    KOEBNER = "koebner_flare", "Skin disease in new places (Koebner)"
    LYMPH_NODES = "lymphadenopathy", "Swollen lymph nodes"
    NUMBING = "anaesthetic_toxicity", "Poisoning by the numbing cream"
    ANAPHYLAXIS = "anaphylaxis", "Anaphylaxis"
    SYNCOPE = "syncope", "Fainting"
    RF_BURN = "rf_burn", "Burn by radio frequency"
    FAT_LOSS = "fat_loss", "Loss of fat"
    NERVE_INJURY = "nerve_injury", "Injured nerve"
    NEEDLE_STICK = "needle_stick_staff", "Needle-stick of one of the team"
    DEVICE_FAULT = "device_fault", "Fault of the device or cartridge"


class Grade(IntegerChoices):
    """How grave, in our own words. Source: docs/clinical.md section 4; no clinician has signed it."""

    NO_ACTION = 1, "1: needs nothing done"
    ADVICE = 2, "2: needs advice or treatment"
    DOCTOR = 3, "3: needs a doctor"
    EMERGENCY = 4, "4: an emergency"


class EntryKind(TextChoices):
    """What was done about a case."""

    OPENED = "opened", "Case opened"
    CALLED = "called", "Called the client, and spoke with them"
    NOT_REACHED = "not_reached", "Called the client, not reached"
    ADVICE = "advice", "Gave advice"
    PRESCRIBER = "prescriber", "Asked the prescriber"
    SEEN = "seen", "Saw the client"
    REFERRED = "referred", "Referred the client to a doctor"
    PHOTOGRAPH = "photograph", "Photograph added"
    CHANGED = "changed", "Facts changed"
    REPORTED = "reported", "Reported"
    CLOSED = "closed", "Case closed"


# With these somebody has spoken to the client.
CONTACTS = frozenset({EntryKind.CALLED, EntryKind.ADVICE, EntryKind.SEEN, EntryKind.REFERRED})
# What a person writes down; the other kinds are written by the page that does it.
WRITTEN = (
    EntryKind.CALLED,
    EntryKind.NOT_REACHED,
    EntryKind.ADVICE,
    EntryKind.PRESCRIBER,
    EntryKind.SEEN,
    EntryKind.REFERRED,
)


class Ending(TextChoices):
    """How a case ended."""

    RECOVERED = "recovered", "Healed"
    LASTING = "lasting", "It has left something that lasts"
    HANDED_OVER = "handed_over", "A doctor goes on with it"
    UNREACHABLE = "unreachable", "The client cannot be reached"
    MISTAKEN = "mistaken", "It was no reaction"


# A case may end so although nobody has spoken to the client.
WITHOUT_CONTACT = frozenset({Ending.UNREACHABLE, Ending.MISTAKEN})
