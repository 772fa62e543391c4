"""The limit: smtplib with bytes that are ready, one open connection in each process.

python -m benchmarks.post.raw LETTER PORT COUNT PROCESSES
"""

import json
import multiprocessing
import smtplib
import sys
import time

from benchmarks.post import letters


def send(path: str, port: int, numbers: range, gate: object, times: object) -> None:
    """Send these, once all processes are ready."""
    emails = list(letters.ready(path, numbers))
    with smtplib.SMTP("127.0.0.1", port) as server:
        server.ehlo()
        gate.wait()  # type: ignore[attr-defined]
        begun = time.monotonic()
        for address, email in emails:
            server.sendmail("portal@example.org", [address], email)
        times.put((begun, time.monotonic()))  # type: ignore[attr-defined]


def main(path: str, port: int, count: int, processes: int) -> float:
    """Seconds from the first process's beginning to the last one's end."""
    gate, times = multiprocessing.Barrier(processes), multiprocessing.Queue()
    share = [range(count * one // processes, count * (one + 1) // processes) for one in range(processes)]
    senders = [multiprocessing.Process(target=send, args=(path, port, numbers, gate, times)) for numbers in share]
    for sender in senders:
        sender.start()
    said = [times.get() for _sender in senders]
    for sender in senders:
        sender.join()
    return max(end for _begun, end in said) - min(begun for begun, _end in said)


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], *map(int, sys.argv[2:]))))
