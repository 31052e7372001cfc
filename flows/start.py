"""Start the flow in this process, on the runner that the settings name."""

from typing import Any

from prefect.task_runners import ProcessPoolTaskRunner, TaskRunner, ThreadPoolTaskRunner

from copydesk.report.record import RunRecord
from flows.clean import clean_corpus
from flows.server import server
from flows.settings import Settings

__all__ = ["start"]


def start(settings: Settings) -> RunRecord:
    """Run the flow once and return its record. "inline" runs it as the plain function that it is, without Prefect's engine and server."""
    given = settings.model_dump(mode="json")
    if settings.runner == "inline":
        return clean_corpus.fn(given)
    runner: TaskRunner[Any] = (ThreadPoolTaskRunner if settings.runner == "threads" else ProcessPoolTaskRunner)(max_workers=settings.workers)
    with server():
        return clean_corpus.with_options(task_runner=runner)(given)
