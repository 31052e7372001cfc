"""The flow in this process: what becomes of documents from run to run, and that the laws of the house hold for whole corpora."""

import errno
import random
import sys
from pathlib import Path

import pytest
from corpora import content, fates, story, write_jsonl
from corpora import settings as run_settings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from copydesk import ledger
from copydesk.errors import InputError
from copydesk.metrics import text_digest
from copydesk.store import schema
from copydesk.store.corpus import Corpus
from flows import history, tasks
from flows.restore import restore
from flows.run import CheckStopped, locked
from flows.start import start

PLACES = ("Marrowby", "Tarrow", "Eastwick", "Grimsel")


def records(*names: str) -> list[dict[str, str]]:
    """Return records of unlike stories, one for each name."""
    facts = {
        "a": "Ten ferries were late on Monday because fog lay over the estuary until noon, the harbour office said, and two were cancelled.",
        "b": "A choir from the hills won the festival with a song about salt, sung in four parts by people who had never met before June.",
        "c": "Farmers in the valley report the best pear harvest for thirty years, though picking it has become a question of finding hands.",
        "d": "The museum has bought a clock that runs backwards, made by a watchmaker who wished to be young again and told everybody so.",
    }
    return [{"id": name, "text": facts[name]} for name in names]


@pytest.mark.parametrize("change", [{"runner": "threads"}, {"ingest": {"documents_per_shard": 1}}, {"ingest": {"documents_per_shard": 3}, "workers": 1}])
def test_law_3_shards_and_runners_do_not_matter(tmp_path: Path, change: dict[str, object]):
    """The same input gives the same table however it is dealt out."""
    raw = tmp_path / "raw"
    copies = [{"id": f"{place}-{n}", "text": story(place, tail=" More." * n)} for place in PLACES for n in range(3)]
    write_jsonl(raw / "one" / "a.jsonl", copies[:7])
    write_jsonl(raw / "two" / "b.jsonl", copies[7:])
    start(run_settings(raw, tmp_path / "plain"))
    start(run_settings(raw, tmp_path / "other", **change))
    assert content(tmp_path / "other") == content(tmp_path / "plain")


def test_law_4_every_document_has_a_row(tmp_path: Path):
    """In = kept + duplicate + quarantined, by id: good, copied and broken records alike."""
    raw = tmp_path / "raw"
    write_jsonl(raw / "s" / "a.jsonl", [*records("a", "b"), {"id": "copy", "text": records("a")[0]["text"]}, {"id": "void"}, ["no record"]])
    (raw / "s" / "empty.txt").write_bytes(b"")
    record = start(run_settings(raw, tmp_path / "out"))
    rows = content(tmp_path / "out")
    assert len(rows) == record.totals["in"] == 6
    assert sum(record.totals[status] for status in ("kept", "duplicate", "quarantined")) == 6
    assert all(row["reason"] for row in rows if row["status"] == "quarantined")


def test_law_5_each_duplicate_names_a_kept_document(tmp_path: Path):
    """A chain of ever longer copies: whoever is removed resembles the kept one it names, by the exact figure."""
    raw = tmp_path / "raw"
    write_jsonl(raw / "a.jsonl", [{"id": f"c{n}", "text": story(tail=" A further sentence of the chain is added here." * n)} for n in range(8)])
    start(run_settings(raw, tmp_path / "out"))
    rows = {row["id"]: row for row in content(tmp_path / "out")}
    removed = [row for row in rows.values() if row["status"] == "duplicate"]
    assert removed
    assert all(rows[row["kept_id"]]["status"] == "kept" and row["jaccard"] >= 0.7 for row in removed)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_law_6_incremental_equals_full(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject):
    """Files that arrive in any batches, in any order, lead to the table that one run over all of them gives."""
    home = tmp_path_factory.mktemp("batches")
    stories = [{"id": f"{place}{n}", "text": story(place, tail=" And so on." * n), "published": f"2023-01-0{n + 1}"} for place in PLACES for n in range(3)]
    order = data.draw(st.permutations(stories))
    cuts = sorted(data.draw(st.sets(st.integers(1, len(order) - 1), max_size=3)))
    batches = [order[a:b] for a, b in zip([0, *cuts], [*cuts, len(order)], strict=True)]
    for number, batch in enumerate(batches):
        for record in batch:
            write_jsonl(home / "raw" / f"{record['id']}.jsonl", [record])
        start(run_settings(home / "raw", home / "batched"))
        assert Corpus(home / "batched").version == number
    start(run_settings(home / "raw", home / "full"))
    assert content(home / "batched") == content(home / "full")


def test_unchanged_input_costs_no_task_and_no_commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A second run on the same files hands out nothing and leaves the table's version as it was."""
    raw, out = tmp_path / "raw", tmp_path / "out"
    write_jsonl(raw / "a.jsonl", records("a", "b"))
    start(run_settings(raw, out))

    def refuse(**_: object) -> None:
        pytest.fail("a task was handed out for work that is done")

    for task in (tasks.take_in, tasks.lines, tasks.judge, tasks.fingerprint, tasks.prepare):
        monkeypatch.setattr(task, "fn", refuse)
    record = start(run_settings(raw, out))
    assert (record.outcome, record.totals["unchanged"], Corpus(out).version) == ("unchanged", 2, 0)
    assert history.runs(out).column("outcome").to_pylist() == ["published", "unchanged"]


def test_a_run_goes_on_from_its_shards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A run that dies late finds the shards of all earlier stages when it is started again."""
    raw, out = tmp_path / "raw", tmp_path / "out"
    write_jsonl(raw / "a.jsonl", records("a", "b", "c"))
    with monkeypatch.context() as patch:
        patch.setattr(tasks.prepare, "fn", lambda **_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            start(run_settings(raw, out))
    assert Corpus(out).version == -1
    monkeypatch.setattr(tasks.judge, "fn", lambda **_: pytest.fail("a shard was made twice"))
    assert start(run_settings(raw, out)).totals["kept"] == 3


def test_a_changed_setting_judges_published_texts_again(tmp_path: Path):
    """What was judged under other settings is new to a run, and the row says by what it was judged."""
    raw, out = tmp_path / "raw", tmp_path / "out"
    (raw / "s").mkdir(parents=True)
    (raw / "s" / "quotes.txt").write_text(f"\N{LEFT DOUBLE QUOTATION MARK}Well\N{RIGHT DOUBLE QUOTATION MARK}, she said.\n\n{story()}", "utf-8")
    start(run_settings(raw, out))
    before = content(out)[0]
    record = start(run_settings(raw, out, encoding={"uncurl_quotes": True}))
    after = content(out)[0]
    assert record.totals["in"] == 1
    assert before["text"].startswith("\N{LEFT DOUBLE QUOTATION MARK}")
    assert after["text"].startswith('"')
    assert before["judged"] != after["judged"]


def test_changed_near_copy_settings_compare_everything_again(tmp_path: Path):
    """A stricter threshold gives back what it no longer calls a copy, though no file has changed, and judges no text again."""
    raw, out = tmp_path / "raw", tmp_path / "out"
    texts = {"long": story(month="September", count=40), "short": story(month="May", place="Tarrow")}
    write_jsonl(raw / "a.jsonl", [{"id": name, "text": text} for name, text in texts.items()])
    start(run_settings(raw, out))
    assert fates(out)["short"] == ("duplicate", "long")
    record = start(run_settings(raw, out, duplicates={"threshold": 0.99}))
    assert fates(out)["short"] == ("kept", "")
    assert record.totals["in"] == 0


def test_a_changed_document_frees_its_copies(tmp_path: Path):
    """When the kept one becomes another text, what hung on it is judged anew, without being read again."""
    raw, out = tmp_path / "raw", tmp_path / "out"
    write_jsonl(raw / "a.jsonl", [{"id": "a", "text": story(), "published": "2023-01-01"}])
    write_jsonl(raw / "b.jsonl", [{"id": "b", "text": story(), "published": "2023-01-02"}])
    start(run_settings(raw, out))
    assert fates(out) == {"a": ("kept", ""), "b": ("duplicate", "a")}
    write_jsonl(raw / "a.jsonl", records("a"))
    start(run_settings(raw, out))
    assert fates(out) == {"a": ("kept", ""), "b": ("kept", "")}


def test_an_earlier_copy_that_arrives_later_takes_the_place(tmp_path: Path):
    """The total order decides, not the order of arrival."""
    raw, out = tmp_path / "raw", tmp_path / "out"
    write_jsonl(raw / "b.jsonl", [{"id": "b", "text": story(), "published": "2023-01-02"}])
    start(run_settings(raw, out))
    write_jsonl(raw / "a.jsonl", [{"id": "a", "text": story(), "published": "2023-01-01"}])
    start(run_settings(raw, out))
    assert fates(out) == {"a": ("kept", ""), "b": ("duplicate", "a")}


def test_an_id_of_an_unchanged_source_is_taken(tmp_path: Path):
    """A later file cannot replace a document under another's id: it is held back, as it would be if both came at once."""
    raw = tmp_path / "raw"
    write_jsonl(raw / "a.jsonl", records("a"))
    start(run_settings(raw, tmp_path / "batched"))
    write_jsonl(raw / "b.jsonl", [{"id": "a", "text": story()}])
    start(run_settings(raw, tmp_path / "batched"))
    start(run_settings(raw, tmp_path / "full"))
    assert content(tmp_path / "batched") == content(tmp_path / "full")
    assert sorted(status for status, _ in fates(tmp_path / "full").values()) == ["kept", "quarantined"]


def test_a_critical_failure_publishes_nothing_and_says_why(tmp_path: Path):
    """A stage that would hold back most of a corpus stops the run; the record and the report say so, and the table is as it was."""
    raw, out = tmp_path / "raw", tmp_path / "out"
    (raw / "good").mkdir(parents=True)
    (raw / "good" / "a.txt").write_text(story(), "utf-8")
    start(run_settings(raw, out))
    write_jsonl(raw / "bad.jsonl", [{"id": f"n{n}"} for n in range(80)])
    with pytest.raises(CheckStopped, match="nothing was published"):
        start(run_settings(raw, out))
    assert [status for status, _ in fates(out).values()] == ["kept"]
    assert history.runs(out).column("outcome").to_pylist() == ["published", "stopped"]
    assert "Stopped before publishing" in (history.newest_report(out) or out).read_text("utf-8")
    start(run_settings(raw, out, checks={"max_quarantined_share": 1.0}))
    assert len(fates(out)) == 81


def test_two_runs_on_one_corpus_do_not_overlap(tmp_path: Path):
    """The second one is told that the corpus is held, and changes nothing."""
    write_jsonl(tmp_path / "raw" / "a.jsonl", records("a"))
    with locked(tmp_path / "out"), pytest.raises(Exception, match="another run is writing"):
        start(run_settings(tmp_path / "raw", tmp_path / "out"))
    start(run_settings(tmp_path / "raw", tmp_path / "out"))


def test_an_empty_corpus_is_a_corpus(tmp_path: Path):
    """A folder without documents gives an empty table that readers can open, and a report."""
    (tmp_path / "raw").mkdir()
    record = start(run_settings(tmp_path / "raw", tmp_path / "out"))
    assert record.totals["in"] == 0
    assert Corpus(tmp_path / "out").version == 0
    assert content(tmp_path / "out") == []


def test_a_restored_copy_stays_until_its_text_changes(tmp_path: Path):
    """A person's decision is kept with who, when and why, holds in later runs, and ends with the text that it was about."""
    raw, out = tmp_path / "raw", tmp_path / "out"
    write_jsonl(raw / "a.jsonl", [{"id": "a", "text": story(), "published": "2023-01-01"}])
    write_jsonl(raw / "b.jsonl", [{"id": "b", "text": story(), "published": "2023-01-02"}])
    start(run_settings(raw, out))
    restore(["b"], "it is the original", run_settings(raw, out))
    rows = {row["id"]: row for row in content(out)}
    assert rows["b"]["status"] == rows["a"]["status"] == "kept"
    assert rows["b"]["decision"]["reason"] == "it is the original"
    write_jsonl(raw / "c.jsonl", records("c"))
    start(run_settings(raw, out, encoding={"uncurl_quotes": True}))
    assert fates(out)["b"] == ("kept", "")
    write_jsonl(raw / "b.jsonl", [{"id": "b", "text": story(tail=" "), "published": "2023-01-02"}])
    start(run_settings(raw, out, encoding={"uncurl_quotes": True}))
    assert fates(out)["b"] == ("duplicate", "a")


def test_a_restored_quarantined_document_goes_the_whole_way(tmp_path: Path):
    """What a gate held back is taken through the stages that it missed, and stays kept when its settings make the run judge it again."""
    raw, out = tmp_path / "raw", tmp_path / "out"
    write_jsonl(raw / "a.jsonl", [*records("a", "b"), {"id": "b", "text": story()}])
    start(run_settings(raw, out))
    held = next(name for name, (status, _) in fates(out).items() if status == "quarantined")
    restore([held], "both are wanted", run_settings(raw, out))
    row = next(row for row in content(out) if row["id"] == held)
    assert (row["status"], row["language"], len(row["sketch"]) > 0) == ("kept", "en", True)
    start(run_settings(raw, out, encoding={"uncurl_quotes": True}))
    assert fates(out)[held] == ("kept", "")


def test_restore_refuses_what_cannot_be_kept(tmp_path: Path):
    """Unknown, kept already, or without text: a sentence that says which, and nothing is changed."""
    raw, out = tmp_path / "raw", tmp_path / "out"
    write_jsonl(raw / "a.jsonl", [*records("a"), {"id": "void"}])
    start(run_settings(raw, out))
    held = next(name for name, (status, _) in fates(out).items() if status == "quarantined")
    for name, words in (("nobody", "there is no document"), ("a", "kept already"), (held, "holds no text")):
        with pytest.raises(Exception, match=words):
            restore([name], "because", run_settings(raw, out))
    assert Corpus(out).version == 0


def test_laws_1_and_7_on_published_rows(tmp_path: Path):
    """The edits in a row lead from its text back to the decoded text, and forward again; each span holds what it says."""
    raw, out = tmp_path / "raw", tmp_path / "out"
    noise = ["Leave a Comment", "Advertisement", "caf\N{LATIN CAPITAL LETTER A WITH TILDE}\N{COPYRIGHT SIGN} noir", "A &amp; B", "a\x07b"]
    draw = random.Random(7)
    texts = ["\n\n".join([story(place), *draw.sample(noise, 3)]) for place in PLACES]
    write_jsonl(raw / "a.jsonl", [{"id": str(n), "text": text} for n, text in enumerate(texts)])
    start(run_settings(raw, out))
    found = schema.documents(Corpus(out).rows())
    assert sum(len(document.edits) for document in found) > 0
    for document in found:
        decoded = ledger.revert(document.text, document.edits)
        assert decoded == texts[int(document.id)]
        assert text_digest(decoded) == document.text_digest
        assert ledger.replay(decoded, document.edits) == document.text


def test_a_source_that_returns_to_an_earlier_state_is_read_again(tmp_path: Path):
    """What its source no longer holds is held back as withdrawn, with its text; when the record returns, so does the document."""
    raw, out = tmp_path / "raw", tmp_path / "out"
    write_jsonl(raw / "a.jsonl", records("a", "b"))
    start(run_settings(raw, out))
    write_jsonl(raw / "a.jsonl", [{"id": "a", "text": story()}])
    start(run_settings(raw, out))
    rows = {row["id"]: row for row in content(out)}
    assert (rows["b"]["status"], rows["b"]["reason"], rows["b"]["text"]) == ("quarantined", "withdrawn", records("b")[0]["text"])
    write_jsonl(raw / "a.jsonl", records("a", "b"))
    start(run_settings(raw, out))
    start(run_settings(raw, tmp_path / "full"))
    assert content(out) == content(tmp_path / "full")
    assert start(run_settings(raw, out)).outcome == "unchanged"


def test_a_withdrawn_document_frees_its_copies(tmp_path: Path):
    """A record without an id that moves up a line is not a copy of where it stood before."""
    raw, out = tmp_path / "raw", tmp_path / "out"
    texts = [record["text"] for record in records("a", "b", "c")]
    write_jsonl(raw / "a.jsonl", [{"text": text} for text in texts])
    start(run_settings(raw, out))
    write_jsonl(raw / "a.jsonl", [{"text": text} for text in texts[1:]])
    start(run_settings(raw, out))
    kept = sorted(row["text"] for row in content(out) if row["status"] == "kept")
    assert kept == sorted(texts[1:])


def test_an_id_stays_with_the_file_that_brought_it(tmp_path: Path):
    """A newcomer with a published id is held back, even where its file sorts first, its owner is absent, or everything is judged again."""
    raw, out = tmp_path / "raw", tmp_path / "out"
    write_jsonl(raw / "b.jsonl", [{"id": "x", "text": story()}])
    start(run_settings(raw / "b.jsonl", out))
    write_jsonl(raw / "a.jsonl", [{"id": "x", "text": records("a")[0]["text"]}])
    for chosen in ({"raw": (str(raw / "a.jsonl"),)}, {"raw": (str(raw),)}, {"raw": (str(raw),), "encoding": {"uncurl_quotes": True}}):
        start(run_settings(raw, out).model_validate({**run_settings(raw, out).model_dump(), **chosen}))
        rows = content(out)
        assert [row["text"] for row in rows if row["id"] == "x"] == [story()]
        assert [row["reason"] for row in rows if row["id"] != "x"] == ["id_taken"]


def test_two_folders_of_one_name_do_not_replace_each_other(tmp_path: Path):
    """A second folder called as one that was published, and that is still there, is refused with both named."""
    for day in ("monday", "tuesday"):
        write_jsonl(tmp_path / day / "wire" / "a.jsonl", [{"text": story(day)}])
    start(run_settings(tmp_path / "monday" / "wire", tmp_path / "out"))
    with pytest.raises(InputError, match="are both called wire"):
        start(run_settings(tmp_path / "tuesday" / "wire", tmp_path / "out"))
    assert len(content(tmp_path / "out")) == 1


def test_a_corpus_below_its_raw_folder_is_not_read(tmp_path: Path):
    """A run does not take in what copydesk itself has written."""
    write_jsonl(tmp_path / "a.jsonl", records("a"))
    start(run_settings(tmp_path, tmp_path / "clean"))
    assert start(run_settings(tmp_path, tmp_path / "clean")).outcome == "unchanged"


def test_a_disk_that_fails_for_a_moment_costs_no_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A fault of the machine while a file is read ends the run, publishes nothing, and the next run has every record."""
    raw, out = tmp_path / "raw", tmp_path / "out"
    write_jsonl(raw / "a.jsonl", records("a", "b", "c"))

    def broken(*_: object) -> None:
        raise OSError(errno.EIO, "input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(sys.modules["copydesk.ingest.readers.jsonl"], "_parsed", broken)
        with pytest.raises(OSError, match="input/output"):
            start(run_settings(raw, out))
    assert Corpus(out).version == -1
    assert start(run_settings(raw, out)).totals["kept"] == 3


def test_the_report_flags_by_the_score_that_was_set(tmp_path: Path):
    """What counts as reading like machine translation is a setting, for the report too."""
    write_jsonl(tmp_path / "raw" / "a.jsonl", records("a"))
    assert start(run_settings(tmp_path / "raw", tmp_path / "usual")).flagged == []
    wide = start(run_settings(tmp_path / "raw", tmp_path / "wide", translation={"flag_score": 0.01}))
    assert [flagged.id for flagged in wide.flagged] == ["a"]
