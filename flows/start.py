"""Start the flow in this process, on the runner that the settings name."""

import os
import signal
import threading
import time
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
    runner: TaskRunner[Any] = (
        ThreadPoolTaskRunner(max_workers=settings.workers)
        if settings.runner == "threads"
        else ProcessPoolTaskRunner(max_workers=settings.workers, initializer=_live_and_die_with_the_run, initargs=(os.getpid(),))
    )
    with server():
        return clean_corpus.with_options(task_runner=runner)(given)


def _live_and_die_with_the_run(run: int) -> None:
    """What each worker does first: leave interrupts, which reach every process of a terminal, to the run, and end when the run does, killed or not."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=(run,), daemon=True).start()


def _end_with(run: int) -> None:
    while os.getppid() == run:
        time.sleep(1)
    os._exit(1)
