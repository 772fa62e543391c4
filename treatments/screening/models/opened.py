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

DRAFT = ("id", "clinic_id", "screening_id", "answers", "begun_at", "saved_at")
KNOWN = ("id", "clinic_id", "client_id", "state", "follows_id")


@dataclass(frozen=True)
class OpenedForm:
    """What a page of the form begins with. Of the screening's fields only what is KNOWN was read."""

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
    form = "client__screenings__"
    asked = QuestionnaireVersion.objects.published().filter(clinic=OuterRef("clinic")).values("fingerprint")[:1]
    forms = ClientLink.objects.filter(
        client__archived_at=None,
        client__screenings=F("subject_id"),
        client__screenings__clinic=F("clinic"),
        client__screenings__state__in=sorted(set(State) - {State.WITHDRAWN}),
    )
    return forms.with_voice().annotate(
        state=F(f"{form}state"),
        follows=F(f"{form}follows_id"),
        draft=F(f"{form}draft__id"),
        answers=F(f"{form}draft__answers"),
        begun_at=F(f"{form}draft__begun_at"),
        saved_at=F(f"{form}draft__saved_at"),
        asked=Subquery(asked),
    )


def form_behind(link: ClientLink) -> OpenedForm:
    """What was read with one of links_to_forms(), in its clinic."""
    read: Any = link
    own = [link.subject_id, link.clinic_id, link.client_id, read.state, read.follows]
    screening = Screening.from_db(link._state.db, KNOWN, own)
    draft = None
    if read.draft is not None:
        written = [read.draft, link.clinic_id, link.subject_id, read.answers, read.begun_at, read.saved_at]
        draft = Draft.from_db(link._state.db, DRAFT, written)
    return OpenedForm(screening, draft, published_under(read.asked))
