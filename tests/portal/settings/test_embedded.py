from pathlib import Path

from portal.settings.embedded import broker_socket, broker_url


def test_the_socket_lies_under_var():
    assert broker_url(Path("/srv/portal/var")) == "redis+socket:///srv/portal/var/broker/broker.sock"


def test_a_long_path_gets_a_short_private_one_and_always_the_same():
    long = Path("/srv") / ("very-long-folder-name" * 6)
    assert len(str(broker_socket(long))) < 90
    assert broker_socket(long) == broker_socket(long) != broker_socket(long / "other")
