"""The sample corpus: whatever is planted in `data/raw` comes out as its README says."""

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from corpora import settings

from copydesk import ledger
from copydesk.metrics import text_digest
from copydesk.report.record import RunRecord
from copydesk.store import schema
from copydesk.store.corpus import Corpus
from flows.start import start

HERE = Path(__file__).parent
RAW = HERE.parent / "data" / "raw"
PLANTED: list[dict[str, Any]] = json.loads((HERE / "cases" / "planted.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> tuple[RunRecord, dict[str, dict[str, Any]]]:
    """One run over the sample: its record, and its rows by source (below `data/raw`)."""
    out = tmp_path_factory.mktemp("sample")
    record = start(settings(RAW, out))
    rows = Corpus(out).rows().to_pylist()
    return record, {row["source"].removeprefix("raw/"): row for row in rows}


def found(sample: tuple[RunRecord, dict[str, dict[str, Any]]], source: str) -> dict[str, Any]:
    """Return the row of a source; a file that broke off may be named with the position at which it did."""
    rows = sample[1]
    return rows.get(source) or next(row for name, row in sorted(rows.items(), reverse=True) if name.startswith(f"{source}#"))


@pytest.mark.parametrize("planted", PLANTED, ids=lambda planted: planted["source"])
def test_what_is_planted(sample: tuple[RunRecord, dict[str, dict[str, Any]]], planted: dict[str, Any]):
    """Status, language, what is gone, what stays, what is repaired, what is flagged: one planted document."""
    row = found(sample, planted["source"])
    expected = ("kept", "duplicate") if planted["expect"] == "kept_or_duplicate" else (planted["expect"],)
    assert row["status"] in expected, row["reason"]
    if row["status"] == "quarantined":
        assert row["reason"]
        return
    assert row["language"] == planted["language"]
    lines = {line.strip() for line in row["text"].splitlines()}
    assert not lines.intersection(planted["gone"])
    assert all(sentence in row["text"] for sentence in planted["stays"])
    if planted["repaired"]:
        assert planted["repaired"]["after"] in row["text"]
        assert planted["repaired"]["before"] not in row["text"]
    assert (row["translation_score"] >= 0.5) == planted["flagged"]


def test_of_each_group_of_copies_one_is_kept(sample: tuple[RunRecord, dict[str, dict[str, Any]]]):
    """Copies name a kept document of their own group, and no group is without one."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for planted in PLANTED:
        if planted["copy_group"]:
            groups.setdefault(planted["copy_group"], []).append(found(sample, planted["source"]))
    for name, rows in groups.items():
        kept = {row["id"] for row in rows if row["status"] == "kept"}
        assert kept, name
        assert all(row["kept_id"] in kept for row in rows if row["status"] == "duplicate"), name
    assert sum(len(rows) for rows in groups.values()) - sum(row["status"] == "kept" for rows in groups.values() for row in rows) >= 7


def test_all_is_accounted_for_and_reversible(sample: tuple[RunRecord, dict[str, dict[str, Any]]]):
    """In = kept + duplicate + quarantined, and each text leads back to the decoded one."""
    record, rows = sample
    assert record.totals["in"] == sum(record.totals[status] for status in ("kept", "duplicate", "quarantined")) == len(rows) == len(PLANTED)
    for document in schema.documents(pa.Table.from_pylist(list(rows.values()), schema=schema.PUBLISHED)):
        assert text_digest(ledger.revert(document.text, document.edits)) == document.text_digest


def test_no_check_that_matters_fails(sample: tuple[RunRecord, dict[str, dict[str, Any]]]):
    """The sample publishes; what the suites say of it is about single documents only."""
    failed = [check.name for stage in sample[0].stages for check in stage.checks if not check.passed and not check.row_level and check.severity != "info"]
    assert failed == []
