"""The tables of screening."""

from treatments.screening.models.decisions import Decision, Letter, Query
from treatments.screening.models.drafts import Draft
from treatments.screening.models.opened import OpenedForm, form_behind, links_to_forms
from treatments.screening.models.screenings import NOT_HEALTH, Screening
from treatments.screening.models.versions import QuestionnaireVersion

__all__ = [
    "NOT_HEALTH",
    "Decision",
    "Draft",
    "Letter",
    "OpenedForm",
    "Query",
    "QuestionnaireVersion",
    "Screening",
    "form_behind",
    "links_to_forms",
]
