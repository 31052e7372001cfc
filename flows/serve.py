"""Run on a schedule: this process serves the flow, with the Prefect server that is configured or one that it starts and watches."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.error import URLError
from urllib.request import urlopen

import click

from copydesk.errors import InputError
from flows.settings import Settings

__all__ = ["serve"]

_HOST, _PATIENCE = "127.0.0.1", 90.0


def serve(settings: Settings, cron: str, name: str) -> None:
    """Serve the flow until interrupted, fired by a cron expression (in UTC). A run takes all that is new, so a missed or doubled firing does no harm.

    Raises `InputError` where the cron expression cannot be read or no server comes up.
    """
    from prefect.client.schemas.schedules import CronSchedule  # noqa: PLC0415 - Prefect takes a second to import

    try:
        schedule = CronSchedule(cron=cron, timezone="UTC")
    except ValueError as fault:
        msg = f"--cron {cron!r} is no cron expression: give minute, hour, day of month, month and day of week, as in '0 3 * * *'"
        raise InputError(msg) from fault
    with _server():
        from flows.clean import clean_corpus  # noqa: PLC0415 - reads the server's address when it is imported

        click.echo(f"serving clean-corpus/{name} at {os.environ['PREFECT_API_URL']}, schedule {cron} (UTC); interrupt to end", err=True)
        clean_corpus.serve(name=name, schedules=[schedule], parameters={"settings": settings.model_dump(mode="json")}, limit=1, pause_on_shutdown=False)


@contextmanager
def _server() -> Iterator[None]:
    """Use the server at PREFECT_API_URL, else start one on a free local port and end it with this process."""
    if os.environ.get("PREFECT_API_URL"):
        yield
        return
    with socket.socket() as probe:
        probe.bind((_HOST, 0))
        port = probe.getsockname()[1]
    url = f"http://{_HOST}:{port}/api"
    command = [sys.executable, "-m", "prefect", "server", "start", "--host", _HOST, "--port", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603 - our own command
    try:
        _wait(url, server)
        os.environ["PREFECT_API_URL"] = url
        yield
    finally:
        server.terminate()
        server.wait(timeout=20)


def _wait(url: str, server: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until and server.poll() is None:
        try:
            with urlopen(f"{url}/health", timeout=2) as answer:  # noqa: S310 - our own address
                if answer.status == 200:  # noqa: PLR2004 - HTTP OK
                    return
        except (URLError, OSError):
            time.sleep(0.3)
    msg = "the Prefect server did not come up: start one with `prefect server start` and set PREFECT_API_URL"
    raise InputError(msg)
