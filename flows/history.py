"""How a run ends: one commit of the documents, one row for the run, one report, in an order that a crash cannot spoil.

1. The run's record is written down as *intent*.   2. The documents are committed, under the run's number.   3. The run's row and its report are written.
4. The intent goes, and with it the shards of earlier runs.
Whoever opens the corpus next looks for an intent: if its commit was made, steps 3 and 4 are done again (both may be repeated); if not, the run is still to do.
"""

import json
import shutil
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import fields, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.dataset as pds
from deltalake import DeltaTable, write_deltalake
from deltalake.exceptions import TableNotFoundError

from copydesk.errors import InputError
from copydesk.ingest import homes, storage
from copydesk.report.collect import collect
from copydesk.report.record import RunRecord
from copydesk.report.render import render
from copydesk.report.stories import COLUMNS
from copydesk.store import schema, shards
from copydesk.store.corpus import Corpus
from copydesk.work import Piece

__all__ = ["commit", "hidden", "last_number", "newest_report", "put_on_record", "recover", "refuse_namesakes", "report_path", "runs", "sweep"]

_FIGURES = ("in", "unchanged", "kept", "duplicate", "quarantined", "edits", "flags")
_STATUSES = ("kept", "duplicate", "quarantined")
# Whole numbers, strings and JSON only: a table that any reader can open.
_COLUMNS: dict[str, pa.DataType] = {
    "number": pa.int64(),
    **dict.fromkeys(("run_id", "outcome", "started", "finished", "version"), pa.string()),
    **dict.fromkeys((*_FIGURES, *(f"corpus_{status}" for status in _STATUSES)), pa.int64()),
    # Figures and check results of each stage: the report's trend lines.
    "stages": pa.string(),
    # The folders from which sources took their names, by name: two of one name would replace each other's documents.
    "homes": pa.string(),
}
RUNS = pa.schema(_COLUMNS)


def hidden(out: Path) -> Path:
    """Return the folder of what is not published: lock, intent and the work of runs."""
    return out / ".copydesk"


def report_path(out: Path, run_id: str) -> Path:
    """Return where a run's report lies."""
    return out / "reports" / f"{run_id}.html"


def runs(out: Path) -> pa.Table:
    """Return the runs on record, oldest first."""
    try:
        found = DeltaTable(str(out / "runs")).to_pyarrow_dataset().to_table()
    except TableNotFoundError:
        return RUNS.empty_table()
    return found.cast(RUNS).sort_by("number")


def last_number(out: Path) -> int:
    """Return the number of the last run on record or committed, 0 for none."""
    known = [int(number) for number in runs(out).column("number").to_pylist() if number is not None]
    return max([0, *known, Corpus(out).commits])


def newest_report(out: Path) -> Path | None:
    """Return the report of the newest run, or None where there is none."""
    found = sorted((out / "reports").glob("*.html"))
    return found[-1] if found else None


def commit(out: Path, corpus: Corpus, number: int, record: RunRecord, pieces: Collection[Piece], arrived: Collection[str]) -> RunRecord:
    """Publish the rows of the pieces in one commit and put the run on record; return the record with the corpus as it is then.

    `arrived` are the ids that came in with this run; the other rows are those whose fate it changes, which its totals do not count.
    """
    paths = [piece.documents.path for piece in pieces]
    if paths:
        record = _with_findings(record, paths, corpus, arrived)
    shards.write_atomic(_intent(out), lambda sink: sink.write(json.dumps({"number": number}).encode() + b"\n" + record.to_json()))
    pa.default_memory_pool().release_unused()
    if paths or corpus.version < 0:
        corpus.commit(_batches(paths), number, record.run_id)
    return _finish(out, corpus, number, record)


def refuse_namesakes(out: Path, given: Mapping[str, str]) -> None:
    """Raise `InputError` where another folder that is still there was published under the name of one that is given now.

    Documents are known by folder and file, so those of the one would replace those of the other.
    """
    for text in runs(out).column("homes").to_pylist():
        for name, path in json.loads(text or "{}").items():
            if name in given and path != given[name] and (storage.exists(path) if storage.is_url(path) else Path(path).is_dir()):
                msg = f"{given[name]} and {path}, which was published before, are both called {name}: rename one, or give their common parent as --raw"
                raise InputError(msg)


def put_on_record(out: Path, number: int, record: RunRecord) -> None:
    """Write a run's row, unless it is there, and its report."""
    if number not in runs(out).column("number").to_pylist():
        row = {
            "number": number,
            **{name: getattr(record, name) for name in ("run_id", "outcome", "started", "finished", "version")},
            **{name: record.totals.get(name, 0) for name in _FIGURES},
            **{f"corpus_{name}": record.corpus.get(name, 0) for name in _STATUSES},
            "stages": json.dumps(json.loads(record.to_json())["stages"]),
            "homes": json.dumps(homes(record.raw)),
        }
        write_deltalake(str(out / "runs"), pa.Table.from_pylist([row], schema=RUNS), mode="append", name="runs")
    shards.write_atomic(report_path(out, record.run_id).with_suffix(".json"), lambda sink: sink.write(record.to_json()))
    shards.write_atomic(report_path(out, record.run_id), lambda sink: sink.write(render(record).encode("utf-8", "replace")))


def recover(out: Path) -> None:
    """Finish a run that was cut off after its commit, or forget its intent if the commit was never made, and delete the drafts that killed writers left.

    Whoever calls this holds the corpus's lock, so no draft has a writer that lives.
    """
    for folder in (hidden(out), hidden(out) / "work", out / "reports"):
        for draft in folder.glob(".*.tmp"):
            draft.unlink()
    try:
        head, _, body = _intent(out).read_bytes().partition(b"\n")
    except FileNotFoundError:
        return
    corpus, facts = Corpus(out), json.loads(head)
    if corpus.commits >= facts["number"]:
        _finish(out, corpus, facts["number"], RunRecord.from_json(body))
    else:
        _intent(out).unlink()


def sweep(folder: Path, used: Collection[str]) -> None:
    """Delete the shards of earlier runs; manifests go first, so that no shard is taken for whole."""
    for path in sorted(folder.iterdir(), key=lambda path: path.suffix != ".json"):
        if path.is_dir():
            shutil.rmtree(path)
        elif path.stem not in used:
            path.unlink(missing_ok=True)


def _with_findings(record: RunRecord, paths: Collection[str], corpus: Corpus, arrived: Collection[str]) -> RunRecord:
    rows = pds.dataset(list(paths), schema=schema.PUBLISHED, format="parquet").to_table(filter=pds.field("id").isin(pa.array(sorted(arrived), pa.string())))
    elsewhere = set(schema.strings(rows, "kept_id")) - set(schema.strings(rows, "id")) - {""}
    known = corpus.rows(["id", "source"], ids=elsewhere)
    beside = _told_beside(rows, paths, corpus)
    sources = dict(zip(schema.strings(known, "id"), schema.strings(known, "source"), strict=True))
    found = collect(rows, sources, beside=beside, flag_score=record.settings["translation"]["flag_score"])
    parts = {field.name: getattr(found, field.name) for field in fields(found) if field.name != "totals"}
    return replace(record, totals={**record.totals, **found.totals}, **parts)


def _told_beside(rows: pa.Table, paths: Collection[str], corpus: Corpus) -> pa.Table:
    """Return the rows of documents beside those that came in, as they will stand, which are in a story of one of them."""
    stories = pds.field("story").isin(pa.array(sorted(set(schema.strings(rows, "story")) - {""}), pa.string()))
    amended = pds.dataset(list(paths), schema=schema.PUBLISHED, format="parquet").to_table(columns=COLUMNS)
    published = corpus.rows(COLUMNS)
    standing = published.filter(~pds.field("id").isin(amended.column("id").combine_chunks()))
    return pa.concat_tables([amended.filter(~pds.field("id").isin(rows.column("id").combine_chunks())), standing]).filter(stories)


def _finish(out: Path, corpus: Corpus, number: int, record: RunRecord) -> RunRecord:
    record = replace(record, corpus=corpus.counts())
    put_on_record(out, number, record)
    _intent(out).unlink(missing_ok=True)
    return record


def _intent(out: Path) -> Path:
    return hidden(out) / "intent.json"


def _batches(paths: Iterable[str]) -> Iterator[pa.RecordBatch]:
    # Little is read ahead: the writer is the slower side, and what waits for it is memory.
    dataset = pds.dataset(list(paths), schema=schema.PUBLISHED, format="parquet")
    return dataset.to_batches(batch_size=1_000, batch_readahead=1, fragment_readahead=1)
