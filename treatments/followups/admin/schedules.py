"""The care schedule's pages that know of running courses: publish, move, and the dates of one client."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone

from clients.records.admin import finder_of
from clients.records.models import Client
from portal.practice.middleware import acting
from treatments.care.admin import CareVersionPages
from treatments.care.admin.showing import in_force
from treatments.care.models import CareVersion
from treatments.care.schedule import CareSchedule
from treatments.care.services import NothingChanges, publish_version, schedule_of, shipped_schedule, telling
from treatments.followups.admin.schedule_forms import MoveForm, PublishForm, chosen_of
from treatments.followups.services.dates import StepDate, dates_for, last_session_words
from treatments.followups.services.moving import (
    CourseChange,
    Moved,
    StepChange,
    move_courses,
    preview_move,
    running_courses,
)

PUBLISH = "treatments.publish_careversion"
STEM = "treatments_careversion"
SHOWN, EVERY = 50, "all"  # courses whose changes stand on the page, and what in its address asks for those of all
OTHERWISE = "other words, questions, reminder or clients"


@admin.register(CareVersion)
class CareVersionAdmin(CareVersionPages):
    """Each version that holds or held, and the draft."""

    def get_urls(self) -> list[URLPattern]:
        """The pages that know of courses, before those that do not."""
        wrap = self.admin_site.admin_view
        publish = self.draft_alone(self.publish_page)
        return [
            path("<int:object_id>/publish/", wrap(publish), name=f"{STEM}_publish"),
            path("<int:object_id>/move/", wrap(self.move_page), name=f"{STEM}_move"),
            path("<int:object_id>/dates/", wrap(self.dates_page), name=f"{STEM}_dates"),
            *super().get_urls(),
        ]

    def more(self, request: HttpRequest, version: CareVersion) -> dict[str, Any]:
        """Whether running courses may move to it: they move to what is in force."""
        current = version.published_at is not None and in_force()[0] == version
        others = current and request.user.has_perm(PUBLISH) and running_courses().exclude(version=version).exists()
        return {"may_move": others}

    def facts_for(self, client: Client, language: str) -> dict[str, str]:
        """Their last session and the next one, as an email after it would say them."""
        return last_session_words(client=client, language=language, at=timezone.now())

    def publish_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """What it changes, for whom among the running courses; then a reason, and who moves."""
        if not request.user.has_perm(PUBLISH):
            raise PermissionDenied
        draft = self._draft(request, object_id)
        schedule, at = schedule_of(draft), timezone.now()
        preview = preview_move(schedule=schedule, at=at)
        before = CareVersion.objects.published().first()
        differences = telling.differences(schedule_of(before) if before else shipped_schedule(), schedule)
        if not differences and request.method != "POST":
            return self.page(
                request, "admin/not_now.html", title=f"Publish {str(draft).lower()}", object=draft, why=NothingChanges()
            )

        def save(form: Any, **who: Any) -> str:
            version = publish_version(reason=form.cleaned_data["reason"], **who)
            said = f"{version} is in force: sessions that end from now on begin with it."
            chosen = chosen_of(form.cleaned_data)
            if chosen == []:
                return said
            moved = move_courses(version=version, chosen=chosen, by=who["by"], at=who["at"])
            return f"{said} {_outcome(moved)}"

        page = {
            "title": f"Publish {str(draft).lower()}",
            "button": "Publish it",
            "template": "admin/treatments/careversion/publish.html",
            "differences": differences,
            **_told(request, preview, at),
        }
        return self._page(request, object_id, PublishForm, save, page, preview=preview)

    def move_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Running courses that began with an earlier version, and what would change in each."""
        version: CareVersion = self.get_own(request, object_id)
        at = timezone.now()
        everybody = preview_move(schedule=schedule_of(version), at=at)
        preview = [one for one in everybody if one.enrolment.version_id != version.pk]

        def act(request: HttpRequest, version: CareVersion, said: dict[str, Any]) -> str:
            moved = move_courses(version=version, chosen=chosen_of(said), by=acting(request), at=at)
            return f"{version}: {_outcome(moved)}"

        return self.action_page(
            request,
            object_id,
            title=f"Move running courses to {str(version).lower()}",
            button="Move them",
            permission=PUBLISH,
            form_class=MoveForm,
            form_kwargs={"preview": preview},
            act=act,
            why_not=lambda version: _why_not(version, preview),
            template="admin/treatments/careversion/publish.html",
            **_told(request, preview, at),
        )

    def dates_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """When each step would leave if a session of this client ended today."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        version: CareVersion = self.get_own(request, object_id)
        finder, at = finder_of(request), timezone.now()
        return self.page(
            request,
            "admin/treatments/careversion/dates.html",
            title="Dates for one client",
            object=version,
            finder=finder,
            dates=[
                _date(line, finder.client.zone, schedule_of(version))
                for line in dates_for(client=finder.client, schedule=schedule_of(version), at=at)
            ]
            if finder.client
            else [],
        )


def _why_not(version: CareVersion, preview: list[CourseChange]) -> str:
    if version.published_at is None or in_force()[0] != version:
        return "Running courses move to the schedule that is in force."
    return "" if preview else "No running course began with another schedule."


def _told(request: HttpRequest, preview: list[CourseChange], at: datetime) -> dict[str, Any]:
    """How many courses would change, and of the first ones, or on demand of all, what, on the client's own clock."""
    changing = [one for one in preview if one.changes]
    shown = changing if EVERY in request.GET else changing[:SHOWN]
    return {
        "changing": len(changing),
        "unchanged": len(preview) - len(changing),
        "more": len(changing) - len(shown),
        "preview": [
            {"client": one.client, "course": one.enrolment, "changes": [_change(step, one, at) for step in one.changes]}
            for one in shown
        ],
    }


def _change(step: StepChange, course: CourseChange, at: datetime) -> dict[str, str]:
    was, now = (_moment(moment, course.client.zone) if moment else "" for moment in (step.was, step.now))
    if step.now and step.now <= at:
        now = "at once"
    if not step.now:
        return {"title": step.title, "tone": "bad", "badge": "Gone", "words": f"was to leave {was}"}
    if not step.was:
        return {"title": step.title, "tone": "ok", "badge": "New", "words": now}
    if step.was == step.now:
        return {"title": step.title, "tone": "info", "badge": "Same time", "words": f"{now}; {OTHERWISE}"}
    return {"title": step.title, "tone": "info", "badge": "Moves", "words": f"{was} → {now}"}


def _date(line: StepDate, zone: ZoneInfo, schedule: CareSchedule) -> dict[str, Any]:
    return {
        "step": line.step,
        "due": _moment(line.slot.due_at, zone),
        "until": _moment(line.slot.send_by, zone),
        "gets": line.gets,
        "who": telling.who(line.step.who, schedule),
    }


def _moment(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%a %-d %b %Y, %H:%M}"


def _outcome(moved: Moved) -> str:
    said = f"{_number(moved.number)} moved to it."
    return (
        f"{said} Still to move: {moved.left}. Press “Move running courses to it” for the next." if moved.left else said
    )


def _number(courses: int) -> str:
    return f"{courses} running course{'s' * (courses != 1)}"
