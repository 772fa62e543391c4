"""Where the mail provider reports what became of an email."""

from datetime import datetime, timedelta

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from clients.messages.provider import Forged, Unreadable, read_reports
from clients.messages.reports import take_report
from portal.security.lockout import client_address
from portal.security.tries import count_try

LARGEST_REPORT = 100_000  # bytes
MOST_PER_MINUTE = 3000  # from one address
NO_REPORTS = "none"


# The provider signs what it sends, or gives a password: it has no cookie, and our form's secret would add nothing.
@csrf_exempt
def mail_reports(request: HttpRequest) -> HttpResponse:
    """Take one call of the provider. What is refused, the provider sends again later."""
    if settings.MAIL_REPORTS == NO_REPORTS:
        raise Http404
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_REPORT:
        return HttpResponse(status=413)
    at = timezone.now()
    if _calls_this_minute(request, at) > MOST_PER_MINUTE:
        return HttpResponse(status=429)
    try:
        reports = read_reports(request, at=at)
    except Forged:
        return HttpResponse(status=403)
    except Unreadable:
        return HttpResponse(status=400)
    for report in reports:
        take_report(report, at=at)
    return HttpResponse(status=200)


def _calls_this_minute(request: HttpRequest, at: datetime) -> int:
    return count_try(f"mail_reports:{client_address(request)}", within=timedelta(minutes=1), at=at)
