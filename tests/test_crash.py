"""Law 8: killed at any write and started again, a run ends with the same table. Real processes, real SIGKILL."""

import multiprocessing
import random
import signal
import time
from pathlib import Path

import crashing
import pytest
from corpora import content, story, write_jsonl

from copydesk.store.corpus import Corpus
from flows import history

KILLS = 20
PLACES = ("Marrowby", "Tarrow", "Eastwick", "Grimsel", "Hallow Green")
WEEKLY = "The Marrowby Weekly, out on Fridays"


def seed(raw: Path) -> None:
    """Write a corpus that has a bit of everything: several shards, copies, a record that cannot be read, a site whose own line is told by its frequency."""
    for place in PLACES:
        texts = [story(place, tail="\n\nLeave a Comment"), story(place, tail=" It is said that the mayor was pleased.")]
        write_jsonl(raw / place / "a.jsonl", [*({"id": f"{place}-{n}", "text": text} for n, text in enumerate(texts)), {"id": f"{place}-void"}])
    weekly = [{"id": f"weekly-{place}", "text": f"On {place}\n\n{story(place)} {place * 9}\n\n{WEEKLY}"} for place in PLACES]
    write_jsonl(raw / "weekly" / "a.jsonl", weekly)


def written(out: Path) -> int:
    """Count the files of a corpus, drafts and all."""
    return sum(1 for path in out.rglob("*") if path.is_file())


@pytest.fixture(scope="module")
def spawn() -> multiprocessing.context.ForkServerContext:
    """A server that has imported everything and forks a fresh process for each run, so that a kill is not spent on imports."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["crashing", "checks.gate", "great_expectations", "pandas", "duckdb", "deltalake"])
    return context


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_law_8_killed_at_any_write(tmp_path: Path, spawn: multiprocessing.context.ForkServerContext):
    """At each of many points of a run, its process is killed: readers see nothing or all, and the next run ends with the table of an undisturbed one."""
    raw = tmp_path / "raw"
    seed(raw)
    crashing.run(str(raw), str(tmp_path / "calm"))
    calm, most = content(tmp_path / "calm"), written(tmp_path / "calm")
    assert len(calm) == 4 * len(PLACES)
    assert sum(edit["rule"] == "host/line" for row in calm for edit in row["edits"]) == len(PLACES)
    draw, cut_off, resumed_after_commit = random.Random(8), 0, 0
    for number in range(KILLS):
        out = tmp_path / f"out-{number}"
        # Every fourth kill waits for the commit itself, so that the narrow gap between it and the run's row is met as well.
        at, committed = draw.randint(1, most), out / "documents" / "_delta_log" / "00000000000000000000.json"
        child = spawn.Process(target=crashing.run, args=(str(raw), str(out)))
        child.start()
        while child.is_alive() and not (committed.exists() if number % 4 == 0 else written(out) >= at):
            time.sleep(draw.random() / 1000)
        child.kill()
        child.join()
        cut_off += child.exitcode == -signal.SIGKILL
        rows = content(out)
        assert rows in ([], calm), "half of a run is readable"
        resumed_after_commit += bool(rows) and child.exitcode == -signal.SIGKILL
        crashing.run(str(raw), str(out))
        assert content(out) == calm
        assert Corpus(out).version == 0, "the run was committed twice"
        assert history.runs(out).column("outcome").to_pylist().count("published") == 1
        assert history.newest_report(out)
        assert not list(out.rglob("*.tmp")), "drafts of the killed writer are left"
    assert cut_off >= KILLS * 3 // 4, "most runs ended before they were killed: the test has lost its point"
    assert resumed_after_commit >= 1, "no kill fell between the commit and the end of the run"
