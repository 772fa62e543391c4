"""What to do next for one client: pure, from facts to buttons."""

from dataclasses import dataclass, replace

# The pages behind the buttons.
ALERT = "admin:treatments_alert_change"
COMPLETE = "admin:treatments_session_complete"
REVIEW = "admin:treatments_screening_review"
START = "admin:treatments_session_start"
PLAN = "admin:treatments_plan_add"
BOOK = "admin:treatments_session_book"
CONSENT = "admin:treatments_consentrequest_add"
SEND = "admin:treatments_screening_send"
RESEND = "admin:treatments_screening_resend"
READS = "treatments.view_screening"  # who may know what a screening came to


@dataclass(frozen=True)
class Facts:
    """How a client stands. The numbers are ids of rows; None means there is none."""

    client: int
    name: str = "the client"
    archived: bool = False
    has_email: bool = True
    red_flag: int | None = None  # waiting for somebody to act
    in_progress: int | None = None  # a session that was started
    to_review: int | None = None  # a screening that was filled in
    booked: int | None = None  # the next booked session
    booked_today: bool = False  # its day has come
    awaiting_client: int | None = None  # a screening form that was sent
    asked: bool = False  # a screening form was ever sent
    screened: bool = False  # the newest screening is accepted and holds today for what is planned
    turned_down: bool = False  # the newest screening was deferred to a later day, or refused
    why_not: str = ""  # why it does not hold and what cures it, for those who may read it
    consented: bool = True  # a consent to treatment is in force
    plan: int | None = None  # drafted or active
    sessions_left: int = 0  # of the plan, neither done nor booked


@dataclass(frozen=True)
class Step:
    """One button: its word, the page behind it, and whether it is the most sensible one."""

    word: str
    permission: str
    page: str
    args: tuple[int | None, ...] = ()
    query: str = ""
    primary: bool = False


# Whether a step makes sense now, the step, and whether it is what the client waits for.
Candidate = tuple[object, Step, bool]


def next_steps(facts: Facts, may: frozenset[str]) -> list[Step]:
    """The buttons for one person, the most sensible first; only the first may be primary.

    `may` holds the permissions of whoever looks. Nothing is primary while the clinic only has to wait.
    """
    if READS not in may:
        facts = without_outcome(facts)
    wanted = [(step, urgent) for step, urgent in possible_steps(facts) if step.permission in may]
    if facts.archived:  # nothing new begins, but a warning sign is never closed away
        wanted = [(step, urgent) for step, urgent in wanted if step.page == ALERT]
    ranked = [step for step, urgent in wanted if urgent] + [step for step, urgent in wanted if not urgent]
    has_primary = any(urgent for _, urgent in wanted)
    return [
        Step(step.word, step.permission, step.page, step.args, step.query, primary=has_primary and place == 0)
        for place, step in enumerate(ranked)
    ]


def without_outcome(facts: Facts) -> Facts:
    """The same, whatever a screening came to: no button may tell whether it holds or waits for a decision."""
    asked = facts.asked and not facts.awaiting_client
    return replace(facts, screened=asked, turned_down=False, to_review=None, why_not="")


def possible_steps(facts: Facts) -> list[tuple[Step, bool]]:
    """Every step that makes sense now, in order of weight, and whether it is what the client waits for."""
    client, plan = f"client={facts.client}", f"plan={facts.plan}"
    another = bool(facts.booked)
    table: tuple[Candidate, ...] = (
        (facts.red_flag, Step("Act on red flag", "treatments.acknowledge_alert", ALERT, (facts.red_flag,)), True),
        (
            facts.in_progress,
            Step("Complete session", "treatments.complete_session", COMPLETE, (facts.in_progress,)),
            True,
        ),
        (facts.to_review, Step("Review screening", "treatments.decide_screening", REVIEW, (facts.to_review,)), True),
        (
            facts.booked and not facts.in_progress,
            Step("Start session", "treatments.start_session", START, (facts.booked,)),
            facts.booked_today and facts.screened and facts.consented,
        ),
        (not facts.plan, Step("Make a plan", "treatments.add_plan", PLAN, query=client), facts.screened),
        (
            facts.plan and facts.sessions_left,
            Step("Book another session" if another else "Book a session", "treatments.add_session", BOOK, query=plan),
            facts.screened and not (facts.booked or facts.in_progress),
        ),
        (
            facts.plan and facts.screened and not facts.consented,
            Step("Ask for consent", "treatments.add_consentrequest", CONSENT, query=client),
            not facts.booked_today,
        ),
        *form_steps(facts),
    )
    return [(step, urgent) for makes_sense, step, urgent in table if makes_sense]


def form_steps(facts: Facts) -> tuple[Candidate, ...]:
    """Sending the screening form, the first time, anew or again."""
    sendable = facts.has_email and not (facts.awaiting_client or facts.to_review)
    client, anew = f"client={facts.client}", facts.screened
    return (
        (
            sendable,
            Step(
                "Send a new screening form" if anew else "Send screening form",
                "treatments.send_screening",
                SEND,
                query=client,
            ),
            not (facts.screened or facts.turned_down),
        ),
        (
            facts.has_email and facts.awaiting_client,
            Step("Send the form again", "treatments.send_screening", RESEND, (facts.awaiting_client,)),
            False,
        ),
    )


def waiting_for(facts: Facts) -> str:
    """What the clinic is waiting for, or what stands in the way, in a sentence; "" when there is nothing."""
    if facts.archived:
        return f"{facts.name} is archived. Nothing more is sent."
    if not facts.has_email:
        return f"{facts.name} has no email address. Add one to send the screening form and follow-ups."
    if facts.awaiting_client:
        return f"Waiting for {facts.name} to fill in the screening form."
    return facts.why_not
