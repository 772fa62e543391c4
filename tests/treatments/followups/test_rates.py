"""How many answer each step, and how soon."""

from datetime import timedelta

from django.utils import timezone

from tests.factories import NOON, FollowupFactory, ReplyFactory
from treatments.followups.admin.rates import rates

HOUR, YEAR = timedelta(hours=1), timedelta(days=366)


def sent(clinic, step="day_1", at=NOON, answered=(), **facts):
    """A step that left, and its answers so many hours later."""
    left = {"message__state": "sent", "message__sent_at": at}
    followup = FollowupFactory(session__plan__client__clinic=clinic, step=step, **left | facts)
    for number, hours in enumerate(answered, start=1):
        ReplyFactory(followup=followup, number=number, submitted_at=at + hours * HOUR)
    return followup


def test_each_step_has_what_was_sent_what_was_answered_and_half_within(clinic):
    sent(clinic, step="month_3")
    sent(clinic, answered=[2, 50])  # what was added later does not count
    sent(clinic, answered=[4])
    sent(clinic, answered=[30])
    sent(clinic)
    sent(clinic, step="week_4", answered=[100])
    found = [(rate.title, rate.sent, rate.answered, rate.share, rate.half_within) for rate in rates(NOON)]
    assert found == [
        ("Day 1", 4, 3, "75 %", "4 hours"),
        ("Week 4", 1, 1, "100 %", "4 days"),
        ("Three months", 1, 0, "0 %", ""),
    ]


def test_what_asks_nothing_did_not_leave_or_is_long_ago_does_not_count(clinic):
    sent(clinic, step="aftercare")
    sent(clinic, at=NOON - YEAR, answered=[1])
    FollowupFactory(session__plan__client__clinic=clinic, step="day_1")
    assert rates(NOON) == []


def test_owner_and_practitioner_read_it_and_the_front_desk_does_not(clinic, owner, practitioner, front_desk, signed_in):
    sent(clinic, at=timezone.now(), answered=[1])
    page = "/admin/treatments/reply/rates/"
    assert [signed_in(member).get(page).status_code for member in (owner, practitioner, front_desk)] == [200, 200, 403]
    assert "100 %" in signed_in(owner).get(page).text
    assert page in signed_in(owner).get("/admin/treatments/reply/").text


def test_more_rows_ask_no_more_questions(clinic, owner, signed_in, django_assert_max_num_queries):
    browser, page = signed_in(owner), "/admin/treatments/reply/rates/"
    sent(clinic, at=timezone.now(), answered=[1])
    with django_assert_max_num_queries(100) as one:
        browser.get(page)
    sent(clinic, at=timezone.now(), answered=[1, 2]), sent(clinic, step="day_3", at=timezone.now())
    with django_assert_max_num_queries(len(one)):
        browser.get(page)
