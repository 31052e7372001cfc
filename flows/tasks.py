"""The Prefect tasks: one per stage and shard, each a call of the plain function that does the work.

A task gets and gives back paths and small plain data, never texts, so that it runs as well in another process or on another machine.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from prefect import task
from prefect.cache_policies import NO_CACHE

from copydesk.comparison import index_file, index_shard
from copydesk.counting import LineCounts, lines_shard
from copydesk.document import Verdict
from copydesk.publish import Stamp, publish_shard
from copydesk.settings import StageSettings
from copydesk.store.shards import Shard
from copydesk.telling import Standing
from copydesk.work import Piece, Unit, ingest_unit, judge_shard

__all__ = ["fingerprint", "fingerprint_again", "judge", "lines", "prepare", "take_in"]

# A fault of the machine (a full disk, a network folder that is away) may pass; a document cannot make a task fail.
_RETRIES, _DELAY_SECONDS = 2, 2
# What is done is told by shards and manifests; Prefect need not hash the arguments to guess it.


@task(task_run_name="ingest {name}", retries=_RETRIES, retry_delay_seconds=_DELAY_SECONDS, cache_policy=NO_CACHE)
def take_in(name: str, unit: Unit, settings: StageSettings, folder: Path) -> list[Piece]:  # noqa: ARG001 - the name is the task run's
    """Read the files of one unit into shards."""
    return ingest_unit(unit, settings, folder)


@task(task_run_name="lines {name}", retries=_RETRIES, retry_delay_seconds=_DELAY_SECONDS, cache_policy=NO_CACHE)
def lines(name: str, shard: Shard, marks: Mapping[str, str], folder: Path) -> Shard:  # noqa: ARG001 - as above
    """Note the lines of one shard's documents, for the counts of their sites."""
    return lines_shard(shard, marks, folder)


@task(task_run_name="{stage} {name}", retries=_RETRIES, retry_delay_seconds=_DELAY_SECONDS, cache_policy=NO_CACHE)
def judge(
    name: str,  # noqa: ARG001 - as above
    stage: str,
    shard: Shard,
    marks: Mapping[str, str],
    settings: StageSettings,
    folder: Path,
    counts: LineCounts | None = None,
) -> Piece:
    """Take one shard through one per-document stage."""
    return judge_shard(stage, shard, marks, settings, folder, counts)


@task(task_run_name="fingerprint {name}", retries=_RETRIES, retry_delay_seconds=_DELAY_SECONDS, cache_policy=NO_CACHE)
def fingerprint(name: str, shard: Shard, marks: Mapping[str, str], settings: StageSettings, folder: Path) -> Shard:  # noqa: ARG001 - as above
    """Index the documents of one shard: their fingerprints and telltales."""
    return index_shard(shard, marks, settings, folder)


@task(task_run_name="fingerprint {name}", retries=_RETRIES, retry_delay_seconds=_DELAY_SECONDS, cache_policy=NO_CACHE)
def fingerprint_again(name: str, path: str, settings: StageSettings, folder: Path) -> Shard:  # noqa: ARG001 - as above
    """Index the documents of one file of the published table, under other settings than before."""
    return index_file(path, settings, folder)


@task(task_run_name="publish {name}", retries=_RETRIES, retry_delay_seconds=_DELAY_SECONDS, cache_policy=NO_CACHE)
def prepare(
    name: str,  # noqa: ARG001 - as above
    shard: Shard,
    marks: Mapping[str, str],
    index: Shard,
    verdicts: Mapping[str, Verdict],
    standing: Mapping[str, Standing],
    decisions: Mapping[str, Mapping[str, Any]],
    stamp: Stamp,
    folder: Path,
) -> Piece:
    """Make the rows that one shard publishes."""
    return publish_shard(shard, marks, index, verdicts, standing, decisions, stamp, folder)
