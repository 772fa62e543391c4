"""Becomes another program that ends when its parent does: python tied.py <parent's process id> <command…>.

On Linux the kernel sends SIGTERM when the parent is killed so hard that it cannot stop its children itself. Elsewhere a
parent killed so hard leaves them. A program of its own, because code between fork and exec is not safe beside threads.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main(parent: int, command: list[str]) -> None:
    """Ask for the signal, make sure that the parent still lives, and become the command."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
        if os.getppid() != parent:
            sys.exit("The parent is gone already.")
    os.execvp(command[0], command)  # noqa: S606  no shell is wanted


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
