"""What to do next for one client: pure, from facts to buttons."""

from dataclasses import dataclass, replace

# The pages behind the buttons.
ALERT = "admin:treatments_alert_change"
COMPLETE = "admin:treatments_session_complete"
REVIEW = "admin:treatments_screening_review"
REASSESS = "admin:treatments_screening_reassess"
START = "admin:treatments_session_start"
PLAN = "admin:treatments_plan_add"
BOOK = "admin:treatments_session_book"
CONSENT = "admin:treatments_consentrequest_add"
CONSENT_OVER = "admin:treatments_consentrequest_hand_over"
CONSENT_AGAIN = "admin:treatments_consentrequest_resend"
CONFIRM_OVER = "admin:treatments_confirmation_hand_over"
CONFIRM_ASK = "admin:treatments_session_ask"
SEND = "admin:treatments_screening_send"
INVITE = "admin:treatments_screening_invite"
RESEND = "admin:treatments_screening_resend"
FORM_OVER = "admin:treatments_screening_hand_over"
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
    to_reassess: int | None = None  # an accepted screening that the plan goes beyond
    booked: int | None = None  # the next booked session
    booked_today: bool = False  # its day has come
    awaiting_client: int | None = None  # a screening form that was sent
    asked: bool = False  # a screening form was ever sent
    screened: bool = False  # the newest screening is accepted and holds today for what is planned
    may_come_back: int | None = None  # the newest screening: the day until which it was deferred has come
    turned_down: bool = False  # the newest screening was deferred to a later day, or refused
    why_not: str = ""  # why it does not hold and what cures it, for those who may read it
    consented: bool = True  # a consent is in force for the plan
    consent_waits: int | None = None  # a request for it that waits for the client
    declined: bool = False  # the client refused it, or took it back
    takes_consent: bool = True  # whoever looks treats, so they may ask for it
    why_no_consent: str = ""
    to_confirm: int | None = None  # the booked session's confirmation, waiting for the client
    confirmed: bool = True  # before the booked session
    problems: tuple[str, ...] = ()  # why the booked session may not start, for those who may read it
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
    told = replace(facts, screened=asked, turned_down=False, to_review=None, to_reassess=None, why_not="")
    told = replace(told, may_come_back=None)
    confirmed = facts.confirmed or not facts.to_confirm
    return replace(told, confirmed=confirmed, consented=True, consent_waits=None, why_no_consent="", problems=())


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
            facts.to_reassess,
            Step("Re-assess the screening", "treatments.decide_screening", REASSESS, (facts.to_reassess,)),
            True,
        ),
        *consent_steps(facts),
        *session_steps(facts),
        (not facts.plan, Step("Make a plan", "treatments.add_plan", PLAN, query=client), facts.screened),
        (
            facts.plan and facts.sessions_left,
            Step("Book another session" if another else "Book a session", "treatments.add_session", BOOK, query=plan),
            facts.screened and not (facts.booked or facts.in_progress),
        ),
        *form_steps(facts),
        *asking_again(facts),
    )
    return [(step, urgent) for makes_sense, step, urgent in table if makes_sense]


def consent_steps(facts: Facts) -> tuple[Candidate, ...]:
    """Asking for the consent to treatment, or handing over what was asked."""
    missing = facts.plan and not facts.consented and not facts.in_progress
    waits, here = facts.consent_waits, facts.booked_today or not facts.has_email
    return (
        (
            missing and not waits and not facts.declined,
            Step("Ask for consent", "treatments.add_consentrequest", CONSENT, query=f"client={facts.client}"),
            facts.screened and facts.takes_consent,
        ),
        (
            missing and waits,
            Step("Hand over the consent", "treatments.add_consentrequest", CONSENT_OVER, (waits,)),
            facts.screened and here,
        ),
        (
            missing and waits and facts.has_email,
            Step("Send the consent again", "treatments.add_consentrequest", CONSENT_AGAIN, (waits,)),
            False,
        ),
    )


def asking_again(facts: Facts) -> tuple[Candidate, ...]:
    """After a no the client is not pressed: it comes last, and only whoever treats may."""
    wanted = facts.plan and not facts.consented and facts.declined and not facts.consent_waits and facts.takes_consent
    again = Step("Ask for consent again", "treatments.add_consentrequest", CONSENT, query=f"client={facts.client}")
    return ((wanted and not facts.in_progress, again, False),)


def session_steps(facts: Facts) -> tuple[Candidate, ...]:
    """The booked session: on its day what the client has to confirm, and its start."""
    booked = facts.booked if not facts.in_progress else None
    missing = booked and facts.booked_today and not facts.confirmed and not facts.awaiting_client
    ready = facts.screened and facts.consented
    return (
        (
            missing and facts.to_confirm,
            Step("Hand over the confirmation", READS, CONFIRM_OVER, (facts.to_confirm,)),
            ready,
        ),
        (
            missing and not facts.to_confirm,
            Step("Ask for the confirmation", "treatments.send_confirmation", CONFIRM_ASK, (booked,)),
            ready,
        ),
        (
            booked,
            Step("Start session", "treatments.start_session", START, (booked,)),
            facts.booked_today and not facts.problems,
        ),
    )


def form_steps(facts: Facts) -> tuple[Candidate, ...]:
    """Giving the client the screening form: the first time, anew or again."""
    wanted = not (facts.awaiting_client or facts.to_review)
    anew, out = facts.screened or facts.to_reassess, facts.awaiting_client
    a_form = "a new screening form" if anew else "screening form" if facts.has_email else "the screening form"
    again = "Invite again" if facts.has_email else "Hand over a new form"
    return (
        (facts.may_come_back, Step(again, "treatments.decide_screening", INVITE, (facts.may_come_back,)), True),
        (
            wanted,
            Step(
                f"{'Send' if facts.has_email else 'Give them'} {a_form}",
                "treatments.send_screening",
                SEND,
                query=f"client={facts.client}",
            ),
            not (anew or facts.turned_down or facts.may_come_back),
        ),
        (out, Step("Hand over the form", "treatments.send_screening", FORM_OVER, (out,)), not facts.has_email),
        (out and facts.has_email, Step("Send the form again", "treatments.send_screening", RESEND, (out,)), False),
    )


def waiting_for(facts: Facts) -> str:
    """What the clinic is waiting for, or what stands in the way, in sentences; "" when there is nothing."""
    if facts.archived:
        return f"{facts.name} is archived. Nothing more is sent."
    unreachable = f"{facts.name} has no email address: hand forms over, or add one for follow-ups."
    return " ".join(said for said in ("" if facts.has_email else unreachable, in_the_way(facts)) if said)


def in_the_way(facts: Facts) -> str:
    """What keeps the client from the next step."""
    if facts.booked_today and facts.problems and not facts.in_progress:
        return f"The session cannot start yet. {' '.join(facts.problems)}"
    if facts.awaiting_client:
        return f"Waiting for {facts.name} to fill in the screening form."
    return facts.why_not or facts.why_no_consent
