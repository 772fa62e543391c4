"""Several programs as one: started in order, their lines prefixed, stopped in order, nothing left behind."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from typing import TextIO

ROOT = Path(__file__).resolve().parents[2]
TIED = Path(__file__).with_name("tied.py")
GRACE_SECONDS = 20  # a worker may be in the middle of an email; the mail server gets 10 seconds
LOOK_SECONDS = 0.2
NOISE = ("Memory overcommit must be enabled",)  # advice for a broker that forks; ours is small
NAME_WIDTH = 7


@dataclass
class Child:
    """One running program, in a session of its own so that Ctrl-C reaches only us."""

    name: str
    process: "subprocess.Popen[str]"
    printer: Thread

    def running(self) -> bool:
        """Whether the program itself still runs."""
        return self.process.poll() is None

    def stop(self, *, patience: float) -> None:
        """Ask it to end; after `patience` seconds, end it and whatever it started."""
        self._signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=patience)
        self._signal(signal.SIGKILL)
        self.process.wait()
        self.printer.join(timeout=1)

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, number)


@dataclass
class Children:
    """All of them; `stop_wanted` is set by a signal."""

    out: TextIO
    started: dict[str, Child] = field(default_factory=dict)
    stop_wanted: Event = field(default_factory=Event)
    in_a_hurry: Event = field(default_factory=Event)

    def start(self, name: str, command: list[str], environment: Mapping[str, str]) -> Child:
        """Start one program; its output appears line by line behind its name."""
        process = subprocess.Popen(  # noqa: S603  our own commands only
            [sys.executable, str(TIED), str(os.getpid()), *command],
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
            cwd=ROOT,
        )
        printer = Thread(target=self._print_lines, args=(name, process), daemon=True)
        printer.start()
        self.started[name] = Child(name, process, printer)
        return self.started[name]

    def _print_lines(self, name: str, process: "subprocess.Popen[str]") -> None:
        for line in process.stdout or ():
            if any(words in line for words in NOISE):
                continue
            with contextlib.suppress(BrokenPipeError):
                self.out.write(f"{name:<{NAME_WIDTH}}| {line}")
                self.out.flush()

    def wait(self) -> Child | None:
        """Wait until a signal asks for the end (None) or a program ends by itself (that program)."""
        while not self.stop_wanted.wait(LOOK_SECONDS):
            for child in self.started.values():
                if not child.running():
                    return child
        return None

    def wait_until(self, ready: Callable[[], bool], *, seconds: float) -> bool:
        """Whether `ready` came true in time, with every program running and nobody asking for the end."""
        until = time.monotonic() + seconds
        while time.monotonic() < until and not self.stop_wanted.is_set():
            if not all(child.running() for child in self.started.values()):
                return False
            if ready():
                return True
            time.sleep(0.05)
        return False

    def stop(self, order: tuple[str, ...]) -> None:
        """Stop them one after another, in this order."""
        for name in order:
            if name in self.started:
                self.started[name].stop(patience=0 if self.in_a_hurry.is_set() else GRACE_SECONDS)

    @contextlib.contextmanager
    def listening_to_signals(self) -> Iterator[None]:
        """The first Ctrl-C or SIGTERM asks for the end; a second one does not wait for anybody."""

        def ask(_number: int, _frame: object) -> None:
            if self.stop_wanted.is_set():
                self.in_a_hurry.set()
            self.stop_wanted.set()

        numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        before = {number: signal.signal(number, ask) for number in numbers}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
