"""What is pointed out before a session's record is signed: photographs that the client agreed to and nobody took."""

from django.urls import reverse

from treatments.photos.models import Photograph
from treatments.photos.services import may_be_seen
from treatments.photos.terms import Moment
from treatments.sessions.models import Session

MISSING = {Moment.BEFORE: "No photograph from before the session.", Moment.AFTER: "No photograph straight after it."}


def hint_of(session: Session) -> tuple[str, str] | None:
    """The words and the page on which photographs are added; None when nothing is missing, or nothing may be taken."""
    if not may_be_seen(session.client):
        return None
    taken = set(Photograph.objects.standing().filter(session=session).values_list("moment", flat=True))
    words = " ".join(sentence for moment, sentence in MISSING.items() if moment not in taken)
    return (words, reverse("admin:treatments_session_photographs", args=[session.pk])) if words else None
