"""The client's page: answer a few questions behind a link, once."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.csrf import csrf_exempt

from clients.links.models import ClientLink
from clients.links.services import LinkNotOpen
from clients.links.terms import Purpose
from clients.links.views import behind_link
from treatments.followups.emails import emergency_of
from treatments.followups.forms import ReplyForm
from treatments.followups.guidance import ADVICE, emergency_first, with_numbers
from treatments.followups.models import Followup, Reply
from treatments.followups.questions import QUESTIONS, Answers
from treatments.followups.redflags import assess_reply
from treatments.followups.services import AlreadyAnswered, submit_reply
from treatments.followups.terms import Urgency


# The secret in the address is all the authority there is and no cookie adds to it, so nobody can forge a request who
# could not send it anyway. And answers that need an ambulance must not end at a cookie that a phone did not keep.
@csrf_exempt
@behind_link(Purpose.FOLLOW_UP)
def reply(request: HttpRequest, link: ClientLink, at: datetime) -> HttpResponse:
    """The questions; once answered, when."""
    followup = Followup.objects.filter(pk=link.subject_id, client_id=link.client_id).select_related("clinic").first()
    if followup is None or not QUESTIONS[followup.step]:
        raise LinkNotOpen
    posted = request.POST if request.method == "POST" else None
    form = ReplyForm(posted, questions=QUESTIONS[followup.step])
    if form.is_valid():
        return _receive(request, followup, form.answers(), at)
    if Reply.objects.filter(followup=followup).exists():
        return _received(request, followup)
    context = {"clinic": link.clinic, "emergency": emergency_of(link.clinic), "form": form}
    return render(
        request,
        "followups/reply.html",
        context | {"title": gettext("How are you?")},
        status=422 if form.is_bound else 200,
    )


def _receive(request: HttpRequest, followup: Followup, answers: Answers, at: datetime) -> HttpResponse:
    """Keep the answers and say what to do.

    No redirect: the advice goes to whoever has just answered, and to nobody who opens the link later. Answers that
    come a second time are not kept, but they are advised on: somebody may have got worse, or pressed the button twice.
    """
    try:
        submit_reply(followup=followup, answers=answers, at=at)
    except AlreadyAnswered:
        return _received(request, followup, answers, repeated=True)
    return _received(request, followup, answers)


def _received(
    request: HttpRequest, followup: Followup, answers: Answers | None = None, *, repeated: bool = False
) -> HttpResponse:
    urgency = assess_reply(followup.step, answers)[0] if answers else None
    advice = ADVICE[urgency] if urgency else None
    emergency = emergency_of(followup.clinic)
    context = {
        "clinic": followup.clinic,
        "emergency": emergency,
        "numbers": with_numbers(emergency_first(emergency) if urgency == Urgency.EMERGENCY else emergency),
        "title": gettext(advice.heading) if advice and urgency != Urgency.NONE else gettext("Thank you"),
        "advice": gettext(advice.words) if advice else "",
        "help_now": urgency == Urgency.EMERGENCY,
        "call": urgency in (Urgency.EMERGENCY, Urgency.URGENT),
        "repeated": repeated,
        "received_at": Reply.objects.get(followup=followup).submitted_at,
    }
    return render(request, "followups/received.html", context)
