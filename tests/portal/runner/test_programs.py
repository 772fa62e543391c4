import pytest
from django.core.management import CommandError, call_command

from portal.runner import programs


@pytest.mark.parametrize("debug", [True, False])
def test_nothing_listens_to_other_machines(settings, tmp_path, debug):
    settings.DEBUG, settings.VAR = debug, tmp_path
    web, mail = " ".join(programs.web()), " ".join(programs.mail_catcher())
    assert (f" 127.0.0.1:{settings.WEB_PORT}" in web, "0.0.0.0" in web, "--host 127.0.0.1 " in mail) == (
        True,
        False,
        True,
    )


def test_production_gets_no_demo_even_when_asked():
    with pytest.raises(CommandError, match="never loaded in production"):
        call_command("run", demo=True)
