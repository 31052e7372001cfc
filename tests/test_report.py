"""The report of a run: what it collects, what it says first, and that nothing in a text can harm its reader."""

import json
import os
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from playwright.sync_api import sync_playwright

from copydesk import ledger
from copydesk.document import Edit
from copydesk.errors import StoreError
from copydesk.ingest.kinds import why_unread
from copydesk.report import collect as collecting
from copydesk.report import excerpts, outline
from copydesk.report.collect import collect
from copydesk.report.diff import MOST_STEPS, marked, visible
from copydesk.report.passed import account
from copydesk.report.record import Outcome, RunRecord, StageRecord
from copydesk.report.render import render
from copydesk.report.sides import compared, rows
from copydesk.store.schema import PUBLISHED

CASES = json.loads((Path(__file__).parent / "cases" / "report.json").read_bytes())
HOSTILE = [case["text"] for case in CASES["hostile"]]
CHROMIUM = shutil.which("chromium")
VOID = {"meta", "br", "img", "link", "input", "hr", "wbr"}


def labelled(topic: str) -> Any:
    """Parametrize a test with the cases of a topic."""
    return pytest.mark.parametrize("case", [pytest.param(case, id=case["label"]) for case in CASES[topic]])


def row(number: int, status: str = "kept", **more: Any) -> dict[str, Any]:
    """Return a row of the published table: a small article in which every third has had a line stripped and a word repaired."""
    decoded = f"The caf\u00c3\u00a9 on pier {number} opens at nine.\nIts lamps were lit by hand.\nShare this article"
    edits: list[Edit] = []
    if number % 3 == 0:
        at = decoded.index("\u00c3")
        edits = [
            Edit("encoding", "latin-1", at, at + 2, "\u00c3\u00a9", "\u00e9", "UTF-8 read as Latin-1"),
            Edit("boilerplate", "phrase:share", len(decoded) - 20, len(decoded) - 1, "\nShare this article", "", "a line that asks to share"),
        ]
    text = ledger.replay(decoded, edits)
    flags = [{"stage": "language", "rule": "language", "start": 0, "end": len(text), "evidence": "", "value": "en", "score": 0.99}]
    return {
        "id": f"doc-{number:04}",
        "source": f"wire/{number:04}.txt",
        "site": f"site-{number % 4}.example",
        "text": text,
        "edits": [{name: getattr(edit, name) for name in Edit.__slots__} for edit in edits],
        "flags": flags,
        "language": "en",
        "status": status,
        **more,
    }


def flagged(number: int, score: float, *spans: tuple[int, int, str]) -> dict[str, Any]:
    """Return a row that the translation stage flagged."""
    made = row(number, translation_score=score)
    said = [
        {"stage": "translation", "rule": rule, "start": start, "end": end, "evidence": "a glued quote", "value": "", "score": 0.9} for start, end, rule in spans
    ]
    whole = {
        "stage": "translation",
        "rule": "score",
        "start": 0,
        "end": len(made["text"]),
        "evidence": "old systems .81",
        "value": "",
        "score": score,
    }
    return {**made, "flags": [*made["flags"], *said, whole]}


def table(rows: list[dict[str, Any]]) -> pa.Table:
    """Return the rows as a table of the published schema."""
    return pa.Table.from_pylist(rows, schema=PUBLISHED)


def run_rows() -> list[dict[str, Any]]:
    """Return a run's rows: ordinary ones, copies, quarantine, flags, and hostile texts wherever a text can be."""
    copies = [
        row(
            100 + n,
            "duplicate",
            kept_id=f"doc-{n:04}",
            relation="copy",
            score=0.77 - n / 100,
            jaccard=0.7 + n / 100,
            containment=0.9,
            reason=f"{0.77 - n / 100:.2f} alike, came later",
        )
        for n in range(8)
    ]
    held = [row(200 + n, "quarantined", stage="boilerplate", reason="too-much-removed", detail=f"{61 + n} % of the words went") for n in range(5)]
    held += [row(300 + n, "quarantined", stage="ingest", reason="not-text", detail="a PNG image") for n in range(2)]
    odd = [text.encode("utf-8", "replace").decode() for text in HOSTILE]
    hostile = [
        row(
            400 + 3 * n,
            "quarantined",
            id=text,
            source=text,
            site=text,
            stage=text,
            reason=text,
            detail=text,
            edits=[edit(text)],
            text=f"{text}{text}",
        )
        for n, text in enumerate(odd)
    ]
    long = row(500, "quarantined", id="L" * 5000, source="S" * 5000, reason="too-long-id", stage="ingest", detail="D" * 5000)
    suspicious = [flagged(50, 0.81, (4, 8, "glued-quote")), flagged(51, 0.2, (0, 3, "spaced-initials")), flagged(53, 0.66)]
    languages = [row(600 + n, language=code) for n, code in enumerate(["de", "de", "fr", "und", "ar"])]
    told = [row(n, story="doc-0001" if n < 4 else text, title=text, published=text) for n, text in enumerate(odd[:6], 1)]
    return [row(0), *told, *(row(n) for n in range(len(told) + 1, 50)), *copies, *held, *hostile, long, *suspicious, *languages]


def edit(text: str) -> dict[str, Any]:
    """Return a stored edit that turned the text's double into the text."""
    return {"stage": "encoding", "rule": text, "start": len(text), "end": len(text), "before": "", "after": text, "why": text}


def check(name: str, *, passed: bool = True, severity: str = "warning", **more: Any) -> Outcome:
    """Return an outcome with words and advice."""
    words = more.pop("words", f"{name} stays within what was measured")
    return Outcome(name, more.pop("column", ""), severity, passed, words, "Look at the stage's settings, then at the source.", "0.4 %", total=80, **more)


@pytest.fixture
def record() -> RunRecord:
    """A published run with something to say in every section."""
    found = collect(table(run_rows()))
    came, held = found.totals["in"], found.totals["quarantined"]
    names = ["ingest", "encoding", "boilerplate", "language", "translation", "duplicates", "publish"]
    rejected = {"ingest": held - 5, "boilerplate": 5}
    stages, alive = [], came
    for name in names:
        out = alive - rejected.get(name, 0) - (found.totals["duplicate"] if name == "duplicates" else 0)
        checks = [check("documents-accounted-for", severity="critical", words="Every document that came in is accounted for"), check("runtime")]
        stages.append(StageRecord(name, alive, out, rejected.get(name, 0), 1.25, {"documents": alive, "edits_per_document": 0.345, "nothing": None}, checks))
        alive = out
    broken = [
        check(
            "too-much-removed",
            passed=False,
            column="removed_share",
            row_level=True,
            unexpected=5,
            words="No article loses more than 60 % of its words",
        ),
        check("removed-mean", passed=False, column="removed_share", words="On average few words are stripped"),
    ]
    stages[2] = replace(stages[2], checks=[*stages[2].checks, *broken])
    return RunRecord(
        run_id="2026-11-21-0007",
        outcome="published",
        started="2026-11-21T06:00:00+00:00",
        finished="2026-11-21T06:04:12+00:00",
        version="0.1.0",
        settings={"raw": ["data/raw"], "duplicates": {"threshold": 0.7}},
        raw=["data/raw"],
        out="data/clean",
        corpus={"kept": 1204, "duplicate": 77, "quarantined": 31},
        stages=stages,
        passed_over=account({"raw/c.doc": why_unread("c.doc")}),
        **{**vars(found), "totals": {**found.totals, "unchanged": 3}},
    )


class Page(HTMLParser):
    """What a test wants to know of a page: its tags, whether they nest, its ids and links, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text: list[str] = []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag and that it is open."""
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Every closing tag must close the one opened last."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Note text."""
        self.text.append(data)

    def tags_only(self) -> list[str]:
        """Return the names of the tags in their order."""
        return [tag for tag, _ in self.tags]

    def all(self, attribute: str) -> list[str]:
        """Return the values of an attribute over all tags."""
        return [value or "" for _, held in self.tags for name, value in held.items() if name == attribute]


@labelled("marked")
def test_marked(case: dict[str, Any]) -> None:
    """What stayed, went and came is marked as a reader would."""
    assert [list(piece) for piece in marked(case["before"], case["after"])] == case["pieces"]


@given(st.text(alphabet="ab \n", max_size=60), st.text(alphabet="ab \n", max_size=60))
def test_marked_pieces_make_up_both_texts(before: str, after: str) -> None:
    """The pieces hold both texts, none is empty, and what went comes before what came."""
    pieces = marked(before, after)
    assert "".join(piece for kind, piece in pieces if kind != "ins") == before
    assert "".join(piece for kind, piece in pieces if kind != "del") == after
    assert all(piece for _, piece in pieces)
    assert all((one, other) not in {("ins", "del"), ("same", "same"), ("del", "del"), ("ins", "ins")} for (one, _), (other, _) in pairwise(pieces))


def test_marked_gives_up_on_what_would_cost_too_much() -> None:
    """Texts that are as bad for difflib as can be are one removal and one addition; a long text with few changes is compared by words."""
    size = round(MOST_STEPS ** (1 / 3)) * 4
    assert [kind for kind, _ in marked("x" + "abc" * size + "z", "y" + "cba" * size + "w")] == ["del", "ins"]
    words = [f"word{n}" for n in range(400)]
    changed = ["other" if n in {100, 300} else word for n, word in enumerate(words)]
    assert [kind for kind, _ in marked(" ".join(words), " ".join(changed))] == ["same", "del", "ins", "same", "del", "ins", "same"]


@labelled("visible")
def test_visible(case: dict[str, Any]) -> None:
    """Characters that nobody can see are named."""
    assert visible(case["text"]) == case["shown"]
    assert visible(case["text"], strict=True) == case["strict"]


@given(st.text(st.characters()))
def test_visible_can_be_encoded_and_shown_again(text: str) -> None:
    """Whatever a text holds, what is shown of it is valid UTF-8, and showing it twice changes nothing."""
    shown = visible(text, strict=True)
    shown.encode("utf-8")
    assert visible(shown, strict=True) == shown


def test_record_survives_json(record: RunRecord) -> None:
    """A record comes back from JSON as it was, lone surrogates included; a figure that is not finite becomes none."""
    odd = replace(record, run_id="\ud800\u202e", stages=[replace(record.stages[0], figures={"share": float("nan"), "words": 3})])
    stored = odd.to_json()
    assert stored.isascii()
    assert RunRecord.from_json(stored) == replace(odd, stages=[replace(odd.stages[0], figures={"share": None, "words": 3})])


@pytest.mark.parametrize("stored", [b"", b"{}", b"[1]", b"null", b"\xff", b'{"stages": 3}', b"[" * 100_000])
def test_a_torn_record_is_refused(stored: bytes) -> None:
    """Bytes that are no record raise the store's own error."""
    with pytest.raises(StoreError, match="no record of a run"):
        RunRecord.from_json(stored)


def test_collect_counts_what_the_rows_hold() -> None:
    """Each figure is that of a plain count over the rows."""
    rows = run_rows()
    found = collect(table(rows))
    statuses = Counter(held["status"] for held in rows)
    assert found.totals == {"in": len(rows), **statuses, "edits": sum(len(held["edits"]) for held in rows), "flags": 2}
    assert sum(found.quarantine_by_reason.values()) == statuses["quarantined"] == len(found.quarantine) == found.whole["quarantine"]
    assert found.languages == {"en": 53, "de": 2, "ar": 1, "fr": 1, "und": 1}
    assert sum(site.documents_in for site in found.sites) == len(rows)
    assert sum(site.quarantined for site in found.sites) == statuses["quarantined"]
    assert sum(rule.count for rule in found.rules) == found.totals["edits"]
    assert [(held.id, held.count) for held in found.flagged] == [("doc-0050", 2), ("doc-0053", 1), ("doc-0051", 2)]
    assert [copy.id for copy in found.copies] == [f"doc-{107 - n:04}" for n in range(8)]
    assert found.copies[0].kept_source == "wire/0007.txt"
    elsewhere = collect(table([row(1, "duplicate", kept_id="old")]), {"old": "archive/old.txt"})
    assert elsewhere.copies[0].kept_source == "archive/old.txt"


def test_collect_tells_the_largest_stories() -> None:
    """Whoever was published before counts, members come by date, held back ones are in none."""
    here = [row(1, story="doc-0002", published="2020-01-02"), row(3, "quarantined", story="doc-0002"), row(4, story="doc-0004"), row(5)]
    before = [row(2, story="doc-0002", published="2020-01-01", site="other.example"), row(6, "duplicate", story="doc-0002"), row(7, story="doc-0004")]
    largest, other = collect(table(here), beside=table(before)).stories
    assert (largest.id, largest.documents, largest.copies, largest.sites, largest.first) == ("doc-0002", 3, 1, 3, "2020-01-01")
    assert [member.id for member in largest.members] == ["doc-0002", "doc-0001", "doc-0006"]
    assert (other.id, other.documents, other.first) == ("doc-0004", 2, "")


def test_collect_shows_a_change_as_it_stood() -> None:
    """An edit's context is that of the text just before it, also where a later edit moved it."""
    found = collect(table([row(3)]))
    by_rule = {rule.rule: rule.examples[0] for rule in found.rules}
    assert by_rule["latin-1"].left == "The caf"
    assert by_rule["latin-1"].right == " on pier 3 opens at nine.\nIts lamps were lit by hand.\nShare "
    assert by_rule["phrase:share"].left.endswith("by hand.")
    assert by_rule["phrase:share"].right == ""


def test_collect_bounds_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lists and excerpts are cut, the full length is told, and no reason is hidden by a frequent one."""
    monkeypatch.setattr(collecting, "MAX_ROWS", 4)
    monkeypatch.setattr(collecting, "MAX_FLAGGED", 2)
    found = collect(table(run_rows()))
    assert [len(held) for held in (found.quarantine, found.copies, found.sites, found.rules, found.flagged)] == [4, 4, 4, 4, 2]
    assert len({held.reason for held in found.quarantine}) == 4
    assert found.whole["copies"] == 8
    assert found.whole["flagged"] == 3
    assert all(len(held.detail) <= excerpts.MAX_EXCERPT for held in collect(table(run_rows())).quarantine)
    assert all(len(example.left) <= 60 and len(example.right) <= 60 and len(example.after) <= 200 for rule in found.rules for example in rule.examples)


def test_collect_of_nothing() -> None:
    """A run without rows has a report as well."""
    found = collect(PUBLISHED.empty_table())
    assert found.totals == {"in": 0, "kept": 0, "duplicate": 0, "quarantined": 0, "edits": 0, "flags": 0}
    assert "Nothing new" in render(RunRecord(run_id="r", outcome="unchanged", started="", finished="", version="0", **vars(found)))


def test_collect_survives_a_broken_ledger() -> None:
    """An edit that does not lead back costs its context, not the report."""
    found = collect(table([{**row(3), "text": "something else"}]))
    assert [(example.left, example.right) for rule in found.rules for example in rule.examples] == [("", ""), ("", "")]


@settings(max_examples=20, deadline=None)
@given(st.permutations(run_rows()), st.integers(1, 40))
def test_collect_does_not_depend_on_the_order_of_rows(rows: list[dict[str, Any]], size: int) -> None:
    """Whatever the order of the rows and their chunks, the same is collected."""
    chunks = [table(rows[at : at + size]) for at in range(0, len(rows), size)]
    assert collect(pa.concat_tables(chunks)) == collect(table(run_rows()))


def test_page_is_well_formed_and_closed(record: RunRecord) -> None:
    """Tags nest, ids are unique, links lead to fragments that exist, and there is neither script nor anything from outside."""
    html = render(record)
    page = Page(html)
    ids = page.all("id")
    assert [name for name, times in Counter(ids).items() if times > 1] == []
    assert all(href.startswith("#") for href in page.all("href"))
    assert {href[1:] for href in page.all("href")} <= set(ids)
    assert {tag for tag, _ in page.tags} & {"script", "img", "svg", "link", "iframe", "object", "base", "form", "a:href"} == set()
    assert not [name for _, held in page.tags for name in held if name.startswith("on") or name == "src"]
    assert "<script" not in html.lower()
    policy = next(held["content"] for tag, held in page.tags if tag == "meta" and held.get("http-equiv") == "Content-Security-Policy")
    assert policy == "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    assert not re.search(r"url\(|@import", html)


def test_page_tells_the_totals(record: RunRecord) -> None:
    """Each total on the page is the number of rows that were collected."""
    html = render(record)
    shown = dict(re.findall(r'data-total="(\w+)">(?:<a href="#\w+">)?([\d,]+)<', html))
    assert {name: int(figure.replace(",", "")) for name, figure in shown.items()} == record.totals
    assert len(Page(html).all("id")) > record.totals["quarantined"]
    assert sum(name.startswith("quarantine-") for name in Page(html).all("id")) == record.totals["quarantined"]
    assert sum(name.startswith("copy-") for name in Page(html).all("id")) == record.totals["duplicate"]


@labelled("hostile")
def test_hostile_text_is_shown_and_not_obeyed(case: dict[str, Any], record: RunRecord) -> None:
    """Such a text in every field of a record arrives as text: the page has the tags that it has with a harmless one."""
    text = case["text"]
    harmless = "harmless" if visible(text, strict=True) == text else "harm\N{ZERO WIDTH SPACE}less"
    html = render(filled(record, text))
    page = Page(html)
    assert page.tags_only() == Page(render(filled(record, harmless))).tags_only()
    assert visible(text) in "".join(page.text)
    assert visible(html) == html
    html.encode("utf-8")


def filled(record: RunRecord, text: str) -> RunRecord:
    """Return the record with the text wherever a record holds words, ids and names."""

    def fill(held: Any, key: str = "") -> Any:
        if key in {"quarantine_by_reason", "languages", "figures", "settings"}:
            return {text: 2}
        if isinstance(held, dict):
            return {name: fill(value, name) for name, value in held.items()}
        if isinstance(held, list):
            return [fill(value) for value in held[:2]]
        if key == "after":
            return ""
        return text if isinstance(held, str) and key not in {"outcome", "severity"} else held

    return RunRecord.from_json(json.dumps(fill(json.loads(record.to_json()))).encode())


def test_cut_lists_say_so(record: RunRecord) -> None:
    """Where a list was cut, the page says of how many it shows the first."""
    page = "".join(Page(render(replace(record, whole={"copies": 1234, "flagged": 70, "sites": 999, "rules": 300, "quarantine": 4000}))).text)
    for said in ("First 8 of 1,234 copies.", "First 3 of 70 documents.", "of 999 sites.", "of 300 rules.", "of 4,000 documents."):
        assert said in page


@labelled("restore")
def test_restore_commands_can_be_pasted(case: dict[str, Any], record: RunRecord) -> None:
    """A command on the page is safe in a shell, or there is none."""
    held = replace(record.quarantine[0], id=case["id"], reason="r", chars=9)
    page = Page(render(replace(record, quarantine=[held], quarantine_by_reason={"r": 1})))
    assert [text for text in page.text if text.startswith("copydesk restore")] == ([case["command"]] if case["command"] else [])


def test_what_was_not_read_is_told(record: RunRecord) -> None:
    """An archive asks for a look, a document of some office does not; a run that found nothing to read says so, also where there was nothing at all."""
    assert [need for need in outline.needs(record) if need.target == "passed"] == []
    record = replace(record, passed_over=account({"raw/b.zip": why_unread("b.zip"), "raw/c.doc": why_unread("c.doc")}))
    page = "".join(Page(render(record)).text)
    assert "1 file (b.zip): of no kind that can be read: unpack it first" in page
    assert "1 file (c.doc): of no kind that can be read: copydesk reads" in page
    assert [need.words for need in outline.needs(record) if need.target == "passed"] == ["1 file under the sources could not be read"]
    nothing = replace(record, passed_over=[], stages=[StageRecord("ingest", 0, 0, 0, 0.1, {"files": 0})])
    assert "Nothing was read" in "".join(Page(render(nothing)).text)
    assert all(f'id="{need.target}"' in render(nothing) for need in outline.needs(nothing))


def test_a_record_of_an_older_version_is_read(record: RunRecord) -> None:
    """Reports of earlier runs can be made again: what was not recorded then is empty."""
    older = {name: value for name, value in json.loads(record.to_json()).items() if name not in {"passed_over", "stories"}}
    assert RunRecord.from_json(json.dumps(older).encode()) == replace(record, passed_over=[], stories=[])


def test_first_screen_of_a_run_that_passed(record: RunRecord) -> None:
    """Nothing to look at is said as such."""
    clean = replace(
        record, totals={"in": 5, "kept": 4, "duplicate": 1, "quarantined": 0}, stages=[replace(record.stages[0], rejected=0)], quarantine_by_reason={}
    )
    assert outline.headline(clean).tone == "good"
    assert outline.headline(clean).title == "Published: 4 of 5 documents kept"
    assert outline.needs(clean) == []
    assert "Nothing needs a person" in render(clean)


def test_first_screen_of_a_run_that_was_stopped(record: RunRecord) -> None:
    """What stopped the run comes first, before warnings, and says what to do."""
    fatal = check("half-is-gone", passed=False, severity="critical", words="Less than half of the documents go: more is a fault of ours.")
    stopped = replace(record, outcome="stopped", stages=[replace(record.stages[2], checks=[*record.stages[2].checks, fatal])])
    assert outline.headline(stopped).lead == "This did not hold: Less than half of the documents go. The corpus is as it was before this run."
    assert [need.weight for need in outline.needs(stopped)] == ["stop", "look", "look"]
    assert outline.needs(stopped)[0].target in Page(render(stopped)).all("id")


def test_way_accounts_for_every_document(record: RunRecord) -> None:
    """What is held back and set aside along the way is all that is missing at its end, also where the duplicates stage rejects nothing."""
    quiet = [replace(stage, documents_out=stage.documents_in - stage.rejected) for stage in record.stages]
    for stages in (record.stages, quiet, record.stages[:1]):
        bars = outline.funnel(replace(record, stages=stages))
        assert bars[0].documents - sum(bar.held_back + bar.set_aside for bar in bars) == bars[-1].documents == record.totals["kept"]
    assert [bar.share for bar in outline.funnel(replace(record, totals={}, stages=[]))] == [0.0, 0.0]


def test_figures_that_do_not_add_up_are_told_first(record: RunRecord) -> None:
    """A report says of itself when a document is missing."""
    short = replace(record, totals={**record.totals, "in": record.totals["in"] + 1})
    assert outline.headline(short).tone == "stop"
    assert outline.needs(short)[0].words.startswith("The figures do not add up")


def test_the_same_record_gives_the_same_page(record: RunRecord) -> None:
    """A page can be made again from the stored record, to the last character."""
    assert render(RunRecord.from_json(record.to_json())) == render(record)


@pytest.fixture
def browser() -> Iterator[Any]:
    """A headless Chromium without network."""
    if CHROMIUM is None:
        # A user without root may not have it; a build that judges a change must.
        (pytest.fail if os.environ.get("CI") else pytest.skip)("the report's browser test needs Chromium: apt-get install chromium")
    quiet = [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ]
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=CHROMIUM, args=quiet)
        yield opened
        opened.close()


@pytest.mark.slow
def test_page_in_a_browser(record: RunRecord, tmp_path: Path, browser: Any) -> None:
    """Offline the page opens without complaint, asks for nothing, fits a telephone, is dark at night, prints what is closed, and opens by keyboard."""
    path = tmp_path / "report.html"
    path.write_text(render(record), encoding="utf-8")
    context = browser.new_context(offline=True, viewport={"width": 390, "height": 844})
    page = context.new_page()
    complaints: list[str] = []
    requests: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("dialog", lambda dialog: (complaints.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda request: requests.append(request.url))
    page.goto(path.as_uri())
    assert page.title() == f"Published: 58 of {record.totals['in']} documents kept (run 2026-11-21-0007)"
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    stage = page.locator("details", has=page.get_by_role("heading", name="encoding", exact=True)).first
    assert stage.get_attribute("open") is None
    page.emulate_media(media="print")
    assert stage.locator("table").evaluate("table => table.checkVisibility({contentVisibilityAuto: true}) && table.offsetHeight > 0")
    page.emulate_media(media="screen", color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(20, 22, 26)"
    stage.locator("summary").focus()
    page.keyboard.press("Enter")
    assert stage.get_attribute("open") == ""
    page.locator(".needs a").first.click()
    assert page.evaluate("document.querySelector(':target') !== null")
    assert complaints == []
    assert {url.split(":")[0] for url in requests} == {"file"}


WORDS = st.lists(st.sampled_from(["fog", "ferry ", "ten ", "held\n", "up ", " ", "\n\n", "a "]), max_size=40).map("".join)


@given(WORDS, WORDS)
def test_two_texts_beside_each_other_are_both_whole(first: str, second: str) -> None:
    """What is not marked as the other's makes up each text, in the pieces and in the rows that stand level."""
    pieces = compared(first, second)
    assert "".join(text for kind, text in pieces if kind != "ins") == first
    assert "".join(text for kind, text in pieces if kind != "del") == second
    level = list(rows(pieces))
    for side, whole in enumerate((first, second)):
        assert "".join(text for row in level for _, text in row[side]).replace("\n", "") == whole.replace("\n", "")
    assert compared(first, first) == ([("same", first)] if first else [])


def test_long_texts_are_compared_by_what_stands_once() -> None:
    """A word changed in each hundred of 40,000 is found as such, where an exact comparison would give up."""
    words = [f"w{number}" for number in range(40_000)]
    other = [f"x{number}" if number % 100 == 50 else word for number, word in enumerate(words)]
    pieces = compared(" ".join(words), " ".join(other))
    assert sum(kind == "del" for kind, _ in pieces) == sum(kind == "ins" for kind, _ in pieces) == 400
    assert sum(len(text.split()) for kind, text in pieces if kind == "ins") == 400
    assert len(compared("a " * 200_000, "b " * 200_000)) == 2
