"""The pages of a recall: for those who treat, and for the client behind the link."""

import csv
import io
import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client as Browser
from django.utils import timezone

from clients.links.services import issue_link
from clients.links.terms import Purpose
from clients.messages.delivery import drain
from portal.models import AuditEvent
from tests.factories import NOON
from treatments.models import Recall, RecallNotice
from treatments.recalls.services import close_recall, facts_of, send_notices


@pytest.fixture
def browser(practitioner, signed_in):
    return signed_in(practitioner)


def where(recall, verb="change"):
    return f"/admin/treatments/recall/{recall.pk}/{verb}/"


def text(answer):
    return answer.content.decode()


def leave():
    drain(worker="test", at=timezone.now)


def link_to(notice, **facts):
    said = {"at": timezone.now(), "lasts": timedelta(days=1)} | facts
    token = issue_link(client=notice.client, purpose=Purpose.RECALL, subject_id=notice.pk, **said)
    return f"/notice/{token}/"


@pytest.fixture
def adas_link(recall, practitioner):
    send_notices(recall=recall, by=practitioner.user, at=NOON)
    return link_to(RecallNotice.objects.get(client__first_name="Ada"))


def test_the_list_leads_to_the_page_where_a_recall_begins(browser):
    shown = text(browser.get("/admin/treatments/recall/"))
    assert '<a class="addlink" href="/admin/treatments/recall/find/">Recall a lot</a>' in shown


def test_from_the_wording_to_the_closing(browser, recall):
    page = text(browser.get(where(recall)))
    assert [word in page for word in ("Send the notices", "Read and change the wording", "Nemo")] == [True] * 3
    words = {"en": "Our own words.", "de": "Unsere eigenen Worte."}
    browser.post(where(recall, "word"), words)
    page = browser.get(where(recall, "send"))
    assert "Unsere eigenen Worte." in text(page)
    said = {"shown": page.context["form"]["shown"].value()}
    assert "2 notices are on the way." in text(browser.post(where(recall, "send"), said, follow=True))
    leave()
    addresses = {one.to[0]: re.search(r"http\S+/notice/\S+", one.body)[0] for one in mail.outbox}
    Browser().post("/notice/" + addresses["ada@example.org"].split("/notice/")[1])
    nemo = RecallNotice.objects.get(client__first_name="Nemo")
    noted = f"/admin/treatments/recall/notice/{nemo.pk}/reach/"
    assert "Choose how the client was reached." in text(browser.post(noted, {"how": ""}))
    assert "Nemo Client was reached" in text(browser.post(noted, {"how": "phone", "note": "Is well"}, follow=True))
    refused = text(browser.post(where(recall, "close"), {}))
    assert ("Write why the recall is closed" in refused, Recall.objects.get().closed_at) == (True, None)
    closed = text(browser.post(where(recall, "close"), {"note": "Two letters came back"}, follow=True))
    assert "Not reached: 1 of 3 clients." in closed
    assert "Send the notices" not in closed


def test_no_wording_leaves_that_was_changed_while_it_was_read(browser, recall):
    said = {"shown": browser.get(where(recall, "send")).context["form"]["shown"].value()}
    browser.post(where(recall, "word"), {"en": "Other words.", "de": "Andere Worte."})
    refused = browser.post(where(recall, "send"), said)
    assert "changed the wording while you were reading it" in text(refused)
    assert ("Andere Worte." in text(refused), RecallNotice.objects.filter(message__isnull=False).count()) == (True, 0)
    again = {"shown": refused.context["form"]["shown"].value()}
    assert "2 notices are on the way." in text(browser.post(where(recall, "send"), again, follow=True))


def test_the_wording_page_asks_for_the_languages_that_clients_read(browser, recall):
    assert list(browser.get(where(recall, "word")).context["form"].fields) == ["en", "de"]
    assert "Write what clients are told" in text(browser.post(where(recall, "word"), {"en": "", "de": "x"}))


def test_steps_that_are_over_say_so(browser, recall, practitioner):
    by = {"by": practitioner.user, "at": NOON}
    send_notices(recall=recall, **by)
    said = {verb: text(browser.get(where(recall, verb))) for verb in ("word", "send")}
    assert ["the wording stays as it is" in said["word"], "no notice that could be emailed" in said["send"]] == [
        True
    ] * 2
    close_recall(recall=recall, note="x", **by)
    for verb in ("word", "send", "close"):
        assert "This recall is closed." in text(browser.get(where(recall, verb)))


def test_the_report_is_a_paper_and_a_file_and_each_taking_is_audited(browser, recall):
    paper, lines = (browser.post(where(recall, form)) for form in ("paper", "lines"))
    assert (paper["Content-Type"], paper.content[:5]) == ("application/pdf", b"%PDF-")
    rows = list(csv.DictReader(io.StringIO(lines.content.decode("utf-8-sig"))))
    assert [(row["client"], row["sessions"], row["standing"]) for row in rows] == [
        ("Ada Client", "2026-06-01", "Notice ready to send"),
        ("Greta Client", "2026-06-01", "Notice ready to send"),
        ("Nemo Client", "2026-06-01", "To be called or written to"),
    ]
    taken = AuditEvent.objects.filter(action="recall.report").order_by("pk")
    assert [event.facts["form"] for event in taken] == ["pdf", "csv"]
    assert [browser.get(where(recall, form)).status_code for form in ("paper", "lines")] == [405, 405]


def test_the_front_desk_has_no_recalls(front_desk, signed_in, recall):
    desk = signed_in(front_desk)
    verbs = ("change", "word", "send", "close", "paper", "lines", "history")
    nemo = RecallNotice.objects.get(client__first_name="Nemo")
    pages = [where(recall, verb) for verb in verbs]
    pages += ["/admin/treatments/recall/", f"/admin/treatments/recall/notice/{nemo.pk}/reach/"]
    assert {desk.get(page).status_code for page in pages} == {403}
    assert {desk.post(page, {"how": "phone"}).status_code for page in pages} == {403}


def test_the_client_reads_it_and_says_so_with_one_button(adas_link):
    browser = Browser()
    page = text(browser.get(adas_link))
    assert ["AB1" in page, "I have read this" in page, "<script" in page] == [True, True, False]
    assert "In an emergency call" in page
    assert RecallNotice.objects.filter(acknowledged_at=None).count() == 3
    assert "you told us on" in text(browser.post(adas_link, follow=True))
    assert "I have read this</button>" not in text(browser.get(adas_link))
    assert RecallNotice.objects.filter(acknowledged_at=None).count() == 2


def test_the_page_speaks_the_language_that_is_chosen_on_it(adas_link):
    page = text(Browser().get(adas_link, {"language": "de"}))
    assert ["Die Charge wurde zurückgerufen" in page, "Ich habe das gelesen" in page] == [True, True]


def test_a_link_of_one_client_opens_nothing_of_another_and_an_old_one_nothing(adas_link, people):
    greta = RecallNotice.objects.get(client=people["Greta"])
    said = {"at": timezone.now(), "lasts": timedelta(days=1)}
    crossed = issue_link(client=people["Ada"], purpose=Purpose.RECALL, subject_id=greta.pk, **said)
    old = link_to(greta, at=NOON - timedelta(days=900))
    other = issue_link(client=people["Ada"], purpose=Purpose.CONSENT, subject_id=greta.pk, **said)
    doors = [f"/notice/{crossed}/", old, f"/notice/{other}/"]
    assert [Browser().post(door).status_code for door in doors] == [404, 404, 404]


def test_an_acknowledgement_after_the_closing_is_kept_and_changes_no_number(adas_link, recall, practitioner):
    close_recall(recall=recall, note="Nobody answers", by=practitioner.user, at=NOON)
    Browser().post(adas_link)
    recall.refresh_from_db()
    assert (recall.acknowledged, RecallNotice.objects.exclude(acknowledged_at=None).count()) == (0, 1)
    assert dict(facts_of(recall))["Acknowledged since it was closed"] == "1"
