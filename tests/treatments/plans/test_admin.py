from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.factories import (
    NOON,
    CertificateFactory,
    ClientFactory,
    ClinicFactory,
    MembershipFactory,
    PlanFactory,
    PlanZoneFactory,
    SessionFactory,
)
from tests.treatments.sessions.conftest import ready_session
from treatments.models import Plan, PlanZone

LIST = "/admin/treatments/plan/"


@pytest.fixture
def certified(practitioner):
    CertificateFactory(membership=practitioner, max_depth_mm=Decimal("1.80"))
    return practitioner


@pytest.fixture
def browser(certified, signed_in):
    return signed_in(certified)


def posted(member, **changed):
    facts = {"practitioner": member.pk, "goals": ["texture"], "device_kind": "mechanical", "sessions_planned": "4"}
    return facts | {"interval_days": "28", "depth_cheeks": "1.0"} | changed


def add(client):
    return f"{LIST}add/?client={client.pk}"


def test_a_plan_is_made_from_the_clients_page(browser, certified, clinic):
    client = ClientFactory(clinic=clinic, goals=["texture"])
    page = browser.get(add(client))
    assert page.context["form"].initial == {"goals": ["texture"], "practitioner": certified}
    answer = browser.post(add(client), posted(certified))
    plan = Plan.objects.get()
    assert (answer.url, plan.client, plan.clinic) == (f"{LIST}{plan.pk}/change/", client, clinic)
    assert [(z.zone, z.depth_mm, z.clinic) for z in plan.zones.all()] == [("cheeks", Decimal("1.00"), clinic)]


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"depth_cheeks": "2.51"}, "depth_cheeks", "The needle depth must be from 0.2 to 2.5 mm."),
        ({"depth_cheeks": "0.1"}, "depth_cheeks", "The needle depth must be from 0.2 to 2.5 mm."),
        ({"depth_cheeks": "deep"}, "depth_cheeks", "Enter a number."),
        ({"depth_cheeks": "NaN"}, "depth_cheeks", "Enter a number."),
        (
            {"depth_cheeks": "1.9", "reason_cheeks": "x"},
            "depth_cheeks",
            "The practitioner's certificate allows at most 1.8 mm.",
        ),
        ({"depth_cheeks": "1.51"}, "reason_cheeks", "Say why this zone needs more than 1.5 mm."),
        ({"depth_cheeks": ""}, "__all__", "Write the needle depth of at least one zone."),
        ({"goals": []}, "goals", "Choose at least one goal."),
        ({"sessions_planned": "13"}, "sessions_planned", "Ensure this value is less than or equal to 12."),
        ({"interval_days": "6"}, "interval_days", "Ensure this value is greater than or equal to 7."),
    ],
)
def test_bad_input_gets_a_sentence_at_its_field_and_nothing_is_saved(browser, certified, clinic, changed, field, words):
    page = browser.post(add(ClientFactory(clinic=clinic)), posted(certified, **changed))
    assert (page.context["form"].errors, Plan.objects.count()) == ({field: [words]}, 0)


def test_without_a_valid_certificate_the_practitioner_is_named(browser, clinic):
    other = MembershipFactory(clinic=clinic, user__full_name="Ada Ray")
    page = browser.post(add(ClientFactory(clinic=clinic)), posted(other))
    assert page.context["form"].errors["practitioner"][0].startswith("Ada Ray has no valid certificate for needling on")


def test_an_unusual_depth_is_pointed_out_before_saving(browser, certified, clinic):
    client = ClientFactory(clinic=clinic)
    page = browser.post(add(client), posted(certified, depth_cheeks="1.20"))
    words = "Usual for the cheeks: 0.5 to 1.0 mm. You wrote 1.2 mm."
    assert (words in page.content.decode(), 'value="1.20"' in page.content.decode(), Plan.objects.count()) == (
        True,
        True,
        0,
    )
    seen = page.context["form"].points_digest
    browser.post(add(client), posted(certified, depth_cheeks="1.20", seen=seen))
    assert PlanZone.objects.get().depth_mm == Decimal("1.20")


def test_a_foreign_practitioner_or_client_is_refused_and_nothing_written(browser, certified, clinic):
    foreign = MembershipFactory(clinic=ClinicFactory())
    page = browser.post(add(ClientFactory(clinic=clinic)), posted(foreign))
    assert list(page.context["form"].errors) == ["practitioner"]
    foreign_client = add(ClientFactory(clinic=ClinicFactory()))
    pages = [browser.get(foreign_client), browser.post(foreign_client, posted(certified))]
    assert [page.status_code for page in pages] == [404, 404]
    assert Plan.objects.count() == 0


def test_only_those_who_treat_here_now_can_be_chosen(browser, certified, clinic):
    MembershipFactory(clinic=clinic, role="front_desk")
    MembershipFactory(clinic=ClinicFactory())
    page = browser.get(add(ClientFactory(clinic=clinic)))
    assert list(page.context["form"].fields["practitioner"].queryset) == [certified]


def test_without_a_client_one_is_sent_to_choose(browser):
    assert browser.get(f"{LIST}add/").url == "/admin/clients/client/"
    assert browser.get(f"{LIST}add/?client=x").status_code == 404


def test_the_plans_page_shows_depths_series_and_buttons(browser, certified, clinic):
    plan = PlanZoneFactory(plan__client__clinic=clinic, plan__practitioner=certified).plan
    session = SessionFactory(plan=plan, number=1, ended_at=NOON)
    shown = browser.get(f"{LIST}{plan.pk}/change/").content.decode()
    wanted = ["1.00 mm", "0.5 to 1.0 mm", "due 29 Jun 2026", f"/admin/treatments/session/{session.pk}/change/"]
    wanted += [f"/admin/treatments/session/book/?plan={plan.pk}", f"{LIST}{plan.pk}/edit/", f"{LIST}{plan.pk}/stop/"]
    assert [words for words in wanted if words not in shown] == []


def test_a_plan_that_goes_beyond_its_screening_and_consent_says_what_cures_it(practitioner, signed_in):
    ready, browser = ready_session(practitioner, timezone.now() - timedelta(hours=1)), signed_in(practitioner)

    def change(**depths):
        page = browser.post(f"{LIST}{ready.plan.pk}/edit/", posted(practitioner, **depths), follow=True)
        return [str(message) for message in page.context["messages"]]

    assert change(depth_neck="0.5") == [
        "The plan is changed.",
        "The plan goes beyond what the screening was judged with: a new area (Neck). Re-assess it.",
        "The client’s consent does not cover it. Ask for the consent again.",
    ]
    assert change(depth_cheeks="0.9") == ["The plan is changed."]


def test_a_plan_is_changed_and_stopped_on_pages_of_their_own(browser, certified, clinic):
    plan = PlanZoneFactory(plan__client__clinic=clinic, plan__practitioner=certified).plan
    assert browser.get(f"{LIST}{plan.pk}/edit/").context["form"]["depth_cheeks"].value() == "1.0"
    browser.post(f"{LIST}{plan.pk}/edit/", posted(certified, depth_cheeks="", depth_neck="0.5"))
    assert [(row.zone, row.depth_mm) for row in plan.zones.all()] == [("neck", Decimal("0.50"))]
    assert browser.post(f"{LIST}{plan.pk}/stop/", {"reason": ""}).status_code == 200
    browser.post(f"{LIST}{plan.pk}/stop/", {"reason": "Moved away"})
    plan.refresh_from_db()
    assert (plan.state, plan.stop_reason) == ("stopped", "Moved away")


@pytest.mark.parametrize("verb", ["change", "edit", "stop", "history", "delete"])
def test_another_clinics_plan_is_not_found(browser, certified, verb):
    foreign = PlanFactory(client__clinic=ClinicFactory(), client__last_name="Canary")
    for page in (
        browser.get(f"{LIST}{foreign.pk}/{verb}/"),
        browser.post(f"{LIST}{foreign.pk}/{verb}/", posted(certified)),
    ):
        assert (page.status_code in {403, 404}, b"Canary" in page.content) == (True, False)
    foreign.refresh_from_db()
    assert foreign.state == "drafted"


def test_the_front_desk_sees_no_plans(front_desk, signed_in, clinic):
    plan, browser = PlanFactory(client__clinic=clinic), signed_in(front_desk)
    paths = ["", f"{plan.pk}/change/", f"{plan.pk}/edit/", f"{plan.pk}/stop/", f"add/?client={plan.client_id}"]
    assert [browser.get(LIST + path).status_code for path in paths] == [403] * 5


def test_the_list_shows_own_plans_with_as_many_queries_for_three_as_for_one(browser, clinic):
    PlanFactory(client__clinic=ClinicFactory(), client__last_name="Canary")
    browser.get(LIST)
    counts = []
    for more in (1, 2):
        for _ in range(more):
            SessionFactory(plan__client__clinic=clinic, state="booked")
        with CaptureQueriesContext(connection) as queries:
            page = browser.get(LIST)
        counts.append(len(queries))
    assert (counts[0], b"Canary" in page.content, b"0 of 4" in page.content) == (counts[1], False, True)


def test_a_second_window_is_told_that_the_plan_was_changed_meanwhile(browser, certified, clinic):
    plan = PlanZoneFactory(plan__client__clinic=clinic, plan__practitioner=certified, depth_mm=Decimal("0.80")).plan
    edit = f"{LIST}{plan.pk}/edit/"
    opened = browser.get(edit).context["form"].opened
    assert browser.post(edit, posted(certified, depth_cheeks="0.9", opened=opened)).status_code == 302
    page = browser.post(edit, posted(certified, depth_cheeks="0.7", opened=opened))
    assert b"Somebody changed this while you were writing. Saving replaces what they wrote." in page.content
    assert (plan.zones.get().depth_mm, f'value="{opened}"' in page.content.decode()) == (Decimal("0.90"), True)
    seen = page.context["form"].points_digest
    browser.post(edit, posted(certified, depth_cheeks="0.7", opened=opened, seen=seen))
    assert plan.zones.get().depth_mm == Decimal("0.70")
