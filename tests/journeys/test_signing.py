"""A record is filled in, signed and amended; a draft outlives its window; two people write one record."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.factories import MembershipFactory
from tests.journeys.pages import WIDTHS, follow, open_window
from tests.journeys.test_review import enter, look
from tests.treatments.sessions.recorded import CHEEKS, cream_of, serum_of
from treatments.models import Amendment, SessionDraft, SignedRecord
from treatments.sessions.services import complete_session

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SAVED = 8000  # milliseconds; the page looks at itself every two seconds


def address(live_server, ready, verb):
    return f"{live_server.url}/admin/treatments/session/{ready.session.pk}/{verb}/"


def fill_in(page: Page, numb, gel) -> None:
    """Everything that is missing."""
    page.get_by_label("Lot LOT-7 expires").fill(f"{timezone.localdate() + timedelta(days=300)}")
    page.locator("#id_cream_product").select_option(str(numb.pk))
    page.locator("#id_cream_grams").fill("12")
    page.locator("#id_cream_area").fill("Cheeks")
    page.locator("#id_cream_on").fill("09:00")
    page.locator("#id_cream_off").fill("09:20")
    page.locator("#id_cream_removed").check()
    page.locator("#id_serum_1_product").select_option(str(gel.pk))
    page.locator("#id_skin_erythema").select_option("mild")
    page.locator("#id_spoken").check()


def test_a_record_is_filled_in_signed_and_amended(live_server, begun, signed_in, page: Page):
    numb, gel = cream_of(begun.clinic), serum_of(begun.clinic)
    facts = {"device": begun.device, "cartridge_lot": "LOT-7", "zones": CHEEKS, "notes": ""}
    complete_session(session=begun.session, ended_at=timezone.now(), by=begun.by, at=timezone.now(), **facts)
    enter(page, live_server.url, signed_in(begun.member))
    page.goto(address(live_server, begun, "change"))
    expect(page.get_by_text("3 things are still missing before this record can be signed.")).to_be_visible()
    follow(page.get_by_role("link", name="Fill it in").first)
    fill_in(page, numb, gel)
    follow(page.get_by_role("button", name="Save"))
    expect(page.get_by_text("12 g are more than the 10 g that Numb 4% is meant for.")).to_be_visible()
    assert look(page) == []
    page.get_by_label("I have checked this; save anyway").check()
    follow(page.get_by_role("button", name="Save"))
    follow(page.get_by_role("link", name="Sign", exact=True))
    expect(page.get_by_text("Redness: mild")).to_be_visible()
    assert look(page) == []
    page.get_by_label("I have read this record").check()
    follow(page.get_by_role("button", name="Sign the record"))
    assert SignedRecord.objects.get().signed_by == begun.by
    says_whose_it_is_on_paper(page, begun)
    amends(page, live_server, begun)


def says_whose_it_is_on_paper(page: Page, ready) -> None:
    """A printed record lies about by itself; the screen says this elsewhere."""
    whose = page.get_by_text(f"{ready.clinic.name} · {ready.session.client}, born ")
    expect(whose).to_be_hidden()
    page.emulate_media(media="print")
    expect(whose).to_be_visible()
    page.emulate_media(media="screen")


def amends(page: Page, live_server, begun) -> None:
    """Nothing is changed any more; an amendment stands beside it."""
    page.goto(address(live_server, begun, "reopen"))
    expect(page.get_by_text("This record is signed and does not change any more.")).to_be_visible()
    page.goto(address(live_server, begun, "change"))
    follow(page.get_by_role("link", name="Amend", exact=True))
    page.get_by_label("What is to be amended?").select_option("lot:")
    follow(page.get_by_role("button", name="Go on"))
    page.get_by_label("It should say").fill("LOT-8")
    page.get_by_label("Why").fill("Read again from the packet.")
    assert look(page) == []
    follow(page.get_by_role("button", name="Amend the record"))
    expect(page.get_by_role("row").filter(has_text="LOT-8")).to_contain_text("LOT-7")
    expect(page.get_by_text("It reads as it was signed.")).to_be_visible()
    assert (look(page), Amendment.objects.get().before) == ([], "LOT-7")


def test_a_draft_outlives_a_window_that_was_closed(live_server, begun, signed_in, chromium, page: Page):
    window, browser = open_window(chromium, viewport=WIDTHS["desktop"]), signed_in(begun.member)
    enter(window, live_server.url, browser)
    window.goto(address(live_server, begun, "complete"))
    window.locator("#id_notes").fill("Half a sen")
    # A photograph larger than a draft stays on the page, and what is typed is kept all the same.
    photograph = {"name": "packet.jpg", "mimeType": "image/jpeg", "buffer": bytes(2_000_000)}
    window.locator("#id_packet").set_input_files(files=[photograph])
    window.locator("#id_depth_cheeks").fill("0.7")
    expect(window.get_by_text("Draft saved at")).to_be_visible(timeout=SAVED)
    window.context.close()
    enter(page, live_server.url, browser)
    page.goto(address(live_server, begun, "complete"))
    expect(page.locator("#id_notes")).to_have_value("Half a sen")
    expect(page.locator("#id_depth_cheeks")).to_have_value("0.7")
    expect(page.locator("#id_done_cheeks")).to_be_checked()


def test_materials_outlive_a_window_that_was_closed_and_a_colleague_sees_both(
    live_server, begun, signed_in, chromium, page: Page
):
    colleague = MembershipFactory(clinic=begun.clinic, role="practitioner")
    window, browser = open_window(chromium, viewport=WIDTHS["phone"]), signed_in(begun.member)
    enter(window, live_server.url, browser)
    window.goto(address(live_server, begun, "materials"))
    window.locator("#id_skin_words").fill("Half a sen")
    window.locator("#id_spoken").check()
    expect(window.get_by_text("Draft saved at")).to_be_visible(timeout=SAVED)
    window.context.close()
    enter(page, live_server.url, signed_in(colleague))
    page.goto(address(live_server, begun, "materials"))
    page.locator("#id_skin_words").fill("Theirs")
    follow(page.get_by_role("button", name="Save", exact=True))
    expect(page.get_by_role("row").filter(has_text="Half a sen")).to_contain_text("Theirs")
    assert look(page) == []
    again = open_window(chromium, viewport=WIDTHS["phone"])
    enter(again, live_server.url, browser)
    again.goto(address(live_server, begun, "materials"))
    expect(again.locator("#id_skin_words")).to_have_value("Half a sen")
    expect(again.locator("#id_spoken")).to_be_checked()
    assert look(again) == []
    again.context.close()


def test_a_page_that_is_only_open_keeps_nobody_signed_in(live_server, begun, signed_in, page: Page):
    enter(page, live_server.url, signed_in(begun.member))
    page.clock.install()
    heard = []
    page.on("request", lambda request: heard.append(request.url) if request.url.endswith("/draft/") else None)
    page.goto(address(live_server, begun, "materials"))
    page.clock.run_for(60_000)
    page.wait_for_timeout(500)
    assert heard != []
    page.clock.fast_forward(6 * 60_000)
    page.wait_for_timeout(500)
    heard.clear()
    page.clock.run_for(60_000)
    page.wait_for_timeout(500)
    assert heard == []


def test_two_people_write_one_record_and_neither_loses_a_word(live_server, begun, signed_in, chromium, page: Page):
    colleague = MembershipFactory(clinic=begun.clinic, role="practitioner")
    other = open_window(chromium, viewport=WIDTHS["desktop"])
    enter(page, live_server.url, signed_in(begun.member))
    enter(other, live_server.url, signed_in(colleague))
    for window, words in ((page, "Mine"), (other, "Theirs")):
        window.goto(address(live_server, begun, "complete"))
        window.locator("#id_notes").fill(words)
        expect(window.get_by_text("Draft saved at")).to_be_visible(timeout=SAVED)
    page.locator("#id_notes").fill("Mine, and more")
    expect(page.get_by_text(f"{colleague} has this page open too, and wrote something else")).to_be_visible(
        timeout=SAVED
    )
    page.locator("#id_device").select_option(str(begun.device.pk))
    page.locator("#id_cartridge_lot").fill("LOT-7")
    page.locator("#id_depth_cheeks").fill("1")
    follow(page.get_by_role("button", name="Complete the session"))
    expect(page.get_by_role("row").filter(has_text="Theirs")).to_contain_text("Mine, and more")
    assert look(page) == []
    page.get_by_label("I have looked at both texts").check()
    follow(page.get_by_role("button", name="Complete the session"))
    begun.session.refresh_from_db()
    assert (begun.session.notes, SessionDraft.objects.count()) == ("Mine, and more", 0)
    other.locator("#id_notes").fill("Theirs, later")
    expect(other.get_by_text("What you wrote is still on this page and is not in the record.")).to_be_visible(
        timeout=SAVED
    )
    other.context.close()
