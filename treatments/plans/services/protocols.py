"""A clinic's protocols: which is in force, and new versions of it: begun, changed, published or discarded."""

import json
from datetime import datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.db.models import Max

from portal.audit.services import record
from treatments.plans.models import Protocol
from treatments.plans.rules import range_problem, ranges_of, technique_problems
from treatments.plans.services.refusals import (
    DraftExists,
    DraftMoved,
    NoDraft,
    NothingChanges,
    NotToBePlanned,
    PublishReasonNeeded,
)
from treatments.plans.terms import Aftercare
from treatments.products.terms import Zone

if TYPE_CHECKING:
    from portal.practice.models import Clinic, User

DEFAULT_FILE = Path(__file__).parent.parent / "default.json"
# What a plan takes over from a version; what the version says; all else is about how it came to be.
HOW = ("sessions_planned", "interval_days", "least_days", "passes_least", "passes_most", "endpoint", "aftercare")
SAYS = (*HOW, "zones", "source")


@cache
def shipped() -> tuple[str, dict[str, dict[str, Any]]]:
    """The default's dated version, and what it says for each indication."""
    said = json.loads(DEFAULT_FILE.read_text(encoding="utf-8"))
    return said["version"], {row.pop("indication"): row for row in said["protocols"]}


def said_by(protocol: Protocol) -> dict[str, Any]:
    """What a version says, by field."""
    return {name: getattr(protocol, name) for name in SAYS}


def technique_of(protocol: Protocol) -> dict[str, Any]:
    """What a plan takes over from it, by field; the zones come from its ranges."""
    return {name: getattr(protocol, name) for name in HOW}


def fingerprint_of(protocol: Protocol) -> str:
    """A mark that changes when what the version says does."""
    return sha256(json.dumps(said_by(protocol), sort_keys=True).encode()).hexdigest()


def protocol_for(indication: str) -> Protocol:
    """The version that a plan which is made now begins from; not saved while it is the default nobody has used yet.

    Raises KeyError for an indication that terms.Indication does not list.
    """
    newest = Protocol.objects.published().to(indication).first()
    name, protocols = shipped()
    if newest is not None and newest.shipped in ("", name):
        return newest
    return Protocol(indication=indication, number=_next_number(indication), shipped=name, **protocols[indication])


@transaction.atomic
def protocol_in_force(*, clinic: "Clinic", indication: str, at: datetime) -> Protocol:
    """The same, written down. A clinic without one of its own gets the default."""
    type(clinic).objects.select_for_update(no_key=True).get(pk=clinic.pk)  # two people never number alike
    found = protocol_for(indication)
    if found.pk is None:
        found.clinic, found.begun_at, found.published_at = clinic, at, at
        found.save(force_insert=True)
        record(clinic=clinic, action="protocol.default_taken", subject=found, at=at, version=found.shipped)
    return found


@transaction.atomic
def begin_protocol(*, clinic: "Clinic", indication: str, by: "User", at: datetime) -> Protocol:
    """A draft that says what is in force. Raises DraftExists."""
    now = protocol_in_force(clinic=clinic, indication=indication, at=at)
    draft = Protocol(clinic=clinic, indication=indication, number=_next_number(indication), begun_at=at, begun_by=by)
    try:
        with transaction.atomic():
            _keep(draft, said_by(now))
    except IntegrityError as clash:
        raise DraftExists from clash
    record(clinic=clinic, action="protocol.begun", subject=draft, at=at, by=by, number=draft.number)
    return draft


@transaction.atomic
def change_protocol(*, protocol: Protocol, seen: str, said: dict[str, Any], by: "User", at: datetime) -> Protocol:
    """The draft saying this; `seen` is the fingerprint of the draft that was on the page.

    Raises NoDraft, DraftMoved, NotToBePlanned.
    """
    draft = _held_draft(protocol, seen)
    _keep(draft, said)
    record(clinic=draft.clinic, action="protocol.changed", subject=draft, at=at, by=by, number=draft.number)
    return draft


@transaction.atomic
def publish_protocol(*, protocol: Protocol, seen: str, reason: str, by: "User", at: datetime) -> Protocol:
    """Plans made from now on begin from it; those that stand keep theirs.

    Raises NoDraft, DraftMoved, PublishReasonNeeded, NothingChanges.
    """
    if not reason.strip():
        raise PublishReasonNeeded
    draft = _held_draft(protocol, seen)
    before = protocol_in_force(clinic=draft.clinic, indication=draft.indication, at=at)
    if said_by(draft) == said_by(before):
        raise NothingChanges
    # A newer default may have been taken since the draft was begun: the newest number is what is in force.
    draft.number = max(draft.number, before.number + 1)
    draft.reason, draft.published_at, draft.published_by = reason.strip(), at, by
    draft.save(update_fields=["number", "reason", "published_at", "published_by"])
    record(clinic=draft.clinic, action="protocol.published", subject=draft, at=at, by=by, number=draft.number)
    return draft


@transaction.atomic
def discard_protocol(*, protocol: Protocol, by: "User", at: datetime) -> None:
    """The draft goes; what is in force stays. Raises NoDraft."""
    draft = _held_draft(protocol)
    record(clinic=draft.clinic, action="protocol.discarded", subject=draft, at=at, by=by, number=draft.number)
    draft.delete()


def _held_draft(protocol: Protocol, seen: str = "") -> Protocol:
    draft = Protocol.objects.drafts().select_for_update(of=("self",)).filter(pk=protocol.pk).first()
    if draft is None:
        raise NoDraft
    if seen and fingerprint_of(draft) != seen:
        raise DraftMoved
    return draft


def _keep(draft: Protocol, said: dict[str, Any]) -> None:
    for name, value in said.items():
        setattr(draft, name, value)
    for problem in technique_problems(draft):
        raise NotToBePlanned(problem.words, problem.field)
    if not draft.zones:
        raise NotToBePlanned("Write the depths of at least one zone.")
    for zone, pair in ranges_of(draft.zones).items():
        if words := range_problem(pair):
            raise NotToBePlanned(f"{Zone(zone).label}: {words}")
    draft.aftercare = [one for one in Aftercare.values if one in draft.aftercare]
    draft.save()


def _next_number(indication: str) -> int:
    return (Protocol.objects.to(indication).aggregate(Max("number"))["number__max"] or 0) + 1
