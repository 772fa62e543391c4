"""The words of devices and of the zones they are used on."""

from decimal import Decimal

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

# Needle depths in millimetres. Source: docs/clinical.md sections 0 and 2a: 1.5 asks for a reason, 2.5 is the end.
LEAST_MM, DEEP_MM, GREATEST_MM = Decimal("0.20"), Decimal("1.50"), Decimal("2.50")


class DeviceKind(TextChoices):
    """How a device makes its channels; some contraindications are for radio frequency only."""

    MECHANICAL = "mechanical", _("Mechanical")
    RADIO_FREQUENCY = "rf", _("Radio frequency")


class Zone(TextChoices):
    """Where on the body. Usual depths: treatments/plans/guidance.py, from docs/clinical.md section 2a."""

    FULL_FACE = "full_face", _("Full face")
    FOREHEAD = "forehead", _("Forehead")
    PERIORBITAL = "periorbital", _("Around the eyes (outside the orbital rim)")
    NOSE = "nose", _("Nose")
    CHEEKS = "cheeks", _("Cheeks")
    UPPER_LIP = "upper_lip", _("Upper lip and around the mouth")
    CHIN = "chin", _("Chin and jaw")
    NECK = "neck", _("Neck")
    DECOLLETE = "decollete", _("Décolleté")
    HANDS = "hands", _("Hands")
    ABDOMEN = "abdomen", _("Abdomen")
    THIGHS = "thighs", _("Thighs")
    BODY = "body", _("Body, elsewhere")
    SCALP = "scalp", _("Scalp")


SKIN_TYPES = ("I", "II", "III", "IV", "V", "VI")  # Fitzpatrick; docs/clinical.md section 5
PARTS_OF_FACE = frozenset({Zone.FOREHEAD, Zone.PERIORBITAL, Zone.NOSE, Zone.CHEEKS, Zone.UPPER_LIP, Zone.CHIN})


def whole_of(zone: str) -> str:
    """The zone that includes this one: the full face for its parts, else the zone itself."""
    return Zone.FULL_FACE if zone in PARTS_OF_FACE else zone


class ProductKind(TextChoices):
    """What a product is for. A device itself is a Device, by its serial number; here are its parts.

    Clients read none of these words: they are not translated.
    """

    CARTRIDGE = "cartridge", "Needle cartridge"
    ANAESTHETIC = "anaesthetic", "Numbing cream"
    SERUM = "serum", "Serum or gel"
    PART = "part", "Part of a device"
    OTHER = "other", "Other"


USED_ON_SKIN = (ProductKind.CARTRIDGE, ProductKind.ANAESTHETIC, ProductKind.SERUM)  # a session names their lots
KEEPS_FOR_EVER = frozenset({ProductKind.PART, ProductKind.OTHER})  # these may carry no expiry date


class Counting(TextChoices):
    """How the stock of a product's lots goes down. Unless it is said, as is usual for its kind."""

    BY_USE = "use", "One for each use, when a session is written down"
    BY_HAND = "hand", "By hand, when a pack is opened or used up"


# An ampoule or a cartridge is used up in its session; a tube of cream lasts for several, and grams are no packs.
COUNTED_BY_USE = frozenset({ProductKind.CARTRIDGE, ProductKind.SERUM})


class LotState(TextChoices):
    """Where a lot is."""

    OPEN = "open", "Open"
    QUARANTINED = "quarantined", "Quarantined"
    FINISHED = "finished", "Finished"
