"""What a reply says came of the treatment, as numbers beside it."""

from typing import TYPE_CHECKING, Any

from django.db.models import F
from django.db.models.functions import Greatest

from treatments.followups.models import Change, Reply
from treatments.followups.questions import Answers, changes_in
from treatments.followups.terms import BETWEEN, HUNDRED, POINTS

if TYPE_CHECKING:
    from treatments.sessions.models import Session

FIRST = 1


def note_changes(reply: Reply) -> None:
    """A row for each goal of a reply that counts, and one for all of them; the client's last word on each is now this.

    In the transaction of the reply, which holds the client's row.
    """
    hundredths = measured(reply.answers) if reply.number == FIRST else {}
    followup, satisfaction = reply.followup, reply.answers.get("satisfaction")
    facts = facts_of(followup.session) if hundredths else {}
    again = reply.answers.get("would_repeat")
    said, next_word = Change.objects.filter(client=followup.client_id, goal__in=hundredths), _not_before(reply)
    said.filter(superseded_at=None).update(superseded_at=next_word)
    said.filter(step=followup.step, step_superseded_at=None).update(step_superseded_at=next_word)
    Change.objects.bulk_create(
        Change(
            clinic_id=reply.clinic_id,
            client_id=followup.client_id,
            session_id=followup.session_id,
            reply=reply,
            step=followup.step,
            asked_at=followup.message.sent_at,
            **facts,
            goal=goal,
            hundredths=points,
            satisfaction=int(satisfaction) if satisfaction else None,
            would_repeat=again == "yes" if again else None,
            submitted_at=reply.submitted_at,
        )
        for goal, points in hundredths.items()
    )


def _not_before(reply: Reply) -> Greatest:
    """When the next word came: a clock that was set back makes no word end before it began."""
    return Greatest(F("submitted_at"), reply.submitted_at)


def renew_changes(session: "Session") -> None:
    """A session that was completed again or amended: what was said of it counts by what its record says now."""
    said = Change.objects.filter(session=session)
    if said.exists():
        said.update(**facts_of(session))


def facts_of(session: "Session") -> dict[str, Any]:
    """What its outcomes are looked at by: as it was amended, else as it is written down."""
    amended = getattr(session, "as_amended", None)
    if amended:
        return {
            "session_number": session.number,
            "device_id": amended.device_id,
            "deepest_mm": amended.deepest_mm,
            "zones": amended.zones,
        }
    depths = dict(session.zones.values_list("zone", "depth_mm"))
    return {
        "session_number": session.number,
        "device_id": session.device_id,
        "deepest_mm": max(depths.values(), default=None),
        "zones": BETWEEN.join(sorted(depths)),
    }


def measured(answers: Answers) -> dict[str, int]:
    """The change in hundredths of a step by goal; "" is the mean of all. Nothing when the change was not asked."""
    found = {goal: POINTS[change] * HUNDRED for goal, change in changes_in(answers).items()}
    return found | {"": round(sum(found.values()) / len(found))} if found else {}
