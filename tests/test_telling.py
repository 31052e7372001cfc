"""Stories through the whole way: found after the copies, published, kept true by later runs and decisions, shown and reported."""

import json
from pathlib import Path
from typing import Any

import pytest
from corpora import content, fates, write_jsonl
from corpora import settings as run_settings

from copydesk import telling
from copydesk.store.corpus import Corpus
from flows import history, show
from flows.forget import forget
from flows.restore import restore
from flows.start import start

SINKING = (
    "The trawler Morwenna Rose sank off Skerryvore on Monday night with 212 crates of langoustine aboard. "
    "Skipper Aldous Penhaligon and his four men were lifted to Tiree by helicopter after two hours in the water."
)
RESCUE = (
    "Five fishermen were rescued by helicopter near Skerryvore lighthouse after their boat, the Morwenna Rose, went down. "
    "Penhaligon, the skipper, said that she was carrying 212 crates, and that Tiree had never looked so good to him."
)
INQUIRY = (
    "Why the Morwenna Rose went down with 212 crates near Skerryvore is not known yet. "
    "Aldous Penhaligon told the inspector at Tiree that a hatch had come loose. The langoustine are lost, and so is the boat."
)
TAKEOVER = (
    "Vandermolen Optics said it agreed to sell its spectrometer division to Quistgaard Holdings for 41.75 million crowns. "
    "Vandermolen said the plant in Lillesand stays open, and that nobody has to leave."
)
TITLE = 'Boat <script>alert("x")</script> lost'
RECORDS: dict[str, dict[str, Any]] = {
    "sinking": {"site": "a.example", "text": SINKING, "published": "2023-05-02", "title": TITLE},
    "rescue": {"site": "b.example", "text": RESCUE, "published": "2023-05-03", "title": "Five saved"},
    "reprint": {"site": "c.example", "text": RESCUE.removesuffix(" to him."), "published": "2023-05-04", "title": "Five saved again"},
    "takeover": {"site": "b.example", "text": TAKEOVER, "published": "2023-05-03", "title": "Optics sold"},
    "early": {"site": "d.example", "text": INQUIRY, "published": "2023-05-01", "title": "What is known"},
}


def arrive(raw: Path, *names: str) -> Path:
    """Write these records, each to its own file."""
    for name in names:
        known = RECORDS[name]
        write_jsonl(raw / known["site"] / f"{name}.jsonl", [{"id": name, **known, "url": f"https://{known['site']}/{name}"}])
    return raw


def stories(out: Path) -> dict[str, str]:
    """Return the story of each document."""
    return {row["id"]: row["story"] for row in content(out)}


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    """Two reports of one event, a reprint of the second, and something else."""
    return arrive(tmp_path / "raw", "sinking", "rescue", "reprint", "takeover")


@pytest.fixture
def out(raw: Path, tmp_path: Path) -> Path:
    """The corpus of these."""
    start(run_settings(raw, tmp_path / "out"))
    return tmp_path / "out"


def test_reports_of_one_event_are_one_story_and_none_is_removed_for_it(out: Path):
    """The earliest kept report names it, a copy is of its kept document's story, what stands alone is in none."""
    assert fates(out) == {"sinking": ("kept", ""), "rescue": ("kept", ""), "reprint": ("duplicate", "rescue"), "takeover": ("kept", "")}
    assert stories(out) == {"sinking": "sinking", "rescue": "sinking", "reprint": "sinking", "takeover": ""}
    assert all(row["telltales"] for row in content(out))


@pytest.mark.parametrize(
    "batches",
    [
        [["early", "sinking"], ["takeover", "reprint"], ["rescue"]],
        [["reprint"], ["takeover"], ["sinking"], ["rescue", "early"]],
        [["sinking", "rescue", "reprint", "takeover"], ["early"]],
    ],
)
def test_law_6_stories_of_batches_are_those_of_one_run(tmp_path: Path, batches: list[list[str]]):
    """In whatever order the reports arrive, the table is that of one run over all of them."""
    raw, all_at_once = tmp_path / "raw", arrive(tmp_path / "whole" / "raw", *RECORDS)
    for batch in batches:
        start(run_settings(arrive(raw, *batch), tmp_path / "batched"))
    start(run_settings(all_at_once, tmp_path / "full"))
    assert content(tmp_path / "batched") == content(tmp_path / "full")
    assert stories(tmp_path / "full") == {**dict.fromkeys(RECORDS, "early"), "takeover": ""}


def test_an_earlier_report_that_arrives_late_renames_the_story(raw: Path, out: Path):
    """Rows of which nothing but the story changes are written again, counted apart, and keep the rest."""
    before = {row["id"]: row for row in content(out)}
    record = start(run_settings(arrive(raw, "early"), out))
    after = {row["id"]: row for row in content(out)}
    figures = {stage.name: stage.figures for stage in record.stages}
    assert figures["publish"]["changed_story"] == 3
    assert (figures["duplicates"]["stories"], figures["duplicates"]["documents_in_stories"]) == (1, 3)
    assert record.totals["in"] == 1
    for name in ("sinking", "rescue", "reprint"):
        assert after[name] == {**before[name], "story": "early"}
    assert after["takeover"] == before["takeover"]


def test_a_run_that_keeps_what_was_kept_looks_for_no_stories(raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A late reprint is given the story of its kept document without asking again who tells the same; so is nothing at all."""
    late = raw / "c.example" / "reprint.jsonl"
    held = late.read_bytes()
    late.unlink()
    out = tmp_path / "out"
    start(run_settings(raw, out))
    late.write_bytes(held)
    monkeypatch.setattr(telling, "find_stories", lambda *_, **__: pytest.fail("stories were sought among the same documents"))
    record = start(run_settings(raw, out))
    assert stories(out)["reprint"] == "sinking"
    assert record.stages[-2].figures["documents_in_stories"] == 2
    assert start(run_settings(raw, out)).outcome == "unchanged"


def test_decisions_change_stories_too(raw: Path, out: Path):
    """Without its leader a story gets another or none; a restored copy tells for itself."""
    forget(["rescue"], [], "asked by its author", run_settings(raw, out))
    assert fates(out)["reprint"] == ("kept", "")
    assert stories(out) == {"sinking": "sinking", "rescue": "", "reprint": "sinking", "takeover": ""}
    forget(["sinking"], [], "asked by its author", run_settings(raw, out))
    assert stories(out) == dict.fromkeys(("sinking", "rescue", "reprint", "takeover"), "")
    assert not Corpus(out).row("sinking").column("telltales").to_pylist()[0]


def test_a_restored_copy_is_of_the_story(raw: Path, out: Path):
    """Kept by a person, it is compared like any kept report."""
    restore(["reprint"], "its ending is its own", run_settings(raw, out))
    assert fates(out)["reprint"] == ("kept", "")
    assert stories(out)["reprint"] == "sinking"


def test_changed_settings_find_other_stories(raw: Path, out: Path):
    """No file has changed, no text is judged again; and back again is as before."""
    before = content(out)
    record = start(run_settings(raw, out, stories={"enabled": False}))
    assert record.totals["in"] == 0
    assert all((row["story"], row["telltales"]) == ("", []) for row in content(out))
    start(run_settings(raw, out, stories={"threshold": 1.0}))
    assert stories(out) == dict.fromkeys(stories(out), "")
    start(run_settings(raw, out))
    assert content(out) == before


def test_a_story_is_shown_and_reported_and_its_titles_are_not_obeyed(raw: Path, out: Path, capsys: pytest.CaptureFixture[str]):
    """`show` lists who tells the same; the report counts whoever was published before, and escapes what it shows."""
    show.document("reprint", run_settings(raw, out))
    shown = capsys.readouterr().out
    assert "story (3)" in shown
    assert "rescue  2023-05-03  b.example  Five saved" in shown
    assert "reprint  2023-05-04  c.example  Five saved again  copy" in shown
    show.document("takeover", run_settings(raw, out))
    assert "story (" not in capsys.readouterr().out
    record = start(run_settings(arrive(raw, "early"), out))
    (story,) = record.stories
    assert (story.id, story.documents, story.copies, story.sites, story.first) == ("early", 4, 1, 4, "2023-05-01")
    assert [member.id for member in story.members] == ["early", "sinking", "rescue", "reprint"]
    report = history.report_path(out, record.run_id)
    assert "What is known" in report.read_text("utf-8")
    assert "<script" not in report.read_text("utf-8")
    assert json.loads(report.with_suffix(".json").read_bytes())["whole"]["stories"] == 1
