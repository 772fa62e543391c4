"""The protocols' pages, and a plan that begins from one."""

from decimal import Decimal

import pytest
from django.utils import timezone

from tests.factories import CertificateFactory, ClientFactory, ClinicFactory, ProtocolFactory
from treatments.models import Plan, Protocol
from treatments.plans import services

LIST = "/admin/treatments/protocol/"


@pytest.fixture
def browser(owner, signed_in):
    CertificateFactory(membership=owner)
    return signed_in(owner)


def filled(form):
    """What the page would send back as it stands."""
    return {field.html_name: field.value() for field in form if field.value() not in (None, "")}


def test_the_list_shows_each_indication_with_whose_it_is_and_writes_nothing(browser):
    page = browser.get(LIST).content.decode()
    wanted = ["Acne scars", "Stretch marks", "30, at least 28", "2 to 3", "The portal’s default of", "No clinician"]
    assert [words for words in wanted if words not in page] == []
    assert "/admin/treatments/screening/sources/#source-55" in page
    assert Protocol.objects.count() == 0


def test_an_owner_writes_and_publishes_a_version(browser):
    answer = browser.post(f"{LIST}begin/", {"indication": "pigment"})
    draft = Protocol.objects.drafts().get()
    assert answer.url == f"{LIST}{draft.pk}/edit/"
    form = filled(browser.get(answer.url).context["form"])
    assert browser.post(answer.url, form | {"sessions_planned": "2", "least_neck": "0.3"}).status_code == 200
    browser.post(answer.url, form | {"sessions_planned": "2", "least_neck": "0.3", "most_neck": "0.5"})
    shown = browser.get(f"{LIST}{draft.pk}/publish/")
    differing = [line["name"] for line in shown.context["lines"]]
    assert differing == ["Sessions", "Neck, depth"]
    browser.post(f"{LIST}{draft.pk}/publish/", filled(shown.context["form"]) | {"reason": "Two are enough"})
    own = services.protocol_for("pigment")
    assert (own.pk, own.sessions_planned, own.zones["neck"]) == (draft.pk, 2, ["0.30", "0.50"])
    assert b"Two are enough" in browser.get(f"{LIST}{draft.pk}/change/").content


def test_what_is_odd_gets_a_sentence_at_its_field(browser):
    browser.post(f"{LIST}begin/", {"indication": "pigment"})
    edit = f"{LIST}{Protocol.objects.drafts().get().pk}/edit/"
    form = filled(browser.get(edit).context["form"])
    odd = {"least_days": "60", "passes_most": "1", "least_nose": "0.4", "most_nose": "0.3", "least_neck": "0.3"}
    page = browser.post(edit, form | odd)
    assert set(page.context["form"].errors) == {"least_days", "passes_most", "most_nose", "most_neck"}
    without = {name: value for name, value in form.items() if not name.startswith(("least_", "interval"))}
    page = browser.post(edit, without)
    assert {"interval_days", "least_days"} <= set(page.context["form"].errors)


def test_two_who_write_one_draft_are_told(browser):
    browser.post(f"{LIST}begin/", {"indication": "pigment"})
    edit = f"{LIST}{Protocol.objects.drafts().get().pk}/edit/"
    form = filled(browser.get(edit).context["form"])
    browser.post(edit, form | {"endpoint": "Red."})
    page = browser.post(edit, form | {"endpoint": "Very red."})
    assert b"Somebody else has changed this draft" in page.content
    assert Protocol.objects.drafts().get().endpoint == "Red."


def test_a_published_version_leads_to_what_it_says_and_a_draft_can_be_discarded(browser, clinic):
    kept = ProtocolFactory(clinic=clinic, shipped="x", published_at=timezone.now())
    for verb in ("edit", "publish", "discard"):
        assert browser.get(f"{LIST}{kept.pk}/{verb}/").url == f"{LIST}{kept.pk}/change/"
    draft = ProtocolFactory(clinic=clinic)
    assert browser.post(f"{LIST}{draft.pk}/discard/").url == LIST
    assert list(Protocol.objects.all()) == [kept]


def test_who_treats_reads_and_the_front_desk_sees_none(practitioner, front_desk, signed_in, clinic):
    draft = ProtocolFactory(clinic=clinic)
    pages = ["", f"{draft.pk}/change/", "begin/", f"{draft.pk}/edit/", f"{draft.pk}/publish/", f"{draft.pk}/discard/"]
    for member, expected in ((practitioner, [200, 200, 403, 403, 403, 403]), (front_desk, [403] * 6)):
        browser = signed_in(member)
        assert [browser.get(LIST + path).status_code for path in pages] == expected


def test_another_clinics_protocol_is_not_found(browser):
    foreign = ProtocolFactory(clinic=ClinicFactory(), endpoint="Canary")
    for verb in ("change", "edit", "publish", "discard", "history"):
        assert browser.get(f"{LIST}{foreign.pk}/{verb}/").status_code == 404
        assert browser.post(f"{LIST}{foreign.pk}/{verb}/").status_code in {403, 404}
    assert Protocol.objects.drafts().count() == 0


def test_a_plan_begins_from_a_protocol_and_everything_can_be_changed(browser, clinic, owner):
    client = ClientFactory(clinic=clinic, goals=["acne_scars"])
    add = f"/admin/treatments/plan/add/?client={client.pk}"
    first = browser.get(add)
    assert [one["word"] for one in first.context["protocols"] if one["fits"]] == ["Acne scars"]
    form = browser.get(f"{add}&protocol=acne_scars").context["form"]
    sent = filled(form)
    assert (sent["sessions_planned"], sent["interval_days"], sent["least_days"], sent["depth_chin"]) == (
        4,
        30,
        28,
        "0.5",
    )
    browser.post(
        f"{add}&protocol=acne_scars", sent | {"depth_cheeks": "1.2", "sessions_planned": "3", "price_note": "180"}
    )
    plan = Plan.objects.get()
    assert (plan.protocol.indication, plan.sessions_planned, plan.price_note) == ("acne_scars", 3, "180")
    assert plan.zones.get(zone="cheeks").depth_mm == Decimal("1.20")
    page = browser.get(f"/admin/treatments/plan/{plan.pk}/change/").content.decode()
    wanted = [
        "Acne scars, version 1",
        "0.5 to 1.5 mm",
        "30 days apart, at least 28",
        "Uniform pinpoint",
        "SPF 30",
        "180",
    ]
    assert [words for words in wanted if words not in page] == []


def test_a_depth_is_held_against_the_protocols_range(browser, clinic):
    add = f"/admin/treatments/plan/add/?client={ClientFactory(clinic=clinic).pk}&protocol=acne_scars"
    sent = filled(browser.get(add).context["form"]) | {"goals": ["acne_scars"], "depth_cheeks": "0.4"}
    page = browser.post(add, sent)
    assert "Usual for the cheeks: 0.5 to 1.5 mm. You wrote 0.4 mm." in page.content.decode()


def test_an_odd_protocol_in_the_address_is_not_found(browser, clinic):
    assert (
        browser.get(f"/admin/treatments/plan/add/?client={ClientFactory(clinic=clinic).pk}&protocol=x").status_code
        == 404
    )
