"""What a session's page shows of its record: materials, aftercare, the signature, and what was amended since."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from portal.practice.middleware import acting
from treatments.sessions.admin.gaps import gaps_of
from treatments.sessions.models import Amendment, Session, SessionDraft
from treatments.sessions.services.record import closing_lines, material_lines
from treatments.sessions.services.signing import signed_record, why_not_as_signed, why_not_yours
from treatments.sessions.terms import Amendable, DraftPage, State

Buttons = list[tuple[str, str, str]]  # verb, word, style
FILL_IN = ("materials", "Materials and aftercare", "")
VERBS: dict[str, Buttons] = {
    State.BOOKED: [("start", "Start", "primary"), ("move", "Move", ""), ("cancel", "Cancel the session", "")],
    State.IN_PROGRESS: [("complete", "Complete", "primary"), FILL_IN, ("cancel", "Cancel the session", "")],
    State.COMPLETED: [
        ("sign", "Sign", "primary"),
        FILL_IN,
        ("correct", "Correct the end", ""),
        ("reopen", "Reopen", ""),
    ],
    State.CANCELLED: [],
}


def sheet_of(request: HttpRequest, session: Session) -> dict[str, Any] | None:
    """None before the session has begun, and once it is cancelled."""
    if session.state not in {State.IN_PROGRESS, State.COMPLETED}:
        return None
    signed, user = signed_record(session), acting(request)
    gaps = [] if signed or session.state == State.IN_PROGRESS else gaps_of(user, session)
    return {
        "materials": material_lines(session),
        "closing": [line for line in closing_lines(session) if line.value],
        "materials_url": "" if signed else reverse("admin:treatments_session_materials", args=[session.pk]),
        "signed": signed,
        "changed": why_not_as_signed(signed) if signed else "",
        "amendments": (amendments := list(session.amendments.select_related("amended_by")) if signed else []),
        "amended": {panel: [one for one in latest_of(amendments) if one.subject in PANELS[panel]] for panel in PANELS},
        "gaps": gaps,
        "blocked": sum(gap.blocks for gap in gaps),
        "waits_for": "" if signed else why_not_yours(session, user),
        "completed": session.state == State.COMPLETED,
        "drafts": list(drafts_of(session)),
    }


def drafts_of(session: Session) -> Iterator[tuple[SessionDraft, str]]:
    """The newest draft of each page, and where to go on with it."""
    for page in DraftPage:
        draft = SessionDraft.objects.of(session, page).written().newest_first().first()
        if draft:
            yield draft, reverse(f"admin:treatments_session_{page}", args=[session.pk])


BESIDE = {
    "Ended": Amendable.ENDED,
    "Device": Amendable.DEVICE,
    "Cartridge lot": Amendable.LOT,
    "Notes": Amendable.NOTES,
}
PANELS = {
    "chart": {Amendable.DEPTH, Amendable.CHART},
    "materials": {Amendable.CREAM, Amendable.CREAM_LOT, Amendable.SERUM, Amendable.SERUM_LOT},
    "closing": {Amendable.SKIN, Amendable.AFTERCARE},
}


def latest_of(amendments: Iterable[Amendment]) -> list[Amendment]:
    """Of each thing that was amended, the last word; `amendments` are the earliest first."""
    return list({(one.subject, one.part): one for one in amendments}.values())


def with_amendments(session: Session, facts: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """What was signed, and under it what it should say; also of what was left empty then."""
    amended = dict(session.amendments.order_by("pk").values_list("subject", "after"))
    after = {label: amended[subject] for label, subject in BESIDE.items() if subject in amended}
    empty = [(label, "Nothing") for label in after if label not in dict(facts)]
    return [
        (label, f"{value}\nAmended: {after[label]}" if label in after else value) for label, value in [*facts, *empty]
    ]


def verbs_of(session: Session) -> Buttons:
    """What can be done with it now."""
    signed = session.state == State.COMPLETED and signed_record(session) is not None
    return [("amend", "Amend", "")] if signed else VERBS[session.state]
