"""The client's form against a bare Django form: all questions on the same number of pages, in one process.

    python3 dev.py bench            on SQLite
    DATABASE_URL=postgres://… python3 dev.py bench      on a test database of its own in that PostgreSQL

Prints the shortest, the median and the longest time of all pages together, and ours as a multiple of the bare form's.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings.test"
os.environ["TEST_DATABASE_URL"] = (
    os.environ.get("DATABASE_URL") or f"sqlite:///{tempfile.gettempdir()}/collagenda-bench.sqlite3"
)

import django

django.setup()

from django import forms
from django.conf import settings
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template import engines
from django.test import Client as Browser
from django.test.utils import setup_test_environment, teardown_test_environment
from django.urls import path
from django.utils import timezone
from django_scopes import scope, scopes_disabled

from clients.links.services import issue_link
from clients.links.terms import Purpose
from portal.models import Clinic
from portal.urls import urlpatterns as portal_urls
from tests.factories import ClientFactory, ClinicFactory, MembershipFactory
from treatments.models import Draft, Screening
from treatments.screening.forms.typed import BIRTH, Part, parts, unsure
from treatments.screening.questionnaire import default
from treatments.screening.services import send_screening

ROUNDS = 21
STORED = (1, 100_000)
AS_BROWSERS_SEND = "application/x-www-form-urlencoded"
BARE = (
    "<!doctype html><html><body><form method='post'>{% csrf_token %}{{ form }}"
    "<button>Go on</button></form></body></html>"
)
PARTS = parts(default())


# ---------------------------------------------------------------- the bare form


def bare_fields(part: Part) -> dict[str, forms.Field]:
    """As many fields of the same kinds as one of our pages has, all of Django's own making."""
    fields: dict[str, forms.Field] = {BIRTH: forms.DateField()} if part.asks_birth else {}
    for question in part.questions:
        choices = [(option.value, option.label) for option in question.options]
        choices += [("unsure", "I'm not sure")] if question.offers_unsure else []
        fields[question.key] = (
            forms.MultipleChoiceField(
                label=question.words, choices=choices, widget=forms.CheckboxSelectMultiple, required=False
            )
            if question.kind == "many"
            else forms.ChoiceField(
                label=question.words, help_text=question.help, choices=choices, widget=forms.RadioSelect, required=False
            )
        )
        for asked in question.dates:
            fields[asked.field] = forms.DateField(label=asked.words, required=False)
            fields[unsure(asked.field)] = forms.BooleanField(label="I'm not sure of the date", required=False)
        for text in question.texts:
            fields[text.field] = forms.CharField(label=text.words, required=False, widget=forms.Textarea)
    return fields


BARE_FORMS = [type("Bare", (forms.Form,), bare_fields(part)) for part in PARTS]


def bare(request: HttpRequest, number: int, screening: int = 0) -> HttpResponse:
    """A page with one bare form. What is posted is checked, and kept if it is said where; else thrown away."""
    form = BARE_FORMS[number](request.POST if request.method == "POST" else None)
    if form.is_valid():
        if screening:
            with scopes_disabled(), transaction.atomic():
                draft = Draft.objects.select_for_update().get(screening_id=screening)
                draft.answers |= request.POST.dict()
                draft.save()
        return redirect(request.path)
    return HttpResponse(engines["django"].from_string(BARE).render({"form": form}, request))


urlpatterns = [*portal_urls, path("bare/<int:number>/", bare), path("bare/<int:number>/<int:screening>/", bare)]


# ---------------------------------------------------------------- what is measured


def harmless(part: Part) -> str:
    """A page as a browser sends it: an answer to every question that no rule minds, and every text field, empty."""
    typed: dict[str, str | list[str]] = {BIRTH: "1985-05-17"} if part.asks_birth else {}
    for question in part.questions:
        typed |= dict.fromkeys((asked.field for asked in (*question.dates, *question.texts)), "")
        risky = {value for rule in question.rules for value in rule.values}
        free = [option.value for option in question.options if option.value not in risky]
        typed[question.key] = (
            free[:1] if question.kind == "many" else (free or [option.value for option in question.options])[0]
        )
    return urlencode(typed | {"at_once": "1"}, doseq=True)


class Filling:
    """All pages of one form, filled in by one browser."""

    def __init__(self, addresses: list[str]) -> None:
        self.addresses, self.browser, self.typed = addresses, Browser(), [harmless(part) for part in PARTS]
        for page in range(len(PARTS)):  # fills caches, and begins the draft that later rounds find
            self.post(page)
            self.get(page)

    def get(self, page: int) -> None:
        """Show one page."""
        assert self.browser.get(self.addresses[page]).status_code == 200

    def post(self, page: int) -> None:
        """Send one page."""
        sent = self.browser.post(self.addresses[page], self.typed[page], content_type=AS_BROWSERS_SEND)
        assert sent.status_code == 302


class Times(NamedTuple):
    """Milliseconds for all pages, in each round."""

    gets: list[float]
    posts: list[float]

    @property
    def both(self) -> list[float]:
        """The whole form, shown and sent."""
        return [get + post for get, post in zip(self.gets, self.posts, strict=True)]


def measure(forms: list[Filling]) -> list[Times]:
    """The times of each form. They take turns at every page, so that whatever else the machine does meets all."""
    times = [Times([0.0] * ROUNDS, [0.0] * ROUNDS) for _ in forms]
    for number in range(ROUNDS):
        for page in range(len(PARTS)):
            for form, (gets, _) in zip(forms, times, strict=True):
                gets[number] += milliseconds(form.get, page)
            for form, (_, posts) in zip(forms, times, strict=True):
                posts[number] += milliseconds(form.post, page)
    return times


def milliseconds(run: Callable[[int], None], page: int) -> float:
    """How long it took."""
    begun = time.perf_counter()
    run(page)
    return (time.perf_counter() - begun) * 1000


def fill(clinic: Clinic, total: int) -> None:
    """Store screenings until there are that many."""
    practitioner = MembershipFactory(clinic=clinic, role="owner")
    missing = total - Screening.objects.count()
    if missing <= 0:
        return
    client = ClientFactory(clinic=clinic)
    row = {"clinic": clinic, "client": client, "areas": ["cheeks"], "requested_by": practitioner.user}
    now = timezone.now()
    Screening.objects.bulk_create(
        (Screening(**row, state="withdrawn", requested_at=now - timedelta(minutes=n)) for n in range(missing)),
        batch_size=5000,
    )


def address_of_form(clinic: Clinic) -> str:
    """A form that is out, and its link."""
    by = MembershipFactory(clinic=clinic, role="owner")
    screening = send_screening(
        client=ClientFactory(clinic=clinic),
        areas=["cheeks"],
        device_kind="mechanical",
        topical_anaesthetic=False,
        max_depth_mm=1,  # type: ignore[arg-type]
        by=by.user,
        at=timezone.now(),
    )
    token = issue_link(
        client=screening.client,
        purpose=Purpose.SCREENING,
        subject_id=screening.pk,
        at=timezone.now(),
        lasts=timedelta(days=30),
    )
    return f"/screening/{token}/"


def main() -> None:
    """Measure at each number of stored screenings, and say what came out."""
    fields = sum(len(form.base_fields) for form in BARE_FORMS)
    print(f"{connection.vendor}: {len(PARTS)} pages, {fields} fields, {ROUNDS} rounds")
    print("Milliseconds for all pages: shortest, median, longest; then ours as a multiple, by shortest and by median.")
    with scopes_disabled():
        clinic = ClinicFactory()
    for total in STORED:
        with scope(clinic=clinic):
            address = address_of_form(clinic)
            fill(clinic, total)
        ours = Filling([f"{address}part/{part.section.key}/" for part in PARTS])
        with scope(clinic=clinic):
            kept = Draft.objects.order_by("-pk").values_list("screening_id", flat=True)[0]
        plain = Filling([f"/bare/{number}/" for number in range(len(PARTS))])
        keeping = Filling([f"/bare/{number}/{kept}/" for number in range(len(PARTS))])
        mine, throws_away, keeps = measure([ours, plain, keeping])
        say(f"{total} stored, against one that throws away", mine, throws_away)
        say(f"{total} stored, against one that keeps what was typed in one row", mine, keeps)


def say(what: str, ours: Times, theirs: Times) -> None:
    """One comparison: GET, POST, and both."""
    print(what)
    for name, mine, other in zip(("GET", "POST", "both"), (*ours, ours.both), (*theirs, theirs.both), strict=True):
        by_shortest, by_median = min(mine) / min(other), statistics.median(mine) / statistics.median(other)
        print(f"  {name:<5} ours {spread(mine)}  bare {spread(other)}  {by_shortest:5.2f}x {by_median:5.2f}x")


def spread(times: list[float]) -> str:
    """Shortest, median, longest."""
    return " ".join(f"{one:7.1f}" for one in (min(times), statistics.median(times), max(times)))


if __name__ == "__main__":
    settings.ROOT_URLCONF = __name__
    setup_test_environment()
    name = connection.creation.create_test_db(verbosity=0)
    try:
        main()
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)
        teardown_test_environment()
