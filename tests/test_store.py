"""Where documents rest: shards that are whole or absent, rows that come back as the documents they were, and a table that everybody reads."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from deltalake import DeltaTable, write_deltalake
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.document import Decoding, Document, Edit, Flag, Rejection
from copydesk.errors import InputError, StoreError
from copydesk.store import schema, shards
from copydesk.store.corpus import Corpus

ROWS = pa.table({"id": ["a", "b"], "n": [1, 2]})
INTEGER = st.integers(-(2**63), 2**63 - 1)

# --- shards


def test_a_shard_comes_back_as_it_was_written(tmp_path):
    """Rows, digest and facts; under its key it is found again."""
    made = shards.write(tmp_path / "work", "k", ROWS, {"pairs": 3})
    assert shards.read(made) == ROWS
    assert shards.read(made, ["n"]).column_names == ["n"]
    assert (made.rows, made.key, made.facts) == (2, "k", {"pairs": 3})
    assert shards.stored(tmp_path / "work", "k") == made
    assert shards.stored(tmp_path / "work", "other") is None
    assert sorted(path.name for path in (tmp_path / "work").iterdir()) == ["k.json", "k.parquet"]


def test_a_shard_is_where_the_folder_is(tmp_path):
    """A work folder that was moved is as good as before."""
    shards.write(tmp_path / "one", "k", ROWS)
    (tmp_path / "one").rename(tmp_path / "lang=en two")
    found = shards.stored(tmp_path / "lang=en two", "k")
    assert found is not None
    assert shards.read(found) == ROWS


def _truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


DAMAGES = {
    "no-shard": lambda folder: (folder / "k.parquet").unlink(),
    "no-manifest": lambda folder: (folder / "k.json").unlink(),
    "torn-shard": lambda folder: _truncate(folder / "k.parquet"),
    "torn-manifest": lambda folder: _truncate(folder / "k.json"),
    "empty-shard": lambda folder: (folder / "k.parquet").write_bytes(b""),
    "empty-manifest": lambda folder: (folder / "k.json").write_bytes(b""),
    "manifest-is-a-list": lambda folder: (folder / "k.json").write_bytes(b"[]"),
    "manifest-is-nothing": lambda folder: (folder / "k.json").write_bytes(b"null"),
    "manifest-of-another-time": lambda folder: (folder / "k.json").write_bytes(b'{"key": "k", "colour": "red"}'),
    "manifest-is-no-text": lambda folder: (folder / "k.json").write_bytes(b"\xff\xfe"),
    "others-shard": lambda folder: shutil.copy(folder / "other.parquet", folder / "k.parquet"),
    "others-manifest": lambda folder: shutil.copy(folder / "other.json", folder / "k.json"),
    "others-shard-and-manifest": lambda folder: [shutil.copy(folder / f"other.{kind}", folder / f"k.{kind}") for kind in ("parquet", "json")],
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_shard_is_still_to_be_made(damage, tmp_path):
    """What is not whole, or not what its name says, is not there."""
    shards.write(tmp_path, "other", ROWS.slice(1))
    shards.write(tmp_path, "k", ROWS)
    damage(tmp_path)
    assert shards.stored(tmp_path, "k") is None


@pytest.mark.parametrize("damage", ["no-shard", "torn-shard", "empty-shard", "others-shard"])
def test_reading_a_damaged_shard_says_which_and_what_to_do(damage, tmp_path):
    """A user can act on the path."""
    shards.write(tmp_path, "other", ROWS.slice(1))
    made = shards.write(tmp_path, "k", ROWS)
    DAMAGES[damage](tmp_path)
    with pytest.raises(StoreError, match=r"k\.parquet .*delete it and run again"):
        shards.read(made)


def test_a_write_that_fails_leaves_the_old_file_and_no_draft(tmp_path):
    """Whatever ends the writing, be it the user."""

    def fail(sink):
        sink.write(b"half")
        raise KeyboardInterrupt

    path = tmp_path / "a.json"
    shards.write_atomic(path, lambda sink: sink.write(b"old"))
    with pytest.raises(KeyboardInterrupt):
        shards.write_atomic(path, fail)
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.json"]


# Imports once, then forks a writer for each line it is told: a process that had to import first would take a second.
WRITERS = """
import itertools, os, sys
from pathlib import Path
import numpy as np
import pyarrow as pa
from copydesk.store import shards

tables = [pa.table({"n": np.full(100_000, n), "at": np.arange(100_000)}) for n in range(2)]
for _ in sys.stdin:
    child = os.fork()
    if child:
        os.waitpid(child, 0)
        print("ended", flush=True)
        continue
    for at in itertools.count():
        shards.write(Path(sys.argv[1]), "k", tables[at % 2])
        if at == 1:
            print(os.getpid(), flush=True)
"""


@contextmanager
def writing(writers: "subprocess.Popen[str]") -> Iterator[None]:
    """A process that writes one shard over and over, in turn with two contents, until it is killed, wherever it then is."""
    assert writers.stdin is not None
    assert writers.stdout is not None
    writers.stdin.write("\n")
    writers.stdin.flush()
    process = int(writers.stdout.readline())
    try:
        yield
    finally:
        os.kill(process, signal.SIGKILL)
        assert writers.stdout.readline() == "ended\n"


def whole(path: Path) -> int:
    """See to it that a file holds one of the two contents, all of it; return which."""
    with path.open("rb") as source:
        rows = pq.read_table(source)
    (which,) = rows.column("n").unique().to_pylist()
    assert rows.num_rows == 100_000
    return which


def test_a_killed_writer_leaves_no_half_file(tmp_path):
    """A reader sees the old shard or the new one, while it is written and after the writer was killed: never a torn one."""
    path = tmp_path / "k.parquet"
    with subprocess.Popen([sys.executable, "-c", WRITERS, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as writers:
        for _ in range(10):
            with writing(writers):
                seen = {whole(path)}
                while len(seen) < 2:  # until the file has changed under the reader; then the writer is somewhere in its work
                    seen.add(whole(path))
            whole(path)
            # The file is replaced before its manifest: killed between the two there is no shard, and it will be made again.
            found = shards.stored(tmp_path, "k")
            assert found is None or shards.read(found).num_rows == 100_000
            assert set(json.loads((tmp_path / "k.json").read_bytes())) == {"path", "key", "rows", "digest", "facts"}


# --- keys


def test_keys_are_the_same_in_every_process():
    """Resuming rests on it: the order of hashing, dictionaries and processes must not show."""
    code = "from copydesk.store.shards import key; print(key('s', 1, {'b': [1, None, 0.5], 'a': {'y': True, 'x': '\\u00e9'}}))"
    found = {subprocess.run([sys.executable, "-c", code], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True).stdout for seed in "01"}
    assert found == {shards.key("s", 1, {"a": {"x": "\N{LATIN SMALL LETTER E WITH ACUTE}", "y": True}, "b": [1, None, 0.5]}).encode() + b"\n"}


@pytest.mark.parametrize("part", [{"a", "b"}, frozenset("ab"), object(), Path("a"), b"a"], ids=["set", "frozenset", "object", "path", "bytes"])
def test_a_key_of_what_has_no_fixed_order_is_an_error(part):
    """A set prints differently in each process: a key made of it would find nothing again, silently."""
    with pytest.raises(TypeError):
        shards.key(part)


def test_different_parts_have_different_keys():
    """How the parts are cut is part of the key."""
    parts = [("a",), ("a", ""), ("", "a"), (["a"],), ("1",), (1,), (1.5,), (None,), (), ({},), ({"a": 1},), (True,), ("\ud83d",)]
    assert len({shards.key(*each) for each in parts}) == len(parts)
    assert all(len(shards.key(*each)) == 32 for each in parts)


# --- schema

PLAIN = st.text(max_size=20)
DOCUMENTS = st.builds(
    Document,
    **dict.fromkeys(("id", "source", "site", "text", "url", "title", "published", "bytes_digest", "source_digest", "text_digest"), PLAIN),
    media=st.sampled_from(["text", "html"]),
    decoding=st.builds(Decoding, PLAIN, PLAIN, PLAIN, st.floats(0, 1), INTEGER),
    edits=st.lists(st.builds(Edit, PLAIN, PLAIN, INTEGER, INTEGER, PLAIN, PLAIN, PLAIN), max_size=3).map(tuple),
    flags=st.lists(st.builds(Flag, PLAIN, PLAIN, INTEGER, INTEGER, PLAIN, PLAIN, st.none() | st.floats(allow_nan=False)), max_size=3).map(tuple),
    rejection=st.none() | st.builds(Rejection, PLAIN, PLAIN, PLAIN),
)


@settings(max_examples=50)
@given(found=st.lists(DOCUMENTS, max_size=4))
def test_documents_come_back_from_their_rows(found, tmp_path):
    """Whatever Unicode they hold: in memory, and through a shard on disk."""
    rows = schema.table(found)
    assert rows.schema == schema.SHARD
    assert schema.documents(rows) == found
    assert schema.documents(shards.read(shards.write(tmp_path, "k", rows))) == found


def test_a_quarantined_row_of_the_table_is_a_rejected_document():
    """The published table has no rejection column: status, stage, reason and detail say it; for any other status there is none."""
    row = published("x", status="quarantined") | {"stage": "encoding", "reason": "mojibake", "detail": "so much"}
    kept = published("y") | {"stage": "duplicates", "reason": "earliest"}
    found = schema.documents(pa.Table.from_pylist([row, kept], schema=schema.PUBLISHED))
    assert [one.rejection for one in found] == [Rejection("encoding", "mojibake", "so much"), None]


# --- the corpus

HOSTILE = [
    "'; DROP TABLE documents; --",
    '" OR 1=1',
    "x" * 200,
    "nul\0inside",
    "line\nbreak",
    "100%",
    "_",
    "$1",
    "$status",
    "?",
    "NULL",
    "\N{RIGHT-TO-LEFT OVERRIDE}",
    "\N{LATIN SMALL LETTER E WITH ACUTE}",
    "e\N{COMBINING ACUTE ACCENT}",
    "\N{PARTY POPPER}",
    " ",
    "",
    "../../etc/passwd",
    "a=b/status=kept",
]


def published(name: str, text: str = "t", status: str = "kept") -> dict[str, object]:
    """A row of the published table."""
    row = schema.row(Document(id=name, source="raw/a.txt", site="a.example", text=text, edits=(Edit("s", "r", 0, 1, "x", "t"),)))
    del row["rejection"]
    return dict.fromkeys(schema.PUBLISHED.names) | row | {"status": status, "sketch": [-(2**63), 2**63 - 1]}


def commit(corpus: Corpus, number: int, *rows: dict[str, object]) -> None:
    """Commit rows as a run of that number."""
    corpus.commit(pa.Table.from_pylist(list(rows), schema=schema.PUBLISHED), number, f"run-{number}")


def test_an_empty_place_is_an_empty_corpus(tmp_path):
    """Looking creates nothing."""
    corpus = Corpus(tmp_path)
    assert (corpus.version, corpus.commits) == (-1, 0)
    assert corpus.counts() == {"kept": 0, "duplicate": 0, "quarantined": 0}
    assert corpus.rows(["id"], ids=["a"], status="kept").num_rows == 0
    assert corpus.rows().schema == schema.PUBLISHED
    assert list(tmp_path.iterdir()) == []


def test_a_commit_inserts_replaces_and_moves_between_statuses(tmp_path):
    """One commit a run, numbered, with every version before it still there."""
    corpus = Corpus(tmp_path)
    commit(corpus, 1, published("a"), published("b", status="duplicate"))
    assert (corpus.version, corpus.commits) == (0, 1)
    commit(corpus, 2, published("b", "new"), published("c", status="quarantined"))
    assert (corpus.version, corpus.commits) == (1, 2)
    assert corpus.rows(["id", "text", "status"]).to_pylist() == [
        {"id": "a", "text": "t", "status": "kept"},
        {"id": "b", "text": "new", "status": "kept"},
        {"id": "c", "text": "t", "status": "quarantined"},
    ]
    assert corpus.counts() == {"kept": 2, "duplicate": 0, "quarantined": 1}
    assert corpus.rows(["id"], status="quarantined").column("id").to_pylist() == ["c"]
    assert corpus.rows(["text"], ids=["c", "b", "nobody", "b"]).column("text").to_pylist() == ["new", "t"]
    assert corpus.rows(["id"], ids=[]).num_rows == 0
    before = DeltaTable(str(corpus.path), version=0).to_pyarrow_table().sort_by("id")
    assert before.column("text").to_pylist() == ["t", "t"]
    assert DeltaTable(str(corpus.path)).history(1)[0]["run_id"] == "run-2"


def test_a_table_that_lacks_newer_columns_is_read_and_written(tmp_path):
    """One that an earlier copydesk published: what it does not hold is missing from its rows, and the next commit adds the columns to what it holds."""
    newer = {"body_hash", "line_hashes", "counts", "sketch", "score", "relation", "shared", "story"}
    older = pa.schema([*(field for field in schema.PUBLISHED if field.name not in newer), pa.field("bands", pa.list_(pa.int64()))])
    row = published("a") | {"decision": None, "sketch": None}
    old = {name: row.get(name) for name in older.names} | {"bands": [1, 2]}
    write_deltalake(str(tmp_path / "documents"), pa.Table.from_pylist([old], schema=older), partition_by=["status"], name="documents")
    corpus = Corpus(tmp_path)
    assert corpus.rows().to_pylist() == [row]
    assert corpus.row("a").schema == schema.PUBLISHED
    commit(
        corpus,
        1,
        published("b") | {"line_hashes": [1, 2], "counts": "v"},
        published("c") | {"shared": dict.fromkeys(("start", "end", "kept_start", "kept_end"), 3)},
    )
    assert [found and found["end"] for found in corpus.rows(["shared"]).column("shared").to_pylist()] == [None, None, 3]
    assert corpus.rows(["id", "line_hashes", "counts"]).to_pylist() == [
        {"id": "a", "line_hashes": None, "counts": None},
        {"id": "b", "line_hashes": [1, 2], "counts": "v"},
        {"id": "c", "line_hashes": None, "counts": None},
    ]
    commit(corpus, 2, published("a", "new"))
    assert corpus.rows(["text", "sketch"], ids=["a"]).to_pylist() == [{"text": "new", "sketch": [-(2**63), 2**63 - 1]}]


def test_a_whole_row_comes_back(tmp_path):
    """Nested columns, a signed sketch and missing values included."""
    corpus = Corpus(tmp_path)
    rows = [published("a"), published("b") | {"jaccard": 0.5, "decision": {"action": "keep", "reason": "r", "by": "b", "at": "now", "bytes_digest": "d"}}]
    commit(corpus, 1, *rows)
    assert Corpus(tmp_path).rows().to_pylist() == rows


def test_a_reader_stays_at_its_version(tmp_path):
    """Whoever has opened the corpus sees the whole of a run or none of it."""
    corpus, reader = Corpus(tmp_path), Corpus(tmp_path)
    commit(corpus, 1, published("a"))
    assert reader.rows(["id"]).num_rows == 0
    reader = Corpus(tmp_path)
    commit(corpus, 2, published("a", "new"), published("b"))
    assert reader.rows(["id", "text"]).to_pylist() == [{"id": "a", "text": "t"}]


def test_hostile_ids_are_data(tmp_path):
    """Looked up one by one and together, replaced, and never run as SQL or taken for a path."""
    corpus = Corpus(tmp_path)
    commit(corpus, 1, *(published(name) for name in HOSTILE))
    commit(corpus, 2, *(published(name, f"new {name}") for name in HOSTILE))
    assert corpus.counts()["kept"] == len(HOSTILE)
    for name in HOSTILE:
        assert corpus.row(name).select(["id", "text"]).to_pylist() == [{"id": name, "text": f"new {name}"}]
    assert corpus.rows(["id"], ids=HOSTILE).column("id").to_pylist() == sorted(HOSTILE)
    assert corpus.rows(["id"], status="kept' OR '1'='1").num_rows == 0


@settings(max_examples=10)
@given(names=st.lists(st.text(max_size=10), min_size=1, max_size=8, unique=True))
def test_rows_are_sorted_as_python_sorts(names, tmp_path_factory):
    """Law 3: the order of rows is that of the ids, whatever characters they are made of."""
    corpus = Corpus(tmp_path_factory.mktemp("corpus"))
    commit(corpus, 1, *(published(name) for name in names))
    assert corpus.rows(["id"]).column("id").to_pylist() == sorted(names)


def test_an_unknown_id_says_how_to_find_one(tmp_path):
    """Not a stack trace."""
    with pytest.raises(InputError, match=r"there is no document 'nobody' in .*export"):
        Corpus(tmp_path).row("nobody")


def test_of_two_writers_the_second_is_refused(tmp_path):
    """Both began at the same version: what the second knows of the corpus no longer holds."""
    first, second = Corpus(tmp_path), Corpus(tmp_path)
    commit(first, 1, published("a"))
    with pytest.raises(StoreError, match="could not be written"):
        commit(second, 1, published("b"))
    first, second = Corpus(tmp_path), Corpus(tmp_path)
    commit(first, 2, published("a", "new"))
    with pytest.raises(StoreError, match="could not be written"):
        commit(second, 2, published("b"))
    assert Corpus(tmp_path).rows(["id", "text"]).to_pylist() == [{"id": "a", "text": "new"}]


def test_a_commit_of_nothing_is_a_commit(tmp_path):
    """A first run on an empty folder leaves a table that can be read."""
    corpus = Corpus(tmp_path)
    commit(corpus, 1)
    assert (corpus.version, corpus.commits, corpus.rows().num_rows) == (0, 1, 0)
    commit(corpus, 2, published("a"))
    assert corpus.counts()["kept"] == 1


def test_a_broken_table_is_told_from_none(tmp_path):
    """Taking it for none would begin a new corpus over the old one."""
    corpus = Corpus(tmp_path)
    commit(corpus, 1, published("a"))
    (corpus.path / "_delta_log" / "00000000000000000000.json").write_text("{", encoding="utf-8")
    with pytest.raises(StoreError, match="documents holds something"):
        Corpus(tmp_path)


@pytest.mark.parametrize(
    "name", ["with blank", "\N{LATIN SMALL LETTER E WITH ACUTE}t\N{LATIN SMALL LETTER E WITH ACUTE}", "it's", 'so"so', "#1", "a;b&c", "(copy)", "{x}"]
)
def test_a_corpus_may_lie_in_a_folder_of_an_odd_name(name, tmp_path):
    """Two commits and a look: a table's files are named in URLs, which must be read as such."""
    for number in (1, 2):
        commit(Corpus(tmp_path / name), number, published(str(number)))
    assert Corpus(tmp_path / name).rows(["id"]).column("id").to_pylist() == ["1", "2"]
    assert (tmp_path / name / "documents" / "_delta_log").is_dir()


@pytest.mark.parametrize("name", ["[1]", "a|b", "a^b", "a\\b", "a%20b", "50%", "wh*t", "wh?t", "status=old", "id=7"])
def test_a_corpus_that_its_engines_could_not_read_is_refused(name, tmp_path, monkeypatch):
    """Deltalake dies on some names, or reads another folder; DuckDB takes some for patterns or columns. The user is told before anything is read."""
    with pytest.raises(InputError, match="give another folder with --out"):
        Corpus(tmp_path / name)
    (tmp_path / name).mkdir()
    monkeypatch.chdir(tmp_path / name)
    with pytest.raises(InputError, match="give another folder with --out"):
        Corpus(Path("data"))


def test_other_engines_read_the_corpus(tmp_path):
    """Polars, DuckDB and pandas read it without copydesk, as the documentation says."""
    corpus = Corpus(tmp_path)
    commit(corpus, 1, published("a"), published("b", status="duplicate"), published("c", status="quarantined"))
    commit(corpus, 2, published("a", "new"))
    path = str(corpus.path)
    lazy = pl.scan_delta(path).filter(pl.col("status") == "kept").select("id", "text").collect()
    assert lazy.rows() == [("a", "new")]
    assert sorted(pl.read_delta(path)["status"].to_list()) == ["duplicate", "kept", "quarantined"]
    assert pl.read_delta(path, version=0).filter(pl.col("id") == "a")["text"].to_list() == ["t"]
    assert pl.read_delta(path)["edits"].to_list()[0] == [{"stage": "s", "rule": "r", "start": 0, "end": 1, "before": "x", "after": "t", "why": ""}]
    with duckdb.connect() as engine:
        query = "SELECT id, status, edits[1].before FROM read_parquet($files, hive_partitioning = true) ORDER BY id"
        found = engine.execute(query, {"files": DeltaTable(path).file_uris()}).fetchall()
    assert found == [("a", "kept", "x"), ("b", "duplicate", "x"), ("c", "quarantined", "x")]
    frame = DeltaTable(path).to_pandas(filters=[("status", "=", "kept")])
    assert frame["text"].tolist() == ["new"]
