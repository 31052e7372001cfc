"""The seven stages as the flow calls them: each hands shards to tasks and comes back with what they left.

Nothing is done twice: a shard whose result is already there is not handed out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from copydesk.amend import requalified, retold, still_forgotten, withdrawn
from copydesk.comparison import ENTRY, compare, file_key, index_key, indexed
from copydesk.counting import LineCounts, count, lines_key, sites_of
from copydesk.document import Verdict
from copydesk.metrics import METRICS, pairs_metrics
from copydesk.publish import Stamp, rows_metrics
from copydesk.store import schema, shards
from copydesk.store.shards import Shard
from copydesk.telling import Standing, Told
from copydesk.work import Piece, piece_key, settle_identities, stored_piece, stored_unit, unit_key, units
from flows import tasks
from flows.run import Run
from flows.texts import Texts

__all__ = ["Copies", "Work", "apply", "find_copies", "publish", "take_in"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What a stage leaves: shards, the metrics frame that its gate looks at, the ids that went in, and the marks that the gate then sets."""

    pieces: tuple[Piece, ...]
    frame: pa.Table
    ids_in: tuple[str, ...] | None
    marks: Mapping[str, str]
    figures: Mapping[str, float]

    def alive(self) -> tuple[str, ...]:
        """The ids that the next stage has to account for: those judged here and not held back."""
        return tuple(name for name in schema.strings(self.frame, "id") if not self.marks.get(name))

    def marks_of(self, piece: Piece) -> dict[str, str]:
        """The marks that concern one shard."""
        names = _ids(piece.documents) if self.marks else []
        return {name: self.marks[name] for name in names if name in self.marks}


@dataclass(frozen=True, slots=True, kw_only=True)
class Copies(Work):
    """The near-copy stage's work: the shards as they were, the index of each, verdicts and index rows of all documents that were judged, and the stories."""

    indexes: tuple[Shard, ...]
    index: pa.Table
    verdicts: Mapping[str, Verdict]
    told: Told


def take_in(run: Run) -> Work:
    """Read every source that is new or has changed since it was published (by digest), and give each record its identity."""
    settings = run.settings.stages
    fresh = list(units(run.fresh))
    found = run.each(
        "ingest",
        fresh,
        stored=lambda unit: stored_unit(run.folder, unit_key(unit, settings)),
        task=tasks.take_in,
        arguments=lambda unit: {"name": unit.sources[0].name[:60], "unit": unit, "settings": settings, "folder": run.folder},
    )
    run.used |= {f"{unit_key(unit, settings)}-unit" for unit in fresh}
    pieces = settle_identities([piece for unit in found for piece in unit], run.owners, run.unread, run.folder)
    pieces = still_forgotten(pieces, run.forgotten, run.folder)
    run.used |= {shard.key for piece in pieces for shard in (piece.documents, piece.metrics)}
    names = ["id", "bytes_digest", "text_digest"]
    run.arrive([(row["id"], row["bytes_digest"], row["text_digest"]) for piece in pieces for row in shards.read(piece.documents, names).to_pylist()])
    return _work(
        "ingest", pieces, None, {"files": len(run.sources), "files_unchanged": len(run.sources) - len(run.fresh), "files_passed_over": len(run.passed_over)}
    )


def apply(stage: str, before: Work, run: Run) -> Work:
    """Take every shard through a per-document stage; what the boilerplate stage judges by, the lines of the documents' sites, is counted first."""
    settings = run.settings.stages
    counts = _line_counts(before, run) if stage == "boilerplate" else None
    pieces = run.each(
        stage,
        [(piece.documents, before.marks_of(piece), counts and counts.about(sites_of(piece.documents))) for piece in before.pieces],
        stored=lambda job: stored_piece(run.folder, piece_key(stage, *job[:2], settings, job[2])),
        task=tasks.judge,
        arguments=lambda job: {
            "name": job[0].key[:8],
            "stage": stage,
            "shard": job[0],
            "marks": job[1],
            "settings": settings,
            "folder": run.folder,
            "counts": job[2],
        },
    )
    figures = {"sites_counted": len(counts.versions), "lines_counted": counts.shard.rows, "rows_with_older_counts": counts.older} if counts else {}
    return _work(stage, pieces, before.alive(), figures)


def _line_counts(before: Work, run: Run) -> LineCounts | None:
    """Count the lines of the sites that this run judges, over its documents and the published ones; None where nothing is to be judged by them."""
    settings = run.settings.boilerplate
    if not before.pieces or settings.host_share == 1:
        return None
    lines = run.each(
        "lines",
        [(piece.documents, before.marks_of(piece)) for piece in before.pieces],
        stored=lambda job: shards.stored(run.folder, lines_key(*job)),
        task=tasks.lines,
        arguments=lambda job: {"name": job[0].key[:8], "shard": job[0], "marks": job[1], "folder": run.folder},
    )
    sites = set().union(*(sites_of(piece.documents) for piece in before.pieces))
    counts = count(lines, sites, run.corpus, run.arrived | run.gone, settings.host_lines, run.folder)
    run.used.add(counts.shard.key)
    return counts


def find_copies(before: Work, run: Run) -> Copies:
    """Compare what is new with everything that is published, judge anew the published documents that this may concern, and find who tells of one event."""
    settings = run.settings.stages
    indexes = run.each(
        "duplicates",
        [(piece.documents, before.marks_of(piece)) for piece in before.pieces],
        stored=lambda job: shards.stored(run.folder, index_key(*job, settings)),
        task=tasks.fingerprint,
        arguments=lambda job: {"name": job[0].key[:8], "shard": job[0], "marks": job[1], "settings": settings, "folder": run.folder},
    )
    arriving = pa.concat_tables([ENTRY.empty_table(), *(shards.read(shard) for shard in indexes)])
    with Texts(run.folder, [piece.documents for piece in before.pieces], run.corpus) as texts:
        found = compare(
            run.corpus,
            arriving,
            run.arrived | run.gone,
            texts.of,
            settings,
            pinned=frozenset(run.decisions),
            again=lambda paths: _fingerprinted_again(paths, run),
            spill=run.folder / "spill",
        )
    again = tuple(name for name in found.verdicts if name not in run.arrived)
    return Copies(
        pieces=before.pieces,
        frame=pairs_metrics(found.index, found.verdicts),
        ids_in=(*before.alive(), *again),
        marks=before.marks,
        figures={
            "pairs_proposed": found.proposed,
            "pairs_verified": found.verified,
            "crowded_values": found.crowded,
            "compared_again": len(again),
            "stories": found.told.stories,
            "documents_in_stories": found.told.members,
        },
        indexes=tuple(indexes),
        index=found.index,
        verdicts=found.verdicts,
        told=found.told,
    )


def _fingerprinted_again(paths: Sequence[str], run: Run) -> list[Shard]:
    settings = run.settings.stages
    return run.each(
        "duplicates",
        list(paths),
        stored=lambda path: shards.stored(run.folder, file_key(path, settings)),
        task=tasks.fingerprint_again,
        arguments=lambda path: {"name": file_key(path, settings)[:8], "path": path, "settings": settings, "folder": run.folder},
    )


def publish(copies: Copies, run: Run) -> Work:
    """Make the rows of this run: its own documents, and those published before whose fate it changes. Nothing is committed yet."""
    stamp = Stamp(run.settings.judged, indexed(run.settings.stages), run.id)
    decisions = run.forgotten | run.decisions
    standing = copies.told.standing

    def arguments(job: tuple[Piece, Shard]) -> dict[str, Any]:
        piece, index = job
        names = _ids(piece.documents)
        mine = {name: copies.verdicts[name] for name in names if name in copies.verdicts}
        concerned = {*mine, *(verdict.kept_id for verdict in mine.values()), *(standing[name][1] for name in mine)}
        return {
            "name": piece.documents.key[:8],
            "shard": piece.documents,
            "marks": copies.marks_of(piece),
            "index": index,
            "verdicts": mine,
            "standing": {name: standing[name] for name in concerned if name in standing},
            "decisions": {name: decisions[name] for name in names if name in decisions},
            "stamp": stamp,
            "folder": run.folder,
        }

    jobs = list(zip(copies.pieces, copies.indexes, strict=True))
    pieces = run.each("publish", jobs, stored=lambda _: None, task=tasks.prepare, arguments=arguments)
    again = [name for name in copies.verdicts if name not in run.arrived]
    changed = [_amended(rows, standing, run) for rows in requalified(run.corpus, again, copies.index, copies.verdicts, standing, stamp)]
    told = [_amended(rows, standing, run) for rows in retold(run.corpus, copies.told.retold, standing, stamp)]
    left = [_amended(rows, standing, run) for rows in withdrawn(run.corpus, run.gone, {source.name: digest for source, digest in run.sources}, stamp)]
    ids_in = (*sorted(run.arrived), *(name for piece in (*changed, *told, *left) for name in _ids(piece.documents)))
    figures = {
        "changed_fate": sum(piece.documents.rows for piece in changed),
        "changed_story": copies.told.changed,
        "withdrawn": sum(piece.documents.rows for piece in left),
    }
    return _work("publish", [*pieces, *changed, *told, *left], ids_in, figures)


def _amended(rows: pa.Table, standing: Mapping[str, Standing], run: Run) -> Piece:
    key = shards.key("amended", schema.strings(rows, "id"), run.id)
    metrics = shards.write(run.folder, f"{key}-metrics", rows_metrics(rows, standing))
    return Piece(shards.write(run.folder, key, rows), metrics)


def _work(stage: str, pieces: Sequence[Piece], ids_in: tuple[str, ...] | None, figures: Mapping[str, float]) -> Work:
    frame = pa.concat_tables([METRICS[stage].empty_table(), *(shards.read(piece.metrics) for piece in pieces)])
    return Work(pieces=tuple(pieces), frame=frame, ids_in=ids_in, marks={}, figures=figures)


def _ids(shard: Shard) -> list[str]:
    return schema.strings(shards.read(shard, ["id"]), "id")
