"""Why a page's button would only be refused, in words that say what to do; "" when it would not."""

from datetime import date

from treatments.screening import services
from treatments.screening.guidance import in_words
from treatments.screening.models import Screening
from treatments.screening.terms import State

TO_SCREENING, TO_CLIENT = "Open the screening", "Open the client’s page"
WITHDRAWN = "This form was withdrawn. Send the client a new one."


def why_not_decide(screening: Screening) -> str:
    """Only a form that was filled in is decided, and only once."""
    if screening.state in services.OPEN_TO_DECISION:
        return ""
    if screening.state == State.SENT:
        return "The client has not filled in this form yet. You can decide once they have."
    if screening.state == State.WITHDRAWN:
        return WITHDRAWN
    day = in_words(screening.local_day(screening.decided_at)) if screening.decided_at else ""
    decided = f"{screening.decided_by} decided this on {day}"
    if screening.state == State.REFUSED:
        return f"{decided}: not suitable. If things have changed, send a new screening form."
    return f"{decided}: accepted. If the plan has changed, re-assess it; if the client’s health has, send a new form."


def why_not_accept(screening: Screening, on: date) -> str:
    """What the rules forbid today is not accepted, whatever else is written."""
    return why_not_decide(screening) or services.why_forbidden(screening.assess(on=on))


def why_not_ask(screening: Screening) -> str:
    """One question at a time, by email, while there is something to decide."""
    if why := why_not_decide(screening):
        return why
    if services.open_query(screening=screening):
        return str(services.QuestionIsOut())
    return "" if screening.client.email else services.NO_EMAIL_TO_ASK


def why_not_waiting(screening: Screening) -> str:
    """Whether the form does not wait for the client any more."""
    if screening.state == State.SENT:
        return ""
    if screening.state == State.WITHDRAWN:
        return WITHDRAWN
    return "The client has filled in this form already: it is not waiting for them any more."


def why_not_resend(screening: Screening) -> str:
    """A form that waits goes by email, to a client who has one."""
    return why_not_waiting(screening) or ("" if screening.client.email else str(services.NoEmail()))


def why_not_invite(screening: Screening, on: date) -> str:
    """A client comes back once: when the day has come."""
    if Screening.objects.may_come_back(on).filter(pk=screening.pk).exists():
        return ""
    if screening.state == State.SUBMITTED:
        return "This form waits for your decision. Decide about it first."
    if screening.state == State.DEFERRED and screening.defer_until and screening.defer_until > on:
        day = in_words(screening.defer_until)
        return f"{screening.client} waits until {day}. On that day Today offers to invite them again."
    return str(services.NotDeferred())


def why_not_reassess(screening: Screening, on: date) -> str:
    """Only the newest one, accepted and still holding, is judged again."""
    return "" if services.may_reassess(screening, on) else str(services.NotInForce())
