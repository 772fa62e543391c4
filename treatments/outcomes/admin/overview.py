"""What came of the clinic's treatments: by goal, depth, zone, skin type, number of sessions and device."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from portal.adminsite.options import ClinicModelAdmin
from portal.adminsite.spreadsheet import csv_file
from treatments.outcomes.admin.words import HEADER, answered, csv_row, table_of
from treatments.outcomes.forms import TimeForm
from treatments.outcomes.services import Time, by_goal, by_parts, responses


class OverviewPages(ClinicModelAdmin):
    """One page and the same as a file."""

    def outcomes_page(self, request: HttpRequest) -> HttpResponse:
        """Response rates, then a table with a drawing for each thing that outcomes are looked at by."""
        form, time, goal = self._asked(request)
        goals = by_goal(time)
        parts = by_parts(time, goal) if goals else {}
        return self.page(
            request,
            "admin/treatments/rating/outcomes.html",
            title="Outcomes",
            form=form,
            about=_about(form, goal),
            one_step=bool(time.step),
            responses=[(response.title, answered(response)) for response in responses(time)],
            tables=[
                table_of("goal", "By goal", goals, rated=not time.step),
                *(
                    table_of(by, f"By {by.label.lower()}", parts[by], rated=bool(goal) and not time.step)
                    for by in parts
                ),
            ],
            anybody=bool(goals),
            file_url=f"{reverse('admin:treatments_outcomes_file')}?{request.GET.urlencode()}",
        )

    def outcomes_file(self, request: HttpRequest) -> HttpResponse:
        """The tables for a spreadsheet: counts and estimates, nobody's name."""
        _form, time, goal = self._asked(request)
        tables = {"Goal": by_goal(time)} | {by.label: lines for by, lines in by_parts(time, goal).items()}
        rows = (csv_row(name, line) for name, lines in tables.items() for line in lines)
        name = f"outcomes-{time.step.replace('_', '-')}" if time.step else "outcomes"
        return csv_file(name, HEADER, rows)

    def _asked(self, request: HttpRequest) -> tuple[TimeForm, Time, str]:
        """What the address asks for; what it asks wrongly is shown at its field. Raises PermissionDenied."""
        if not request.user.has_perm("treatments.view_rating"):
            raise PermissionDenied
        form = TimeForm(request.GET)
        sound = form.is_valid()
        said: dict[str, Any] = form.cleaned_data
        return form, form.time if sound else Time(), said.get("goal", "")


def _about(form: TimeForm, goal: str) -> str:
    """Which goal the parts are about."""
    return str(dict(form.fields["goal"].choices)[goal])  # type: ignore[attr-defined]  # a choice field has them
