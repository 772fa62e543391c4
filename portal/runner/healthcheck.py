"""For containers: ends with 0 when the address answers 200. Imports no Django.

python -m portal.runner.healthcheck http://127.0.0.1:8000/readyz
"""

import os
import sys
import urllib.error
import urllib.request
from urllib.parse import urlsplit

SECONDS = 10


def answers(address: str) -> bool:
    """Whether the address answers 200, asked under the site's own name: other names are refused."""
    host = urlsplit(os.environ.get("BASE_URL", "")).netloc or urlsplit(address).netloc
    request = urllib.request.Request(address, headers={"Host": host})  # noqa: S310  the address is our own
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310
            return bool(answer.status == 200)  # noqa: PLR2004
    except (OSError, urllib.error.HTTPError):
        return False


if __name__ == "__main__":
    sys.exit(0 if answers(sys.argv[1]) else 1)
