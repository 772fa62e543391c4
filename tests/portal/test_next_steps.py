"""The buttons on a client's page, as a table."""

from dataclasses import replace

import pytest

from portal.client_page.steps import Facts, next_steps, waiting_for
from portal.client_page.views import STEP_PERMISSIONS

CARE = frozenset(STEP_PERMISSIONS)
DESK = frozenset({"treatments.add_session", "treatments.send_screening", "treatments.send_confirmation"})
ASKED = Facts(client=7, name="Ada", asked=True, plan=3, sessions_left=2)
NEW = Facts(client=7, name="Ada")
SCREENED = replace(NEW, screened=True)
IN_SERIES = replace(SCREENED, plan=3, sessions_left=2)
BOOKED = replace(IN_SERIES, booked=5)
TODAY = replace(BOOKED, booked_today=True)
NO_CONSENT = {"consented": False, "why_no_consent": "Ask for it."}
NOT_CONFIRMED = {"confirmed": False, "problems": ("Not confirmed.",)}


@pytest.mark.parametrize(
    ("facts", "primary", "others"),
    [
        (NEW, "Send screening form", ["Make a plan"]),
        (replace(NEW, has_email=False), "Give them the screening form", ["Make a plan"]),
        (replace(NEW, awaiting_client=4), None, ["Make a plan", "Hand over the form", "Send the form again"]),
        (replace(NEW, awaiting_client=4, has_email=False), "Hand over the form", ["Make a plan"]),
        (replace(NEW, to_review=4), "Review screening", ["Make a plan"]),
        (SCREENED, "Make a plan", ["Send a new screening form"]),
        (IN_SERIES, "Book a session", ["Send a new screening form"]),
        (replace(IN_SERIES, sessions_left=0), None, ["Send a new screening form"]),
        (BOOKED, None, ["Start session", "Book another session", "Send a new screening form"]),
        (
            replace(BOOKED, booked_today=True),
            "Start session",
            ["Book another session", "Send a new screening form"],
        ),
        (
            replace(TODAY, screened=False, problems=("No screening.",)),
            "Send screening form",
            ["Start session", "Book another session"],
        ),
        (
            replace(IN_SERIES, screened=False, to_reassess=6),
            "Re-assess the screening",
            ["Book a session", "Send a new screening form"],
        ),
        (
            replace(IN_SERIES, in_progress=9),
            "Complete session",
            ["Book a session", "Send a new screening form"],
        ),
        (
            replace(IN_SERIES, red_flag=8),
            "Act on red flag",
            ["Book a session", "Send a new screening form"],
        ),
        (replace(NEW, turned_down=True), None, ["Make a plan", "Send screening form"]),
        (replace(NEW, may_come_back=4), "Invite again", ["Make a plan", "Send screening form"]),
        (
            replace(NEW, may_come_back=4, has_email=False),
            "Hand over a new form",
            ["Make a plan", "Give them the screening form"],
        ),
        (replace(NEW, archived=True), None, []),
        (replace(BOOKED, archived=True, red_flag=8), "Act on red flag", []),
    ],
)
def test_the_most_sensible_step_is_primary(facts, primary, others):
    steps = next_steps(facts, CARE)
    assert [step.word for step in steps if step.primary] == ([primary] if primary else [])
    assert [step.word for step in steps if not step.primary] == others


ON_ITS_DAY = ["Start session", "Book another session", "Send a new screening form"]


@pytest.mark.parametrize(
    ("facts", "primary", "others"),
    [
        (replace(IN_SERIES, **NO_CONSENT), "Ask for consent", ["Book a session", "Send a new screening form"]),
        (
            replace(IN_SERIES, **NO_CONSENT, screened=False),
            "Send screening form",
            ["Ask for consent", "Book a session"],
        ),
        (
            replace(IN_SERIES, **NO_CONSENT, takes_consent=False),
            "Book a session",
            ["Ask for consent", "Send a new screening form"],
        ),
        (
            replace(IN_SERIES, **NO_CONSENT, declined=True),
            "Book a session",
            ["Send a new screening form", "Ask for consent again"],
        ),
        (
            replace(IN_SERIES, **NO_CONSENT, consent_waits=2),
            "Book a session",
            ["Hand over the consent", "Send the consent again", "Send a new screening form"],
        ),
        (
            replace(TODAY, **NO_CONSENT, consent_waits=2, problems=("No consent.",)),
            "Hand over the consent",
            ["Send the consent again", *ON_ITS_DAY],
        ),
        (replace(TODAY, **NOT_CONFIRMED, to_confirm=3), "Hand over the confirmation", ON_ITS_DAY),
        (replace(TODAY, **NOT_CONFIRMED), "Ask for the confirmation", ON_ITS_DAY),
        (replace(BOOKED, **NOT_CONFIRMED, to_confirm=3), None, ON_ITS_DAY),
        (replace(TODAY, problems=("No certificate.",)), None, ON_ITS_DAY),
        (
            replace(TODAY, **NO_CONSENT, confirmed=False, to_confirm=3, problems=("No consent.",)),
            "Ask for consent",
            ["Hand over the confirmation", *ON_ITS_DAY],
        ),
    ],
)
def test_consent_and_confirmation_come_before_the_start(facts, primary, others):
    steps = next_steps(facts, CARE)
    assert [step.word for step in steps if step.primary] == ([primary] if primary else [])
    assert [step.word for step in steps if not step.primary] == others


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        (replace(NEW, red_flag=8, to_review=4, asked=True), ["Send a new screening form"]),
        (NEW, ["Send screening form"]),
        (replace(TODAY, asked=True, **NO_CONSENT), ["Book another session", "Send a new screening form"]),
        (
            replace(TODAY, asked=True, **NOT_CONFIRMED, to_confirm=3),
            ["Book another session", "Send a new screening form"],
        ),
    ],
)
def test_the_front_desk_is_offered_only_what_it_may_do(facts, words):
    assert [step.word for step in next_steps(facts, DESK)] == words


@pytest.mark.parametrize(
    "outcome",
    [
        {"to_review": 4, "why_not": "Not reviewed yet."},
        {"screened": True},
        {"turned_down": True, "why_not": "Refused."},
        {"why_not": "It has run out."},
        {"to_reassess": 4, "why_not": "Re-assess it."},
        {"consented": False, "consent_waits": 4, "why_no_consent": "Ask for it."},
        {"problems": ("No certificate.",)},
        {"booked_today": True, "confirmed": False},
    ],
)
def test_no_button_tells_the_front_desk_what_a_screening_came_to(outcome):
    steps = next_steps(replace(ASKED, **outcome), DESK)
    assert [(step.word, step.primary) for step in steps] == [
        ("Book a session", True),
        ("Send a new screening form", False),
    ]


def test_the_front_desk_is_led_to_send_the_first_form():
    assert [(step.word, step.primary) for step in next_steps(NEW, DESK)] == [("Send screening form", True)]


def test_a_step_leads_to_its_page():
    assert [(step.page, step.args, step.query) for step in next_steps(replace(BOOKED, red_flag=8), CARE)] == [
        ("admin:treatments_alert_change", (8,), ""),
        ("admin:treatments_session_start", (5,), ""),
        ("admin:treatments_session_book", (), "plan=3"),
        ("admin:treatments_screening_send", (), "client=7"),
    ]


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        (SCREENED, ""),
        (replace(NEW, why_not="This client has no screening."), "This client has no screening."),
        (replace(NEW, awaiting_client=4), "Waiting for Ada to fill in the screening form."),
        (replace(NEW, to_review=4), ""),
        (
            replace(NEW, has_email=False),
            "Ada has no email address: hand forms over, or add one for follow-ups.",
        ),
        (replace(IN_SERIES, **NO_CONSENT), "Ask for it."),
        (replace(BOOKED, **NOT_CONFIRMED), ""),
        (replace(TODAY, **NOT_CONFIRMED), "The session cannot start yet. Not confirmed."),
        (replace(TODAY, **NOT_CONFIRMED, in_progress=9), ""),
        (replace(NEW, archived=True), "Ada is archived. Nothing more is sent."),
    ],
)
def test_it_says_what_the_clinic_waits_for(facts, words):
    assert waiting_for(facts) == words
