"""Run on a schedule: this process serves the flow, with the Prefect server that is configured or one of its own."""

import click
from prefect.client.schemas.schedules import CronSchedule

from copydesk.errors import InputError
from flows import raw
from flows.clean import clean_corpus
from flows.server import server
from flows.settings import Settings

__all__ = ["serve"]


def serve(settings: Settings, cron: str, name: str) -> None:
    """Serve the flow until interrupted, fired by a cron expression (in UTC). A run takes all that is new, so a missed or doubled firing does no harm.

    Raises `InputError` where the cron expression cannot be read or no server comes up.
    """
    try:
        schedule = CronSchedule(cron=cron, timezone="UTC")
    except ValueError as fault:
        msg = f"--cron {cron!r} is no cron expression: give minute, hour, day of month, month and day of week, as in '0 3 * * *'"
        raise InputError(msg) from fault
    raw.survey(settings)  # what cannot be read is told now, not at night
    with server() as url:
        click.echo(f"serving clean-corpus/{name} at {url}, schedule {cron} (UTC); interrupt to end", err=True)
        clean_corpus.serve(name=name, schedules=[schedule], parameters={"settings": settings.model_dump(mode="json")}, limit=1, pause_on_shutdown=False)
