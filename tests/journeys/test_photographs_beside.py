"""A client answers about results and sends photographs in the same form, at 390 px, with a script and without."""

import pytest
from playwright.sync_api import Page, expect

from tests.factories import ConsentFactory, ConsentRequestFactory
from tests.journeys.test_followups import answer, emailed, look, phones, send, treated  # noqa: F401  fixtures
from tests.treatments.photos.conftest import photograph_file
from treatments.models import Photograph, Plan, Reply

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ANSWERS = {"change": "better", "satisfaction": "8", "signs": "none", "health_changes": "no"}


@pytest.fixture
def link(live_server, treated, practitioner, mailoutbox, settings, tmp_path):  # noqa: F811
    """Of the week-4 email of a client who agrees to photographs."""
    settings.MEDIA_ROOT = tmp_path
    client = treated("en")
    Plan.objects.update(goals=[])  # asked of the skin as a whole
    request = ConsentRequestFactory(client=client, practitioner=practitioner)
    ConsentFactory(request=request, state="signed")
    return emailed(live_server, mailoutbox, "week_4", "follow-up")


def choose(page: Page, view: str, content: bytes) -> None:
    page.locator(f"input[type=file][name={view}]").set_input_files(
        {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": content}
    )


def kept() -> tuple[int, list[str]]:
    return Reply.objects.count(), list(Photograph.objects.order_by("pk").values_list("view", flat=True))


@pytest.mark.parametrize("script", [True, False])
def test_answers_and_photographs_go_in_one_form_and_a_mistake_loses_neither(link, phones, script):  # noqa: F811
    phone = phones(script=script)
    phone.goto(link)
    look(phone)
    phone.reload()
    answer(phone, **{name: value for name, value in ANSWERS.items() if name != "satisfaction"})
    choose(phone, "front", photograph_file())
    choose(phone, "left", b"%PDF-1.4")
    send(phone)  # one question is left out, and one file is no photograph
    expect(phone.locator(".error-summary li")).to_have_count(2)
    expect(phone.get_by_text("This file is not a JPEG").last).to_be_visible()
    expect(phone.locator("input[name=front]")).to_have_count(0)
    assert (kept(), phone.locator("input:checked").count()) == ((0, ["front"]), 3)
    look(phone)
    phone.goto(link)  # with a script or without: what was answered is still there
    answer(phone, **ANSWERS)
    choose(phone, "left", photograph_file((20, 90, 200)))
    choose(phone, "right", b"%PDF-1.4")
    send(phone)
    expect(phone.get_by_text("Your answers have arrived. Not all photographs have.")).to_be_visible()
    assert kept() == (1, ["front", "left"])
    look(phone)
    choose(phone, "right", photograph_file((20, 200, 20)))
    send(phone)
    expect(phone.get_by_role("status")).to_contain_text("Right side")
    assert kept() == (1, ["front", "left", "right"])
