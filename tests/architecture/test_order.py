"""The slowest tests begin first, or one core waits for them at the end."""

from tests.order import place


def test_what_takes_longest_comes_first(request):
    places = [place(item.nodeid) for item in request.session.items]
    assert places == sorted(places)
