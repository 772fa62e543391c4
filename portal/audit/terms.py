"""What happened, in words for people."""

ACTORS = {"user": "Somebody", "client": "The client", "system": "The portal"}
SUBJECTS = {
    "clinic": "Clinic",
    "membership": "Team member",
    "user": "Sign-in",
    "certificate": "Certificate",
    "client": "Client",
    "clientlink": "Client's link",
    "message": "Message",
    "device": "Device",
    "screening": "Screening",
    "questionnaireversion": "Questionnaire",
    "query": "Question to the client",
    "document": "Consent document",
    "consentrequest": "Request for consent",
    "consent": "Consent",
    "confirmation": "Confirmation before a session",
    "plan": "Plan",
    "planzone": "Zone of a plan",
    "protocol": "Protocol",
    "session": "Session",
    "sessionzone": "Zone of a session",
    "followup": "Follow-up",
    "reply": "Reply",
    "alert": "Red flag",
}


SENTENCES = {
    "user.signed_in": "Signed in",
    "user.password_chosen": "Chose a new password",
    "plan.redated": "Sessions of the plan are due on other days",
    "user.locked_out": "Sign-in closed for a while after wrong passwords",
}

# What of a row, where its own word says too little beside what was done.
PARTS = {
    "lot": "cartridge lot",
    "ended": "end",
    "depth": "needle depth",
    "chart": "passes, endpoint or points",
    "cream": "numbing cream",
    "cream_lot": "lot of the numbing cream",
    "serum_lot": "lot of the serum",
    "skin": "skin at the end",
    "aftercare": "aftercare given",
}


def in_words(action: str, what: str = "") -> str:
    """An action such as "session.completed" as a practitioner would say it: "Session completed"; and of what of it."""
    if action in SENTENCES:
        return SENTENCES[action]
    subject, _, verb = action.partition(".")
    done = f"{SUBJECTS.get(subject, subject.replace('_', ' ').capitalize())} {verb.replace('_', ' ')}".strip()
    return f"{done}: {PARTS.get(what, what.replace('_', ' '))}" if what else done
