"""Keep what a client has answered so far: a closed phone loses nothing."""

from datetime import datetime

from django.db import transaction

from treatments.followups.models import Followup, ReplyDraft
from treatments.followups.questions import Answers


@transaction.atomic
def keep_draft(*, followup: Followup, typed: Answers, at: datetime, seen: int | None = None) -> ReplyDraft:
    """Add what was typed to the draft; what it does not name stays.

    `seen` is the draft that its writer may see, by id: any other gives way to a new one, so that nobody's answers get
    among somebody else's.
    """
    Followup.objects.select_for_update(of=("self",), no_key=True).get(pk=followup.pk)
    draft = ReplyDraft.objects.filter(followup=followup).first()
    if draft is not None and draft.pk != seen:
        draft.delete()
        draft = None
    draft = draft or ReplyDraft(clinic_id=followup.clinic_id, followup=followup)
    draft.answers = {name: value for name, value in (draft.answers | typed).items() if value}
    draft.saved_at = at
    draft.save()
    return draft
