"""The Prefect server of a run: the one that is configured, else one of our own for as long as it is needed.

Left to itself Prefect starts a temporary server in each process that asks for one, the workers among them, and gives each 20 s to come up: three servers for
a run on two cores, and a run that fails on a busy machine. One server that all share is cheaper and is waited for.
"""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.error import URLError
from urllib.request import urlopen

from prefect.context import refresh_global_settings_context
from prefect.settings import get_current_settings

from copydesk.errors import InputError

__all__ = ["server"]

_HOST, _PATIENCE = "127.0.0.1", 180.0


@contextmanager
def server() -> Iterator[str]:
    """Give the address of the API that is configured (environment or profile), else start a server on a free loopback port and end it afterwards.

    Raises `InputError` where no server answers.
    """
    if configured := get_current_settings().api.url:
        _wait(configured, None)
        yield configured
        return
    with socket.socket() as probe:
        probe.bind((_HOST, 0))
        port = probe.getsockname()[1]
    url = f"http://{_HOST}:{port}/api"
    command = [
        sys.executable,
        "-m",
        "flows.watched",
        str(os.getpid()),
        sys.executable,
        "-m",
        "prefect",
        "server",
        "start",
        "--host",
        _HOST,
        "--port",
        str(port),
        "--no-ui",
    ]
    # A session of its own: an interrupt at the terminal is for the run, which then ends the server. If the run is killed, the watcher ends it.
    own = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)  # noqa: S603 - our own command
    try:
        _wait(url, own)
        # For all threads and workers, not just this context: Prefect's own threads (logs, events) would else start a server for themselves.
        os.environ["PREFECT_API_URL"] = url
        refresh_global_settings_context()
        yield url
    finally:
        os.environ.pop("PREFECT_API_URL", None)
        refresh_global_settings_context()
        own.terminate()
        try:
            own.wait(timeout=20)
        except subprocess.TimeoutExpired:
            own.kill()


def _wait(url: str, own: "subprocess.Popen[bytes] | None") -> None:
    until = time.monotonic() + (_PATIENCE if own else 10)
    while time.monotonic() < until and (own is None or own.poll() is None):
        try:
            with urlopen(f"{url.rstrip('/')}/health", timeout=5) as answer:  # noqa: S310 - the address that the user configured, or our own
                if answer.status == 200:  # noqa: PLR2004 - HTTP OK
                    return
        except (URLError, OSError, ValueError):
            time.sleep(0.2)
    whose = "the Prefect server did not come up: start one with `prefect server start` and set PREFECT_API_URL to its address"
    msg = whose if own else f"no Prefect server answers at {url}, where PREFECT_API_URL or the profile says it is: start it, or unset PREFECT_API_URL"
    raise InputError(msg)
