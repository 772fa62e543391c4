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


def in_words(action: str) -> str:
    """An action such as "session.completed" as a practitioner would say it: "Session completed"."""
    if action in SENTENCES:
        return SENTENCES[action]
    subject, _, verb = action.partition(".")
    return f"{SUBJECTS.get(subject, subject.replace('_', ' ').capitalize())} {verb.replace('_', ' ')}".strip()
