"""django-post_office: queue emails from a template of its own, then send what is queued, in the peers' environment.

python -m benchmarks.post.queued LETTER PORT COUNT DATABASE_URL PROCESSES BATCH LOG_LEVEL     (BATCH 0: its default)
"""

import json
import os
import sys
import tempfile
import time
from urllib.parse import urlsplit

from benchmarks.post import letters

AT_ONCE = 1000


def configure(port: int, database: str, batch: int) -> None:
    """Its tables and Django's, in a database of its own."""
    parts = urlsplit(database)
    letters.configure(
        port,
        INSTALLED_APPS=["post_office"],
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend",
        POST_OFFICE={"BATCH_SIZE": batch, "BATCH_DELIVERY_TIMEOUT": 3600}
        if batch
        else {"BATCH_DELIVERY_TIMEOUT": 3600},
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.postgresql",
                "NAME": parts.path[1:],
                "USER": parts.username,
                "HOST": parts.hostname,
                "PORT": parts.port,
            }
        },
    )


def queue(path: str, count: int) -> None:
    """Write them all down, rendered, as it does unless told otherwise. Not measured."""
    from post_office import mail
    from post_office.models import EmailTemplate

    kept = letters.letter(path)
    template, _made = EmailTemplate.objects.update_or_create(
        name="letter", defaults={"subject": kept.subject, "content": kept.text, "html_content": kept.html}
    )
    for start in range(0, count, AT_ONCE):
        mail.send_many(
            [
                {
                    "recipients": letters.address(number),
                    "sender": letters.SENDER,
                    "template": template,
                    "context": letters.of(number),
                }
                for number in range(start, min(count, start + AT_ONCE))
            ]
        )


def main(path: str, port: int, count: int, database: str, processes: int, batch: int, log_level: int) -> float:
    """Seconds from the first look into the queue until nothing is queued."""
    configure(port, database, batch)
    from django.core.management import call_command
    from post_office.mail import send_queued_mail_until_done

    call_command("migrate", verbosity=0)
    queue(path, count)
    lock = os.path.join(tempfile.mkdtemp(), "lock")
    begun = time.monotonic()
    send_queued_mail_until_done(lock, processes, log_level)
    return time.monotonic() - begun


if __name__ == "__main__":
    letter_file, mail_port, number, url, *rest = sys.argv[1:]
    print(json.dumps(main(letter_file, int(mail_port), int(number), url, *map(int, rest))))
