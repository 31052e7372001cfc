"""Taking documents out of the corpus: their text goes, they do not come back, and what hung on them is judged again."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from corpora import content, fates, story, write_jsonl
from corpora import settings as run_settings

from copydesk.errors import InputError
from copydesk.store.corpus import Corpus
from flows.forget import forget, plan
from flows.restore import restore
from flows.start import start

COPYDESK = Path(sys.executable).with_name("copydesk")
OTHER = "Ten ferries were late on Monday because fog lay over the estuary until noon, the harbour office said, and two were cancelled for the day."


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    """Raw files of two sites: a story and its reprint on the one, another story on the other."""
    write_jsonl(
        tmp_path / "raw" / "s.example" / "a.jsonl", [{"id": "a", "title": "Bridge", "text": story(), "published": "2023-01-01", "url": "https://s.example/a"}]
    )
    write_jsonl(tmp_path / "raw" / "s.example" / "b.jsonl", [{"id": "b", "text": story(), "published": "2023-01-02", "url": "https://s.example/b"}])
    write_jsonl(tmp_path / "raw" / "t.example" / "c.jsonl", [{"id": "c", "text": OTHER, "url": "https://www.t.example/c"}])
    return tmp_path / "raw"


@pytest.fixture
def out(raw: Path, tmp_path: Path) -> Path:
    """The corpus of these files."""
    start(run_settings(raw, tmp_path / "out"))
    return tmp_path / "out"


def called(*arguments: object, cwd: Path, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Call the program in a folder, with nothing of the tester's settings."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("COPYDESK_", "PREFECT_"))}
    return subprocess.run([str(part) for part in (COPYDESK, *arguments)], cwd=cwd, input=given, capture_output=True, env=clean, timeout=120, check=False)


def row(out: Path, name: str) -> dict[str, object]:
    """Return a published row."""
    return dict(Corpus(out).row(name).to_pylist()[0])


def test_the_copy_of_a_forgotten_document_is_kept_and_it_stays_forgotten(raw: Path, out: Path, tmp_path: Path):
    """Through the command line: the kept one of a pair goes, its copy takes its place, and the next runs do not bring it back."""
    assert fates(out) == {"a": ("kept", ""), "b": ("duplicate", "a"), "c": ("kept", "")}
    done = called("forget", "a", "--reason", "asked by its author", "--out", out, "--yes", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"kept now, for they were copies of what was forgotten: b" in done.stdout
    assert fates(out) == {"a": ("quarantined", ""), "b": ("kept", ""), "c": ("kept", "")}
    found = row(out, "a")
    assert (found["reason"], found["text"], found["title"], found["url"], found["edits"], found["flags"]) == ("forgotten", "", "", "", [], [])
    assert (found["line_hashes"], found["sketch"], found["shingles"]) == ([], [], 0)
    assert found["decision"]["action"] == "forget"
    assert found["decision"]["reason"] == "asked by its author"
    before = content(out)
    done = called("run", "--raw", raw, "--out", out, "--runner", "inline", cwd=tmp_path)
    assert b"unchanged" in done.stdout
    assert b"leaked" not in done.stderr
    assert content(out) == before
    done = called("run", "--raw", raw, "--out", out, "--runner", "inline", "--rejudge", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert fates(out) == {"a": ("quarantined", ""), "b": ("kept", ""), "c": ("kept", "")}
    assert content(out) == before
    assert b"forgotten" in called("show", "a", "--out", out, cwd=tmp_path).stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nobody", "--yes"], "there is no document 'nobody'"),
        (["a", "nobody", "--yes"], "there is no document 'nobody'"),
        (["--site", "nowhere.example", "--yes"], "there is no document of the site 'nowhere.example'"),
        (["--site", "S.exmple", "--yes"], "did you mean s.example"),
        (["a"], "it takes --yes"),
        (["--yes"], "say what is to be forgotten"),
    ],
)
def test_what_cannot_be_forgotten_is_said_and_nothing_changed(out: Path, tmp_path: Path, arguments: list[str], words: str):
    """Unknown ids and hosts, nobody who could be asked, nothing named: exit code 2, a sentence, and the table as it was."""
    done = called("forget", *arguments, "--out", out, cwd=tmp_path)
    assert (done.returncode, words in done.stderr.decode()) == (2, True), done.stderr
    assert Corpus(out).version == 0


def test_a_site_is_forgotten_whole(raw: Path, out: Path):
    """All of a host's documents, however it is written; what belongs to others stays, and further hosts of the name are told."""
    settings = run_settings(raw, out)
    assert "2 documents (1 kept, 1 duplicate): a, b" in plan([], ["S.Example"], settings).words[0]
    assert forget(["c"], ["s.example"], "", settings)[0].startswith("forgotten: 3 documents")
    assert {status for status, _ in fates(out).values()} == {"quarantined"}
    with pytest.raises(InputError, match="forgotten already"):
        forget([], ["s.example"], "", settings)
    record = start(run_settings(raw, out, rejudge=True))
    assert {status for status, _ in fates(out).values()} == {"quarantined"}
    assert (record.totals["in"], record.totals["quarantined"], record.corpus["quarantined"]) == (3, 3, 3)


def test_a_forgotten_record_does_not_come_back_under_another_name(raw: Path, out: Path):
    """Its file is renamed, and copied: the bytes are what was decided about, not the id that they come under."""
    forget(["a"], [], "", run_settings(raw, out))
    (raw / "s.example" / "a.jsonl").rename(raw / "s.example" / "renamed.jsonl")
    start(run_settings(raw, out))
    (raw / "s.example" / "again.jsonl").write_bytes((raw / "s.example" / "renamed.jsonl").read_bytes())
    start(run_settings(raw, out))
    told = [found for found in content(out) if found["id"] == "a" or found["id"].startswith("a~")]
    assert len(told) > 1
    assert {(found["status"], found["text"], found["title"]) for found in told} == {("quarantined", "", "")}


def test_only_copies_are_said_to_be_kept_now(raw: Path, out: Path):
    """Who was kept before is not told among those that take the place of what was forgotten."""
    words = forget(["a"], [], "", run_settings(raw, out))
    assert "kept now, for they were copies of what was forgotten: b" in words


def test_most_of_a_corpus_may_be_forgotten(tmp_path: Path):
    """Eighty forgotten records say nothing against their source: the gates let the run go on, and it adds up."""
    raw, out = tmp_path / "raw", tmp_path / "out"
    write_jsonl(raw / "s" / "a.jsonl", [{"id": f"d{n:02}", "text": f"{OTHER} {n}", "url": "https://s.example/"} for n in range(80)])
    write_jsonl(raw / "t" / "b.jsonl", [{"id": "e", "text": story()}])
    start(run_settings(raw, out))
    forget([], ["s.example"], "", run_settings(raw, out))
    record = start(run_settings(raw, out, encoding={"uncurl_quotes": True}))
    assert (record.outcome, record.totals["in"], record.totals["kept"], record.totals["quarantined"]) == ("published", 81, 1, 80)
    assert record.quarantine_by_reason == {"forgotten": 80}


def test_a_record_with_other_bytes_is_another(raw: Path, out: Path):
    """What a person had forgotten is that record: once its source says something else under its id, it is read like any other."""
    forget(["a"], [], "", run_settings(raw, out))
    write_jsonl(raw / "s.example" / "a.jsonl", [{"id": "a", "text": OTHER + " Nobody was hurt.", "published": "2023-01-01"}])
    start(run_settings(raw, out))
    assert row(out, "a")["status"] != "quarantined"
    assert row(out, "a")["decision"] is None


def test_a_record_that_leaves_its_source_and_returns_stays_forgotten(raw: Path, out: Path):
    """A file that is emptied for a day does not undo the decision."""
    forget(["a"], [], "", run_settings(raw, out))
    as_it_was = (raw / "s.example" / "a.jsonl").read_bytes()
    write_jsonl(raw / "s.example" / "a.jsonl", [{"id": "d", "text": OTHER}])
    start(run_settings(raw, out))
    assert row(out, "a")["reason"] == "forgotten"
    (raw / "s.example" / "a.jsonl").write_bytes(as_it_was)
    start(run_settings(raw, out))
    assert (row(out, "a")["reason"], row(out, "a")["text"]) == ("forgotten", "")
    assert row(out, "b")["status"] == "kept"


def test_a_restored_copy_may_be_forgotten_but_a_forgotten_document_not_restored(raw: Path, out: Path):
    """The later decision holds; and where no text is left there is nothing to keep."""
    settings = run_settings(raw, out)
    restore(["b"], "wanted", settings)
    forget(["b"], [], "not wanted after all", settings)
    assert fates(out) == {"a": ("kept", ""), "b": ("quarantined", ""), "c": ("kept", "")}
    with pytest.raises(InputError, match="was forgotten"):
        restore(["b"], "wanted again", settings)
    start(run_settings(raw, out, rejudge=True))
    assert fates(out)["b"] == ("quarantined", "")


def test_no_text_of_a_forgotten_document_is_in_the_present_version(raw: Path, out: Path):
    """Not in any file of the newest version of the table, though the files of earlier versions still hold it."""
    write_jsonl(raw / "s.example" / "secret.jsonl", [{"id": "secret", "title": "Zanzibarium", "text": f"{OTHER} The Zanzibarium was shut."}])
    start(run_settings(raw, out))
    forget(["secret"], [], "", run_settings(raw, out))
    assert not any("Zanzibarium" in str(found) for found in content(out))
