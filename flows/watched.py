"""Run a command for as long as the process that asked for it lives: `python -m flows.watched PID COMMAND ...`, in a process group of its own.

A server that outlives its run, because the run was killed, holds its port, its database and the pipes of whoever waits for the output.
"""

import os
import signal
import subprocess
import sys
import time
from typing import NoReturn

__all__ = ["main"]


def main() -> None:
    """Start the command, and end the group when the asker is gone, the command has ended, or this process is told to."""
    asker, command = int(sys.argv[1]), sys.argv[2:]
    signal.signal(signal.SIGTERM, _end)
    child = subprocess.Popen(command)  # noqa: S603 - the command of our own program
    while child.poll() is None and os.getppid() == asker:
        time.sleep(0.5)
    _end()


def _end(*_: object) -> NoReturn:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    os.killpg(0, signal.SIGTERM)
    sys.exit(0)


if __name__ == "__main__":
    main()
