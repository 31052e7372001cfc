"""What one task does: take a shard through a stage, from path to path. Plain functions, so that any runner may call them, anywhere, in any order.

Each leaves a `Piece`: a shard and its metrics, both under the key of what decides them. A piece that is already there is not made again.
"""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa

from copydesk import ingest
from copydesk.counting import LineCounts
from copydesk.document import Document, Rejection
from copydesk.metrics import METRICS, measure
from copydesk.settings import StageSettings
from copydesk.stage import advance_all
from copydesk.stages import PER_DOCUMENT, made, stage_key
from copydesk.store import schema, shards
from copydesk.store.shards import Shard

__all__ = ["Piece", "Unit", "held_back", "ingest_unit", "judge_shard", "piece_key", "settle_identities", "stored_piece", "stored_unit", "unit_key", "units"]

Marks = Mapping[str, str]
_UNIT_BYTES = 32_000_000
_UNIT_FILES = 2_000
_SHARD_CHARS = 50_000_000


@dataclass(frozen=True, slots=True)
class Piece:
    """A shard after a stage, and the metrics of the documents that the stage judged in it."""

    documents: Shard
    metrics: Shard


@dataclass(frozen=True, slots=True)
class Unit:
    """Raw files that one task takes in together: many small ones or one large one, with their digests."""

    sources: tuple[ingest.Source, ...]
    digests: tuple[str, ...]


def units(sources: Iterable[tuple[ingest.Source, str]]) -> Iterator[Unit]:
    """Group sources (with their digests) so that a unit is worth a task: up to 32 MB or 2,000 files, a larger file alone."""
    group: list[tuple[ingest.Source, str]] = []
    size = 0
    for source, digest in sources:
        if group and (size + source.size > _UNIT_BYTES or len(group) >= _UNIT_FILES):
            yield Unit(*zip(*group, strict=True))
            group, size = [], 0
        group.append((source, digest))
        size += source.size
    if group:
        yield Unit(*zip(*group, strict=True))


def unit_key(unit: Unit, settings: StageSettings) -> str:
    """Return the key of a unit's shards: the names and digests of its files, and how they are read."""
    names = [(source.name, source.site, digest) for source, digest in zip(unit.sources, unit.digests, strict=True)]
    return shards.key(names, stage_key("ingest", settings))


def stored_unit(folder: Path, key: str) -> list[Piece] | None:
    """Return the pieces of a unit that was taken in before, if all of them are there and whole."""
    marker = shards.stored(folder, f"{key}-unit")
    if marker is None:
        return None
    pieces = [stored_piece(folder, name) for name in marker.facts["pieces"]]
    return [piece for piece in pieces if piece] if all(pieces) else None


def ingest_unit(unit: Unit, settings: StageSettings, folder: Path) -> list[Piece]:
    """Read the files of a unit into shards of at most `documents_per_shard` documents, and fewer where they are long."""
    key = unit_key(unit, settings)
    found = (document for source, digest in zip(unit.sources, unit.digests, strict=True) for document in ingest.records(source, digest, settings.ingest))
    pieces: list[Piece] = []
    for batch in _batches(found, settings.ingest.documents_per_shard):
        pieces.append(_write(folder, "ingest", f"{key}-{len(pieces):05d}", batch, [measure("ingest", one, one) for one in batch]))
    shards.write(folder, f"{key}-unit", pa.table({}), {"pieces": [piece.documents.key for piece in pieces]})
    return pieces


def _batches(found: Iterable[Document], most: int) -> Iterator[list[Document]]:
    batch: list[Document] = []
    chars = 0
    for document in found:
        batch.append(document)
        chars += len(document.text)
        if len(batch) == most or chars >= _SHARD_CHARS:
            yield batch
            batch, chars = [], 0
    if batch:
        yield batch


def settle_identities(pieces: Sequence[Piece], owners: Mapping[str, str], unread: Container[str], folder: Path) -> list[Piece]:
    """See to it that each id stands for one record: its owner keeps it, any other is held back under an id of its own.

    `owners` maps published ids to the files that they came from: an id belongs to the file that first brought it, until that file is read again without it.
    `unread` holds those of these files that this run did not read. Among new ids the first by source is the owner.
    """
    seen = {name: file for name, file in owners.items() if file in unread}
    places = [(row["id"], row["source"], at) for at, piece in enumerate(pieces) for row in shards.read(piece.metrics, ["id", "source"]).to_pylist()]
    names = {name for name, _, _ in places}
    clashes: dict[int, dict[str, tuple[str, str]]] = {}
    for name, source, at in sorted(places, key=lambda place: (owners.get(place[0]) != ingest.file_of(place[1]), _in_order(place[1]))):
        if seen.setdefault(name, source) != source:
            own = _own_name(name, source, names, owners)
            names.add(own)
            clashes.setdefault(at, {})[source] = (own, ingest.file_of(seen[name]))
    settled = list(pieces)
    for at, others in clashes.items():
        batch = [_renamed(one, *others[one.source]) if one.source in others else one for one in schema.documents(shards.read(pieces[at].documents))]
        key = shards.key(pieces[at].documents.key, "identities", others)
        settled[at] = _write(folder, "ingest", key, batch, [measure("ingest", one, one) for one in batch])
    return settled


def piece_key(stage: str, shard: Shard, marks: Marks, settings: StageSettings, counts: LineCounts | None = None) -> str:
    """Return the key of a shard's piece after a stage: its input, who was held back in it, the stage, and what it is told of the shard's sites."""
    told = [dict(counts.versions)] if counts and counts.versions else []
    return shards.key(shard.digest, sorted(marks.items()), stage_key(stage, settings), *told)


def stored_piece(folder: Path, key: str) -> Piece | None:
    """Return a piece that is already there and whole, or None."""
    documents, metrics = shards.stored(folder, key), shards.stored(folder, f"{key}-metrics")
    return Piece(documents, metrics) if documents and metrics else None


def judge_shard(stage: str, shard: Shard, marks: Marks, settings: StageSettings, folder: Path, counts: LineCounts | None = None) -> Piece:
    """Take the documents of a shard through a per-document stage.

    `marks` names those that the gate before it held back, with the check's name; `counts` are those of the shard's sites, for the boilerplate stage.
    """
    before = list(held_back(schema.documents(shards.read(shard)), marks, _stage_before(stage)))
    after = advance_all(made(stage, settings, counts.read() if counts else {}), before)
    rows = [measure(stage, old, new) for old, new in zip(before, after, strict=True) if old.rejection is None]
    return _write(folder, stage, piece_key(stage, shard, marks, settings, counts), after, rows)


def held_back(documents: Iterable[Document], marks: Marks, stage: str) -> Iterator[Document]:
    """Yield the documents, those that a gate marked as rejected under the name of the check; a reason that a stage gave itself is kept.

    An empty mark says that a person has restored the document: whatever rejected it, it goes on.
    """
    for document in documents:
        mark = marks.get(document.id)
        if mark is None or (mark and document.rejection):
            yield document
        else:
            yield replace(document, rejection=Rejection(stage, mark, f"failed the check {mark} after {stage}") if mark else None)


def _stage_before(stage: str) -> str:
    order = ("ingest", *PER_DOCUMENT)
    return order[order.index(stage) - 1]


def _write(folder: Path, stage: str, key: str, documents: Iterable[Document], rows: list[dict[str, object]]) -> Piece:
    metrics = shards.write(folder, f"{key}-metrics", pa.Table.from_pylist(rows, schema=METRICS[stage]))
    return Piece(shards.write(folder, key, schema.table(documents)), metrics)


def _in_order(source: str) -> tuple[str, int]:
    """Records in the order of their files and their positions in them, so that which one comes first does not depend on shards."""
    file = ingest.file_of(source)
    return file, int(source[len(file) + 1 :] or 0)


def _own_name(name: str, source: str, names: Container[str], owners: Mapping[str, str]) -> str:
    """Make a name of the source that no other record has, for ids come from strangers; the one that it was published under before is its own."""
    own = f"{name}~{shards.key(source)[:8]}"
    while own in names or owners.get(own, ingest.file_of(source)) != ingest.file_of(source):
        own += "~"
    return own


def _renamed(document: Document, own: str, other: str) -> Document:
    detail = f"the id {document.id} is already that of {other}"
    return replace(document, id=own, rejection=document.rejection or Rejection("ingest", "id_taken", detail))
