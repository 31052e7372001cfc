"""The command line as a user meets it: the installed program, its words, its exit codes."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
import pytest
from corpora import settings, story, write_jsonl

import flows.cli
from copydesk.store.corpus import Corpus
from flows.start import start

COPYDESK = Path(sys.executable).with_name("copydesk")


def called(*arguments: object, cwd: Path, given: bytes = b"", **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Call the program in a folder, with nothing of the tester's settings."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("COPYDESK_", "PREFECT_"))}
    command = [str(part) for part in (COPYDESK, *arguments)]
    return subprocess.run(command, cwd=cwd, input=given, capture_output=True, env={**clean, **environment}, timeout=120, check=False)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A published corpus: one kept document with edits and flags, one copy, one held back."""
    home = tmp_path_factory.mktemp("cli")
    noisy = "The U. S. team left.\n\n" + story(tail=" caf\N{LATIN CAPITAL LETTER A WITH TILDE}\N{COPYRIGHT SIGN}") + "\n\nLeave a Comment"
    records = [{"id": "a", "text": noisy, "published": "2023-01-01"}, {"id": "b", "text": noisy, "published": "2023-01-02"}, {"id": "void"}]
    write_jsonl(home / "raw" / "s" / "a.jsonl", records)
    start(settings(home / "raw", home / "data" / "clean"))
    return home


def test_help_answers_at_once(tmp_path: Path):
    """Help lists the commands in under half a second, best of six on a busy machine."""
    times = []
    for _ in range(6):
        begin = time.monotonic()
        done = called("--help", cwd=tmp_path)
        times.append(time.monotonic() - begin)
        assert done.returncode == 0
        assert all(command in done.stdout for command in (b"run", b"clean", b"show", b"restore", b"forget", b"report", b"export", b"serve"))
    assert min(times) < 0.5


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run", "--raw", "nowhere"], "nowhere does not exist"),
        (["run", "--wor", "nowhere"], "No such option"),
        (["show", "nobody"], "there is no document"),
        (["restore", "nobody", "--reason", "x"], "there is no document"),
        (["report"], "there is no report"),
        (["export"], "there is no corpus"),
        (["clean", "missing.txt"], "missing.txt"),
        (["serve", "--cron", "whenever"], "no cron expression"),
    ],
)
def test_bad_usage_is_2_and_says_what(tmp_path: Path, arguments: list[str], words: str):
    """What cannot be used is named, on standard error, without a traceback."""
    done = called(*arguments, cwd=tmp_path)
    assert done.returncode == 2, done.stderr
    assert words in done.stderr.decode()
    assert b"Traceback" not in done.stderr


def test_unknown_settings_name_the_nearest(tmp_path: Path):
    """A misspelt key in the file or in the environment is an error that offers the right one."""
    (tmp_path / "copydesk.toml").write_text("[duplicates]\nthreshhold = 0.8\n", "utf-8")
    done = called("report", cwd=tmp_path)
    assert (done.returncode, b"duplicates.threshold" in done.stderr) == (2, True)
    (tmp_path / "copydesk.toml").unlink()
    done = called("report", cwd=tmp_path, COPYDESK_WORKRES="2")
    assert (done.returncode, b"nearest one is workers" in done.stderr) == (2, True)


def test_run_without_a_terminal_is_quiet_and_ends_with_the_table(tmp_path: Path):
    """No bars and no log where nobody watches; the figures, the suites and the report's path on standard output; 0."""
    write_jsonl(tmp_path / "data" / "raw" / "a.jsonl", [{"id": "a", "text": story()}])
    done = called("run", "--runner", "inline", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, b"")
    shown = done.stdout.decode()
    assert all(word in shown for word in ("quarantined", "duplicates", "passed", "reports"))
    report = Path(shown.strip().splitlines()[-1].removeprefix("report: "))
    assert (tmp_path / report).is_file()


def test_clean_takes_text_and_pages_and_needs_no_corpus(tmp_path: Path):
    """One document from standard input or a file, cleaned to standard output, within a second of CPU time."""
    done = called("clean", "-", cwd=tmp_path, given=(story() + "\n\nLeave a Comment\n").encode())
    assert (done.returncode, done.stdout.decode().strip()) == (0, story())
    page = f"<html><head><title>t</title></head><body><nav>Home</nav><article><h1>Bridge</h1><p>{story()}</p></article><script>x()</script></body></html>"
    (tmp_path / "page.html").write_text(page, "utf-8")
    done = called("clean", "page.html", cwd=tmp_path)
    assert story() in done.stdout.decode()
    assert "x()" not in done.stdout.decode()
    done = called("clean", "-", cwd=tmp_path, given=b"\x89PNG\r\n\x1a\n\0\0\0")
    assert (done.returncode, b"is no text" in done.stderr) == (2, True)
    assert not (tmp_path / "data").exists()


def test_run_tells_what_it_passed_over(tmp_path: Path):
    """An archive that was not read is named with what can be done, and a run that read nothing says so; names are shown, not obeyed."""
    raw = tmp_path / "raw"
    raw.mkdir()
    (raw / "arch\x1b[2J.zip").write_bytes(b"PK\x05\x06")
    (raw / "b.png").write_bytes(b"x")
    shown = called("run", "--raw", "raw", "--runner", "inline", cwd=tmp_path).stdout
    assert b"nothing was read" in shown
    assert b"unpack it first" in shown
    assert b"1 file (b.png)" in shown
    assert b"\x1b[2J" not in shown
    write_jsonl(raw / "a.jsonl", [{"id": "a", "text": story()}, {"id": "b"}])
    (raw / "a.txt").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0")
    shown = called("run", "--raw", "raw", "--runner", "inline", cwd=tmp_path).stdout
    assert (b"nothing was read" in shown, b"unpack it first" in shown) == (False, True)
    made = next(row["id"] for row in Corpus(tmp_path / "data" / "clean").rows(["id", "reason"]).to_pylist() if row["reason"] == "binary")
    assert b"not decoded" in called("show", made, cwd=tmp_path).stdout


@pytest.mark.parametrize("name", ["x.warc", "x.jsonl", "x.xml", "x.csv", "x.parquet", "x.warc.gz"])
def test_clean_takes_no_collection(tmp_path: Path, name: str):
    """A file of many records is no document: the message says which command reads it."""
    (tmp_path / name).write_bytes(b'{"text": "A word."}\n')
    told = called("clean", name, cwd=tmp_path)
    assert (told.returncode, told.stdout) == (2, b"")
    assert f"copydesk run --raw {name}".encode() in told.stderr


def test_show_tells_the_whole_story(corpus: Path):
    """The document's edits with what stood before and after, its flags with their evidence, and its copies."""
    shown = called("show", "a", cwd=corpus).stdout.decode()
    assert "[-" in shown
    assert "Leave a Comment" in shown
    assert "{+\N{LATIN SMALL LETTER E WITH ACUTE}+}" in shown
    assert "U. S." in shown
    assert "copies (1)" in shown
    assert "jaccard 1.000" in shown
    shown = called("show", "b", cwd=corpus).stdout.decode()
    assert all(words in shown for words in ("kept_id", "beside the kept document", "copy  score 1.000", "shared"))
    assert shown.count("Nobody was hurt when a lorry damaged the railing last spring") > 1


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two states of a story that differ in a word and in a last line, the second with characters that would move a terminal's cursor."""
    home = tmp_path_factory.mktemp("pair")
    first, second = story() + "\n\nThe end.", story().replace("Tuesday", "Friday") + "\n\nThe end. \N{RIGHT-TO-LEFT OVERRIDE}And more of it was told."
    third = "Nothing of the kind happened here."
    write_jsonl(home / "raw" / "s" / "a.jsonl", [{"id": name, "text": text} for name, text in (("a", first), ("b", second), ("c", third))])
    start(settings(home / "raw", home / "data" / "clean", encoding={"preset": "none"}))
    return home


def test_two_documents_beside_each_other(pair: Path):
    """Side by side where there is room, one under the other where there is none; what differs is marked, nothing in the texts is obeyed."""
    wide = called("show", "a", "--with", "b", cwd=pair, COLUMNS="160").stdout.decode()
    narrow = called("show", "a", "--with", "b", cwd=pair, COLUMNS="60").stdout.decode()
    for shown in (wide, narrow):
        assert all(words in shown for words in ("[-Tuesday -]", "{+Friday +}", "score", "shared"))
        assert "\N{RIGHT-TO-LEFT OVERRIDE}" not in shown
    assert any("[-Tuesday -]" in line and "{+Friday +}" in line for line in wide.splitlines())
    assert not any("[-Tuesday -]" in line and "{+Friday +}" in line for line in narrow.splitlines())
    assert "too unlike" in called("show", "a", "--with", "c", cwd=pair).stdout.decode()
    assert called("show", "a", "--with", "nobody", cwd=pair).returncode == 2


def test_restore_changes_the_table_at_once(corpus: Path):
    """A restored copy is kept from then on, and the row says who decided."""
    done = called("restore", "b", "--reason", "wanted twice", cwd=corpus)
    assert done.returncode == 0, done.stderr
    row = Corpus(corpus / "data" / "clean").row("b").to_pylist()[0]
    assert (row["status"], row["decision"]["reason"]) == ("kept", "wanted twice")
    assert called("restore", "b", "--reason", "again", cwd=corpus).returncode == 2


def test_report_and_export(corpus: Path, tmp_path: Path):
    """The newest report's path, and the kept documents in three forms."""
    found = called("report", cwd=corpus).stdout.decode().strip()
    assert (corpus / found).read_text("utf-8").startswith("<!doctype html>")
    lines = called("export", cwd=corpus).stdout.decode().splitlines()
    assert "a" in {json.loads(line)["id"] for line in lines}
    assert called("export", "--format", "parquet", "--to", tmp_path / "c.parquet", cwd=corpus).returncode == 0
    assert pq.read_table(tmp_path / "c.parquet").num_rows == len(lines)
    assert called("export", "--format", "txt", "--to", tmp_path / "texts", cwd=corpus).returncode == 0
    index = [json.loads(line) for line in (tmp_path / "texts" / "index.jsonl").read_text("utf-8").splitlines()]
    assert {entry["id"] for entry in index} == {json.loads(line)["id"] for line in lines}
    assert all((tmp_path / "texts" / entry["file"]).is_file() for entry in index)
    assert called("export", "--format", "parquet", cwd=corpus).returncode == 2


def test_the_table_is_read_by_others_as_published(corpus: Path):
    """Polars, DuckDB and pandas read what is published without copydesk, filters and all."""
    import duckdb
    from deltalake import DeltaTable

    place = str(corpus / "data" / "clean" / "documents")
    by_polars = pl.scan_delta(place).filter(pl.col("id") == "void-or-not").collect().height
    kept = pl.read_delta(place).filter(pl.col("status") == "kept")["id"].to_list()
    files = DeltaTable(place).file_uris()
    by_duckdb = duckdb.sql(
        "SELECT id FROM read_parquet($files, hive_partitioning = true) WHERE status = 'kept' AND chars > 0", params={"files": files}
    ).fetchall()
    by_pandas = DeltaTable(place).to_pandas(filters=[("status", "=", "kept")])
    assert by_polars == 0
    assert sorted(kept) == sorted(name for (name,) in by_duckdb) == sorted(by_pandas["id"])
    assert "a" in kept


def test_export_into_a_closed_pipe_and_to_odd_places(corpus: Path, tmp_path: Path):
    """A reader that has seen enough is no failure; a target that cannot be is bad usage."""
    done = subprocess.run(["sh", "-c", f"'{COPYDESK}' export --status all | head -c 1"], cwd=corpus, capture_output=True, check=False)
    assert (done.stdout, done.stderr) == (b"{", b"")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "old.txt").touch()
    for arguments in (["--to", tmp_path], ["--format", "txt", "--to", tmp_path / "full"], ["--to", tmp_path / "nowhere" / "x.jsonl"]):
        done = called("export", *arguments, cwd=corpus)
        assert (done.returncode, b"--to" in done.stderr) == (2, True)


def test_the_stopped_run_names_its_report_and_its_documents(tmp_path: Path):
    """Whoever is told to look at the documents finds them."""
    write_jsonl(tmp_path / "raw" / "a.jsonl", [{"id": f"n{n}"} for n in range(60)])
    done = called("run", "--runner", "inline", "--raw", "raw", "--out", "out", cwd=tmp_path)
    assert done.returncode == 1
    report = tmp_path / done.stderr.decode().split("The report has the documents: ")[1].strip()
    assert "n17" in report.read_text("utf-8")


def test_an_empty_name_is_no_folder(tmp_path: Path):
    """An empty --out or --raw is refused, not taken for the working directory."""
    assert called("run", "--out", "", cwd=tmp_path).returncode == 2
    assert called("run", "--raw", "", cwd=tmp_path).returncode == 2
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (RuntimeError("Error calling function `_ser_model`: TerminationSignal: "), 130),
        (RuntimeError("the disk is full"), 3),
    ],
)
def test_a_library_that_the_end_met_is_no_failure(fault: Exception, code: int, monkeypatch: pytest.MonkeyPatch):
    """Prefect raises its own signal wherever it stands, and a library may wrap it: that is an interrupt, and any other fault is not."""

    def failing(**_: object) -> None:
        raise fault

    monkeypatch.setattr(flows.cli.cli, "main", failing)
    # The handlers that the program sets are put back: the suite has its own.
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        with pytest.raises(SystemExit) as ended:
            flows.cli.main()
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
    assert ended.value.code == code
