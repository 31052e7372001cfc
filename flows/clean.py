"""The flow: scraped articles in, a checked corpus out."""

from prefect import flow
from prefect.task_runners import ProcessPoolTaskRunner

from copydesk.report.record import RunRecord
from copydesk.stages import PER_DOCUMENT
from flows.finish import finish, gate
from flows.run import Run
from flows.settings import Settings, load
from flows.work import apply, find_copies, publish, take_in

__all__ = ["clean_corpus"]


@flow(name="clean-corpus", task_runner=ProcessPoolTaskRunner(), validate_parameters=True)  # type: ignore[arg-type]
def clean_corpus(settings: Settings | None = None) -> RunRecord:
    """Take everything that is new under the raw sources and publish it, checked after every stage."""
    with Run.open(settings or load()) as run:
        work = gate("ingest", take_in(run), run)
        for stage in PER_DOCUMENT:  # encoding, boilerplate, language, translation
            work = gate(stage, apply(stage, work, run), run)
        copies = gate("duplicates", find_copies(work, run), run)
        return finish(gate("publish", publish(copies, run), run), run)
