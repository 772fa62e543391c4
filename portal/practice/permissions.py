"""What each role may do: one table. Django's own add, change and view words, and the names of our action pages."""

from portal.practice.terms import Role

VIEW = frozenset({"view"})
EDIT = frozenset({"view", "add", "change"})

# Nobody deletes health records; plan and session zones may be taken off while they are drafts.
RECORDS = {"clients.client": EDIT, "clients.message": VIEW | {"retry", "note"}, "clients.suppression": VIEW}
CARE = {
    "clients.client": EDIT | {"care"},  # what is written about the person's skin and health
    "clients.suppression": VIEW | {"lift"},
    "treatments.screening": VIEW | {"send", "withdraw", "decide"},
    "treatments.consentrequest": VIEW | {"add"},
    "treatments.consent": VIEW | {"withdraw", "refuse"},
    "treatments.confirmation": VIEW | {"send"},
    "treatments.questionnaireversion": VIEW,
    "treatments.careversion": VIEW,
    "treatments.plan": EDIT | {"stop"},
    "treatments.protocol": VIEW,
    "treatments.planzone": EDIT | {"delete"},
    # Whoever treated signs the record, or an owner: sessions/services/signing.py asks which.
    "treatments.session": EDIT
    | {"start", "complete", "move", "cancel", "correct", "reopen", "recall", "sign", "amend"},
    "treatments.sessionzone": VIEW,
    "treatments.photograph": VIEW | {"add", "remove"},
    "treatments.rating": VIEW | {"add"},
    "treatments.device": EDIT,
    "treatments.product": EDIT,
    "treatments.recall": VIEW | {"word", "send", "reach", "close"},
    "treatments.lot": EDIT | {"count", "finish", "quarantine", "release"},
    "treatments.document": VIEW,
    "treatments.followup": VIEW | {"move", "chase"},  # skip, another time, send now or again, a personal line
    "treatments.reply": VIEW,
    "treatments.alert": VIEW | {"acknowledge"},
    "treatments.case": VIEW | {"add", "note", "close"},  # note: what was done, facts put right, photographs, reports
    "portal.certificate": VIEW,
    "portal.membership": VIEW,
    "portal.clinic": VIEW,
}
RUNNING = {
    "portal.clinic": frozenset({"view", "change"}),
    "portal.membership": VIEW | {"invite", "end", "role"},
    "portal.certificate": EDIT,
    "treatments.questionnaireversion": VIEW | {"edit", "publish"},
    "treatments.careversion": VIEW | {"edit", "publish"},
    "treatments.protocol": VIEW | {"edit", "publish"},
    "portal.auditevent": VIEW,
    "treatments.document": EDIT,
    "treatments.screening": CARE["treatments.screening"] | {"oversee"},
}
# The front desk books and sends forms, and sees no answers, no depths and no replies.
DESK = {
    "treatments.screening": frozenset({"send", "withdraw"}),
    "treatments.confirmation": frozenset({"send"}),
    "treatments.session": VIEW | {"add", "move", "cancel"},
    "treatments.plan": frozenset(),
    "portal.clinic": VIEW,
}

MAY: dict[str, dict[str, frozenset[str]]] = {
    Role.OWNER: RECORDS | CARE | RUNNING,
    Role.PRACTITIONER: RECORDS | CARE,
    Role.FRONT_DESK: RECORDS | DESK,
}


def allows(role: str, permission: str) -> bool:
    """Whether a role holds a permission such as clients.view_client or treatments.complete_session."""
    app, _, codename = permission.partition(".")
    verb, _, model = codename.partition("_")
    return verb in MAY.get(role, {}).get(f"{app}.{model}", frozenset())


def sees_app(role: str, app: str) -> bool:
    """Whether a role may open anything of an app."""
    return any(name.startswith(f"{app}.") and verbs for name, verbs in MAY.get(role, {}).items())
