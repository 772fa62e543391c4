"""A mail server in a process of its own: it counts by Message-ID and recipient, and misbehaves when it is told to.

    python -m tests.mailsink MAIL_PORT CONTROL_PORT

Only the standard library, so that it takes little of the machine that it helps to measure. It can answer late, as a
server far away does. MailSink starts it and talks to it.
"""

import asyncio
import contextlib
import json
import re
import socket
import subprocess
import sys
import time
from collections import Counter, deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ID = re.compile(rb"^message-id:\s*(<[^>\r\n]+>)", re.IGNORECASE | re.MULTILINE)
END = b"\r\n.\r\n"
HELLO = b"250-sink\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SIZE 20000000\r\n"
ROOT = Path(__file__).resolve().parents[1]
SECONDS_TO_START = 120  # on a busy machine


class Mind:
    """What the server has taken, and its mood: `refuse`, `defer`, `cut`, `hang` or `hold`, for so many messages."""

    def __init__(self) -> None:
        self.round_trip, self.connections = 0.0, 0
        self.open: dict[int, int] = {}  # the number of each open connection, by the sender's port
        self.mood, self.left = "", 0
        self.forget()

    def forget(self) -> None:
        """Begin to count anew."""
        self.taken: list[tuple[str, str, int]] = []  # Message-ID, recipient, number of the connection
        self.held: list[int] = []  # the connections on which a sender waits for an answer to what was taken
        self.struck: Counter[str] = Counter()
        self.bytes, self.first, self.last = 0, 0.0, 0.0

    def strikes(self, mood: str) -> bool:
        """Whether this mood falls on the message at hand."""
        if self.mood != mood or self.left < 1:
            return False
        self.left -= 1
        self.struck[mood] += 1
        return True

    def take(self, body: bytes, recipients: list[str], connection: int) -> None:
        """Keep one message for each recipient."""
        found = ID.search(body, 0, 8000)
        name = found[1].decode() if found else "?"
        self.taken += [(name, recipient, connection) for recipient in recipients]
        self.bytes += len(body)
        self.last = time.time()
        self.first = self.first or self.last


class Conversation(asyncio.Protocol):
    """One sender's connection."""

    def __init__(self, mind: Mind) -> None:
        self.mind, self.heard, self.in_body, self.recipients = mind, bytearray(), False, list[str]()
        self.said, self.late, self.silent = bytearray(), deque[bytes](), False

    def connection_made(self, transport: Any) -> None:
        self.transport, self.port = transport, transport.get_extra_info("peername")[1]
        self.mind.connections += 1
        self.number = self.mind.open[self.port] = self.mind.connections
        if self.mind.mood == "refuse":
            self.mind.struck["refuse"] += 1
            transport.abort()
            return
        self.said += b"220 sink\r\n"
        self.speak(trips=2)  # the handshake took one as well

    def connection_lost(self, _why: Exception | None) -> None:
        if self.mind.open.get(self.port) == self.number:
            del self.mind.open[self.port]

    def data_received(self, data: bytes) -> None:
        self.heard += data
        while self.step():
            pass
        self.speak()

    def step(self) -> bool:
        """Understand one line, or one whole body; False when more must come first."""
        if self.silent:
            return False
        if self.in_body:
            return self.body()
        end = self.heard.find(b"\r\n")
        if end < 0:
            return False
        line = bytes(self.heard[:end])
        del self.heard[: end + 2]
        self.line(line)
        return True

    def line(self, line: bytes) -> None:
        word = line[:4].upper()
        if word == b"RCPT":
            self.recipient(line.partition(b"<")[2].partition(b">")[0].decode())
        elif word == b"DATA":
            self.in_body = bool(self.recipients)
            self.said += b"354 Go on\r\n" if self.in_body else b"503 For whom?\r\n"
        elif word == b"EHLO":
            self.said += HELLO
        elif word == b"QUIT":
            self.said += b"221 Bye\r\n"
            self.leave()
        elif word == b"MAIL" and self.mind.mood == "refuse":
            self.mind.struck["refuse"] += 1
            self.said += b"421 Closing\r\n"
            self.leave()
        else:
            self.recipients = []
            self.said += b"250 Fine\r\n"

    def recipient(self, address: str) -> None:
        """550 for an address that is nobody's, 451 in the mood to put off."""
        if address.startswith("nobody"):
            self.said += b"550 No such person\r\n"
        elif self.mind.strikes("defer"):
            self.said += b"451 Later\r\n"
        else:
            self.recipients.append(address)
            self.said += b"250 Fine\r\n"

    def body(self) -> bool:
        if len(self.heard) > 100 and self.mind.strikes("cut"):
            self.transport.abort()
            return False
        end = self.heard.find(END)
        if end < 0:
            return False
        body, self.in_body = bytes(self.heard[:end]), False
        del self.heard[: end + len(END)]
        if self.mind.strikes("hang"):
            self.silent = True  # nothing was taken, and nothing is ever said
            return False
        self.mind.take(body, self.recipients, self.number)
        if self.mind.strikes("hold"):
            self.silent = True
            self.mind.held.append(self.number)
            return False
        self.said += b"250 Taken\r\n"
        return True

    def leave(self) -> None:
        """Hang up once all that was said has arrived, such as that the email before was taken."""
        self.silent = True
        self.speak()
        if self.mind.round_trip:
            asyncio.get_running_loop().call_later(self.mind.round_trip, self.transport.close)
        else:
            self.transport.close()

    def speak(self, trips: int = 1) -> None:
        """Say what there is to say, one round trip later, in the order in which it was said."""
        if not self.said:
            return
        words, self.said = bytes(self.said), bytearray()
        if not self.mind.round_trip:
            self.transport.write(words)
            return
        self.late.append(words)
        loop = asyncio.get_running_loop()
        loop.call_later(self.mind.round_trip * trips, lambda: self.transport.write(self.late.popleft()))


async def command(mind: Mind, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer one command: a line of JSON each way."""
    words = json.loads(await reader.readline())
    for name, value in words.get("set", {}).items():
        setattr(mind, name, value)
    if words.get("forget"):
        mind.forget()
    names = ["held", "struck", "bytes", "first", "last", "open", "left"] + ["taken"] * ("all" in words)
    said = {name: getattr(mind, name) for name in names} | {"number": len(mind.taken)}
    writer.write(json.dumps(said).encode() + b"\n")
    await writer.drain()
    writer.close()


async def serve(mail_port: int, control_port: int) -> None:
    """Until it is killed."""
    mind, loop = Mind(), asyncio.get_running_loop()
    async with (
        await loop.create_server(lambda: Conversation(mind), "127.0.0.1", mail_port) as mail,
        await asyncio.start_server(lambda *ends: command(mind, *ends), "127.0.0.1", control_port, limit=1 << 20),
    ):
        await mail.serve_forever()


class MailSink:
    """The sink's process, seen from a test."""

    def __init__(self, port: int, control: int) -> None:
        self.port, self.control = port, control

    def ask(self, **words: Any) -> dict[str, Any]:
        """Tell it something (`set`, `forget`), and hear how it is; with `all` what it has taken as well."""
        with (
            socket.create_connection(("127.0.0.1", self.control), timeout=SECONDS_TO_START) as door,
            door.makefile("rwb") as line,
        ):
            line.write(json.dumps(words).encode() + b"\n")
            line.flush()
            answer: dict[str, Any] = json.loads(line.readline())
            return answer

    def open(self) -> dict[int, int]:
        """The number of each open connection, by the port it comes from."""
        return {int(port): number for port, number in self.ask()["open"].items()}

    def mood(self, mood: str, times: int = 1_000_000) -> None:
        """Be like this for so many messages."""
        self.ask(set={"mood": mood, "left": times})


@contextlib.contextmanager
def mail_sink(mail_port: int, control_port: int) -> Iterator[MailSink]:
    """A running sink."""
    process = subprocess.Popen([sys.executable, "-m", "tests.mailsink", str(mail_port), str(control_port)], cwd=ROOT)
    try:
        sink = MailSink(mail_port, control_port)
        until = time.monotonic() + SECONDS_TO_START
        while time.monotonic() < until:
            with contextlib.suppress(OSError):
                sink.ask()
                break
            time.sleep(0.05)
        yield sink
    finally:
        process.kill()
        process.wait()


def ports_of(pid: int, server: int) -> set[int]:
    """The ports from which a process holds connections to a server here."""
    sockets = set()
    for entry in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(OSError):
            sockets.add(str(entry.readlink()).removeprefix("socket:[").removesuffix("]"))
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    ours = [row for row in rows if row[9] in sockets and int(row[2].partition(":")[2], 16) == server]
    return {int(row[1].partition(":")[2], 16) for row in ours}


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), int(sys.argv[2])))
