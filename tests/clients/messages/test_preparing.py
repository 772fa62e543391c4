"""Many emails are prepared at once, in each reader's own language; and what is done quickly is done right."""

from binascii import a2b_qp

import pytest
from django.core.mail.message import forbid_multi_line_headers
from django.core.validators import validate_email
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from clients.links.models import ClientLink
from clients.messages.kinds import Rendered
from clients.messages.mime import LINK, _header, coded_piece
from clients.messages.prepare import SURE, Broken, NotRight, NotSendable, NotYet, prepare_all, prepare_with, read_facts
from portal.practice.terms import AVAILABLE
from tests.clients.messages.test_groups import with_link
from tests.factories import NOON, ClientFactory, MessageFactory

ODD = {"not right": NotRight, "not yet": NotYet, "broken": Broken}


def spoken_to(message, at):
    """Says in which language and at which clock, and makes a link."""
    if message.key == "broken":
        raise LookupError
    said = f"{translation.get_language()} {timezone.get_current_timezone_name()}"
    rendered = with_link(message, at)
    return Rendered(subject=said, text=rendered.text, html=rendered.html, secrets=rendered.secrets)


@pytest.fixture(params=[True, False], ids=["gathered", "each reads for itself"])
def talking(request, kind):
    def gather(messages, at):
        for message in messages:
            message.gathered = at

    kind(
        render=spoken_to,
        gather=gather if request.param else None,
        reason_to_skip=lambda message, _at: "No." if message.key == "not right" else "",
        reason_to_wait=lambda message, _at: "Later." if message.key == "not yet" else "",
    )


@pytest.fixture
def messages(talking, clinic):
    languages = [*AVAILABLE, *AVAILABLE]
    good = [MessageFactory(client=ClientFactory(clinic=clinic, language=language)) for language in languages]
    odd = [MessageFactory(client=ClientFactory(clinic=clinic), key=key) for key in ODD]
    odd.append(MessageFactory(client=ClientFactory(clinic=clinic, email="nobody at all")))
    mixed = [*good[:3], *odd[:2], *good[3:], *odd[2:]]
    for message in mixed:
        message.client.clinic = message.clinic = clinic
    return mixed


def outcome(facts, message):
    try:
        return prepare_with(facts, message, NOON)
    except (NotRight, NotYet, NotSendable, Broken) as why:
        return why


def told(one):
    return (one.email.wire.count(b"\r\n"), one.rendered.subject) if hasattr(one, "email") else (type(one), str(one))


def test_all_at_once_they_are_as_one_by_one_in_their_order(messages):
    facts, begun = read_facts(messages, NOON), []
    found = prepare_all(facts, messages, NOON, begun.append)
    assert [told(one) for one in found] == [told(outcome(facts, message)) for message in messages]
    assert sorted(message.pk for message in begun) == sorted(message.pk for message in messages)
    assert {type(one) for one in found[-2:]} == {Broken, NotSendable}
    assert ClientLink.objects.count() == 0


def test_each_has_its_own_links_and_no_others(messages):
    found = prepare_all(read_facts(messages, NOON), messages, NOON)
    links = {message.pk: one.links for message, one in zip(messages, found, strict=True) if hasattr(one, "links")}
    assert {pk: [link.subject_id for link in its] for pk, its in links.items()} == {pk: [pk] for pk in links}
    assert len(links) == 2 * len(AVAILABLE)


def test_nobody_else_hears_the_readers_language(messages):
    with translation.override("en"):
        prepare_all(read_facts(messages, NOON), messages, NOON)
        assert (translation.get_language(), timezone.get_current_timezone_name()) == ("en", "UTC")


@given(st.from_regex(SURE, fullmatch=True))
def test_an_address_that_is_passed_unseen_is_one(address):
    assert validate_email(address) is None  # it raises otherwise


@pytest.mark.parametrize(
    "address", ["a@b", "a@-b.org", "a@b-.org", "a b@c.org", "a@b.org\n", ".a@b.org", "a@b..org", ""]
)
def test_one_that_may_be_wrong_is_looked_at(address):
    assert SURE.fullmatch(address) is None


@given(st.from_regex(LINK, fullmatch=True, alphabet=st.characters(codec="ascii")))
def test_a_link_is_the_same_once_it_is_read_and_no_line_is_too_long(link):
    for long in (link, *(link + "x" * (length - len(link)) for length in (74, 75, 76, 149, 150, 151))):
        coded = coded_piece(long)
        assert (a2b_qp(coded), max(map(len, coded.split(b"\r\n"))) <= 76) == (long.encode(), True)


@given(
    st.sampled_from(["To", "Message-ID", "List-Unsubscribe", "Subject"]),
    st.text(st.characters(min_codepoint=32, max_codepoint=126)),
)
def test_a_header_of_plain_words_is_as_django_leaves_it(name, value):
    assert _header(name, value) == "\r\n".join(": ".join(forbid_multi_line_headers(name, value, None)).splitlines())


def test_djangos_own_email_is_made_only_for_whoever_asks(messages):
    address = messages[0].client.email
    email = prepare_all(read_facts(messages[:1], NOON), messages[:1], NOON)[0].email
    assert (email.wire[:8], email.envelope[1], email.provider_id) == (b"Subject:", f"<{address}>", "")
    assert "for_django" not in vars(email)
    assert email.for_django.subject == email.for_django.message()["Subject"]
    assert (email.for_django.to, email.for_django.body in email.for_django.alternatives[0][0]) == ([address], True)
