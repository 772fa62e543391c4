"""A link that is used again for the next email: made again from its row and the site's own key, and from no less."""

from datetime import timedelta

import pytest
from django_scopes import scope

from clients.links.services import (
    LinkNotOpen,
    hold_links,
    issue_lasting_link,
    issue_link,
    issue_links,
    lasting_tokens,
    open_link,
    revoke_links,
)
from clients.models import ClientLink
from tests.factories import NOON, ClientFactory, ClinicFactory

DAY = timedelta(days=1)
OFF = "emails_off"


@pytest.fixture
def person(clinic):
    return ClientFactory(clinic=clinic)


def issued(person, at=NOON, lasts=10 * DAY):
    return issue_lasting_link(client=person, purpose=OFF, at=at, lasts=lasts)


def found(*people, purpose=OFF, until=NOON + DAY):
    return lasting_tokens(clients=[one.pk for one in people], purpose=purpose, until=until)


def test_it_is_found_again_and_opens(person, django_assert_num_queries):
    other, without = ClientFactory(clinic=person.clinic), ClientFactory(clinic=person.clinic)
    tokens = {one.pk: issued(one) for one in (person, other)}
    with django_assert_num_queries(1):
        assert found(person, other, without) == tokens
    assert len({*tokens.values()}) == 2
    link = open_link(token=tokens[person.pk], purpose=OFF, at=NOON)
    assert (link.client, link.subject_id, len(tokens[person.pk])) == (person, person.pk, 43)


def test_nothing_in_the_database_opens_it(person, settings):
    token = issued(person)
    row = ClientLink.objects.values().get()
    assert [value for value in row.values() if token in str(value)] == []
    for tried in (row["nonce"], row["token_hash"]):
        with pytest.raises(LinkNotOpen):
            open_link(token=tried, purpose=OFF, at=NOON)
    settings.SECRET_KEY = "another"
    assert found(person) == {}
    assert open_link(token=token, purpose=OFF, at=NOON).client == person


def test_of_several_the_one_that_is_open_longest_is_used(person):
    issued(person, lasts=30 * DAY)
    longest = issued(person, lasts=40 * DAY)
    issued(person, lasts=20 * DAY)
    assert found(person) == {person.pk: longest}


def test_one_that_soon_ends_is_not_used_again(person):
    token = issued(person, lasts=10 * DAY)
    assert (found(person, until=NOON + 9 * DAY), found(person, until=NOON + 10 * DAY)) == ({person.pk: token}, {})


def test_one_that_was_revoked_is_never_used_again(person):
    issued(person)
    revoke_links(client_id=person.pk, purpose=OFF, subject_id=person.pk, at=NOON)
    assert found(person) == {}
    again = issued(person)
    assert found(person) == {person.pk: again}


def test_no_other_link_is_mistaken_for_it(person):
    issue_link(client=person, purpose=OFF, subject_id=person.pk, at=NOON, lasts=10 * DAY)
    issued(person)
    assert found(person, purpose="follow_up") == {}
    other = ClientFactory(clinic=ClinicFactory())
    with scope(clinic=other.clinic):
        issued(other)
        assert found(person) == {}
    ClientLink.objects.update(client=ClientFactory(clinic=person.clinic))
    assert found(person) == {}


def test_held_it_opens_once_it_is_issued(person):
    with hold_links() as links:
        token = issued(person)
    assert (found(person), len(links)) == ({}, 1)
    issue_links(links)
    assert found(person) == {person.pk: token}
