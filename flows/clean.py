"""The flow: scraped articles in, a checked corpus out."""

from typing import Any

from prefect import flow
from prefect.task_runners import ProcessPoolTaskRunner, TaskRunner

from copydesk.report.record import RunRecord
from copydesk.stages import PER_DOCUMENT
from flows.finish import finish, gate
from flows.run import Run
from flows.settings import load
from flows.work import apply, find_copies, publish, take_in

__all__ = ["clean_corpus"]

# Worker processes of this machine, one per core; `flows.start` puts the runner of the settings in its place.
_RUNNER: TaskRunner[Any] = ProcessPoolTaskRunner()


@flow(name="clean-corpus", task_runner=_RUNNER)
def clean_corpus(settings: dict[str, Any] | None = None) -> RunRecord:
    """Take everything that is new under the raw sources and publish it, checked after every stage.

    `settings` override those of `copydesk.toml` and `COPYDESK_*` where the flow runs, so a deployment may give a few as JSON.
    """
    with Run.open(load(**(settings or {}))) as run:
        work = gate("ingest", take_in(run), run)
        for stage in PER_DOCUMENT:  # encoding, boilerplate, language, translation
            work = gate(stage, apply(stage, work, run), run)
        copies = gate("duplicates", find_copies(work, run), run)
        return finish(gate("publish", publish(copies, run), run), run)
