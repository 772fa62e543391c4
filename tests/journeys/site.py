"""A real portal in a folder of its own: `manage.py run` with web, worker, beat, broker and mail catcher."""

import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from tests.servers import spare_port
from tests.tables import lay_tables

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 120  # seconds, for a busy machine
PATIENCE_TO_START = 600  # tables, the demo clinic and five programs


def wait_for(ask, *, seconds=PATIENCE, what="it"):
    """The first true answer of ask(); fails after the given time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if answer := ask():
            return answer
        time.sleep(0.2)
    raise AssertionError(f"waited {seconds:.0f} s in vain for {what}")


@dataclass
class Site:
    """A running portal: where it answers, where its files are."""

    url: str
    var: Path
    process: subprocess.Popen

    def answers(self) -> bool:
        assert self.process.poll() is None, f"the portal stopped:\n{self.output()}"
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=30) as page:
                return page.status == 200
        except (urllib.error.URLError, OSError):
            return False

    def output(self) -> str:
        return (self.var / "output.txt").read_text()

    def mails(self, to: str) -> list[EmailMessage]:
        """The mails the catcher holds for one address, oldest first."""
        files = sorted((self.var / "mail").glob("*.eml"))  # their names begin with the time
        mails = [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]
        return [mail for mail in mails if to in str(mail["To"])]

    def mails_with(self, to: str, path: str) -> list[EmailMessage]:
        """Those of them that lead to such a page."""
        return [mail for mail in self.mails(to) if path in mail.get_body(("plain",)).get_content()]

    def mail(self, to: str, subject: str) -> EmailMessage:
        """Wait for one mail; its subject must match the pattern."""
        return wait_for(
            lambda: next((m for m in self.mails(to) if re.search(subject, str(m["Subject"]))), None),
            what=f"a mail '{subject}' to {to}",
        )

    def execute(self, sql: str, *values: object) -> int:
        """Move the clock by moving the schedule: one statement on the portal's own database."""
        with sqlite3.connect(self.var / "collagenda.sqlite3", timeout=PATIENCE) as database:
            return database.execute(sql, values).rowcount

    def ask(self, sql: str, *values: object) -> list[tuple]:
        with sqlite3.connect(self.var / "collagenda.sqlite3", timeout=PATIENCE) as database:
            return database.execute(sql, values).fetchall()


def start_site(var: Path) -> Site:
    """Start the portal as a newcomer would and wait until it is ready. Only its tables are laid; it loads its demo."""
    lay_tables(var / "collagenda.sqlite3")
    web, mail, mail_web = spare_port(), spare_port(), spare_port()
    elsewhere = {"DATABASE_URL", "CELERY_BROKER_URL", "EMAIL_URL", "BASE_URL"}
    env = {name: value for name, value in os.environ.items() if name not in elsewhere} | {
        "DJANGO_SETTINGS_MODULE": "portal.settings.dev",
        "VAR_DIR": str(var),
        "WEB_PORT": str(web),
        "MAIL_PORT": str(mail),
        "MAIL_WEB_PORT": str(mail_web),
        "TICK_SECONDS": "1",
        "PYTHONUNBUFFERED": "1",
    }
    with (var / "output.txt").open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "run"],
            cwd=ROOT,
            env=env,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    site = Site(url=f"http://localhost:{web}", var=var, process=process)
    try:
        wait_for(site.answers, seconds=PATIENCE_TO_START, what="the portal to start")
    except BaseException:
        stop_site(site)
        raise
    return site


def stop_site(site: Site) -> None:
    """As Ctrl-C does; what does not end then is killed with all it started, so that nothing is left behind."""
    site.process.send_signal(signal.SIGINT)
    try:
        site.process.wait(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        os.killpg(site.process.pid, signal.SIGKILL)
        raise


def link_in(mail: EmailMessage, path: str) -> str:
    """The first address in the mail's text that leads to a path such as /screening/."""
    text = mail.get_body(("plain",)).get_content()
    found = re.search(rf"https?://\S+{re.escape(path)}\S+", text)
    assert found, text
    return found.group().rstrip(".>)")
