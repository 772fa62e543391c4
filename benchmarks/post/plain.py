"""Django's own SMTP backend over one open connection, its own templates and its own emails.

python -m benchmarks.post.plain LETTER PORT COUNT
"""

import json
import sys
import time

from benchmarks.post import letters


def main(path: str, port: int, count: int) -> float:
    """Seconds for all."""
    letters.configure(port)
    from django.core.mail import get_connection

    with get_connection("django.core.mail.backends.smtp.EmailBackend") as server:
        letters.email(path, 0)
        begun = time.monotonic()
        for number in range(count):
            server.send_messages([letters.email(path, number)])
        return time.monotonic() - begun


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], *map(int, sys.argv[2:]))))
