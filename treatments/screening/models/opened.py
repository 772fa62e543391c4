"""The form that a link opens, with what is written in it so far and what the clinic asks today."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db.models import F, OuterRef, Subquery

from clients.links.models import ClientLink, ClientLinkQuerySet
from treatments.screening.models.drafts import Draft
from treatments.screening.models.screenings import Screening
from treatments.screening.models.versions import QuestionnaireVersion, published_under
from treatments.screening.questionnaire import Questionnaire
from treatments.screening.terms import State

ITS_OWN = ("id", "clinic_id", "client_id", "state", "follows_id")
DRAFT = tuple(field.attname for field in Draft._meta.concrete_fields)


@dataclass(frozen=True)
class OpenedForm:
    """What a page of the form begins with. Of the screening's fields only ITS_OWN were read."""

    screening: Screening
    draft: Draft | None
    questionnaire: Questionnaire


@cache
def links_to_forms() -> ClientLinkQuerySet:
    """Links to forms that are not withdrawn, of clients who are not archived; each with what form_behind() takes.

    One statement, and put together once: every page of a form begins with it, and for each table that is read by
    itself Django takes longer to write the statement than the database takes to answer it. Clinic and client, with
    their many fields, are read only by a page that shows them.
    """
    asked = QuestionnaireVersion.objects.published().filter(clinic=OuterRef("clinic")).values("fingerprint")[:1]
    forms = ClientLink.objects.filter(
        client__archived_at=None,
        client__screenings=F("subject_id"),
        client__screenings__state__in=sorted(set(State) - {State.WITHDRAWN}),
    )
    read = {f"form_{name}": F(f"client__screenings__{name}") for name in ITS_OWN}
    read |= {f"draft_{name}": F(f"client__screenings__draft__{name}") for name in DRAFT}
    return forms.with_voice().annotate(**read, asked=Subquery(asked))


def form_behind(link: ClientLink) -> OpenedForm:
    """What was read with one of links_to_forms(), in its clinic."""
    read: Any = vars(link)
    using = link._state.db
    draft = Draft.from_db(using, DRAFT, [read[f"draft_{name}"] for name in DRAFT]) if read["draft_id"] else None
    screening = Screening.from_db(using, ITS_OWN, [read[f"form_{name}"] for name in ITS_OWN])
    return OpenedForm(screening, draft, published_under(read["asked"]))
