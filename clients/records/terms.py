"""The words of a client record."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class SkinType(TextChoices):
    """Fitzpatrick type: how skin answers the sun. Source: docs/clinical.md section 5."""

    I = "I", _("I: always burns, never tans")  # noqa: E741
    II = "II", _("II: always burns, tans with difficulty")
    III = "III", _("III: sometimes burns mildly, tans on average")
    IV = "IV", _("IV: rarely burns, tans easily")
    V = "V", _("V: very rarely burns, tans very easily")
    VI = "VI", _("VI: never burns, deeply pigmented")


class Goal(TextChoices):
    """What a client hopes for."""

    ACNE_SCARS = "acne_scars", _("Acne scars")
    FINE_LINES = "fine_lines", _("Fine lines")
    WRINKLES = "wrinkles", _("Wrinkles")
    ELASTICITY = "elasticity", _("Elasticity")
    FIRMNESS = "firmness", _("Firmness")
    TEXTURE = "texture", _("Texture")
    PORES = "pores", _("Pores")
    PIGMENTATION = "pigmentation", _("Uneven colour")
    STRETCH_MARKS = "stretch_marks", _("Stretch marks")


class ArchivedBecause(TextChoices):
    """Why a record was put aside; none was asked of records archived before the portal asked."""

    LEFT = "left", _("Comes no more")
    DECEASED = "deceased", _("Has died")
    MISTAKE = "mistake", _("Was added by mistake")
