"""Law 9 on files: whatever is done to them, ingest and every stage account for each one, quickly, and lead back to what was read."""

from pathlib import Path

import pytest
from hostile import MUTATIONS, Outcome, again, mutant, outcome, seeds

SECONDS = 1.0


def judged(first: int, count: int, folder: Path) -> list[Outcome]:
    """Return what became of the files that were too much; one that was only unlucky on a busy machine has another try."""
    found = [outcome(number, folder) for number in range(first, first + count)]
    return [one for one in (again(one) if one.slow(SECONDS) and not one.fault else one for one in found) if one.fault or one.slow(SECONDS)]


@pytest.mark.parametrize("first", range(0, 500, 125))
def test_a_damaged_file_is_accounted_for(first: int, tmp_path: Path):
    """Five hundred files: no fault, a row for each, edits that lead back, a second a document at most, and two more for a megabyte."""
    assert judged(first, 125, tmp_path) == []


@pytest.mark.slow
@pytest.mark.timeout(1_200)
@pytest.mark.parametrize("first", [100_000, 101_000])
def test_two_thousand_damaged_files_are_accounted_for(first: int, tmp_path: Path):
    """The same on other ones; a hundred thousand take `python tests/hostile.py`."""
    assert judged(first, 1_000, tmp_path) == []


def test_every_kind_of_file_and_of_damage_is_among_them():
    """The generator gives the same file for a number, and all its seeds and mutations come up."""
    assert mutant(7) == mutant(7)
    assert {".txt", ".html", ".jsonl.gz", ".jsonl.zst", ".parquet", ".csv", ".warc.gz", ".xml"} <= {suffix for suffix, _ in seeds()}
    assert len({mutation.__name__ for mutation in MUTATIONS}) == len(MUTATIONS)
    assert len({mutant(number)[1] for number in range(100)}) > 90
