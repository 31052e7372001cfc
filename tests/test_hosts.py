"""Lines that so many documents of a site carry that they are the site's: what is counted, how it is judged, and that the laws hold for it."""

import json
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
from corpora import content, story, write_jsonl
from corpora import settings as run_settings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from copydesk import boilerplate, counting, ledger
from copydesk.boilerplate.evidence import look
from copydesk.boilerplate.hosts import FEWEST_DOCUMENTS, FEWEST_OF_SITE, RULE, SiteCounts, ends, line_hash, removals, template
from copydesk.boilerplate.lexicon import build
from copydesk.document import Document, Edit, Rejection
from copydesk.settings import BoilerplateSettings, StageSettings
from copydesk.stage import advance
from copydesk.store import schema, shards
from copydesk.store.corpus import Corpus
from copydesk.store.shards import Shard
from copydesk.work import judge_shard, piece_key
from flows import tasks
from flows.start import start

CASES: list[dict[str, Any]] = json.loads((Path(__file__).parent / "cases" / "hosts.json").read_text("utf-8"))
PARAGRAPH = "The harbour board voted on Tuesday to move the ferry to the old grain quay, where it will leave each hour until the bridge is repaired."
SITE_LINE = "The Marrowby Herald, every Friday"


def counted(documents: int, lines: Mapping[str, int]) -> SiteCounts:
    """Counts of a site, from lines as they are written."""
    return SiteCounts("v", documents, {line_hash(line): count for line, count in lines.items()})


@pytest.mark.parametrize("case", CASES, ids=[case["label"] for case in CASES])
def test_what_goes_for_its_frequency(case: dict[str, Any], request: pytest.FixtureRequest):
    """Lines of a site go, lines of its articles stay."""
    if "known_failure" in case:
        request.applymarker(pytest.mark.xfail(reason=case["known_failure"], strict=True))
    lines = [line if line != "PARAGRAPH" else PARAGRAPH for line in case["lines"]]
    chosen = BoilerplateSettings.model_validate(case.get("settings", {}))
    found = removals(look(lines, build([])), {}, chosen, counted(case["documents"], case["counts"]))
    assert sorted(found) == case["gone"]
    assert all(removal.rule == RULE and f"of this site's {case['documents']} documents" in removal.why for removal in found.values())


def test_the_reason_gives_the_figures():
    """In words that a person can check."""
    found = removals(look(["Ferry to move", PARAGRAPH, SITE_LINE], build([])), {}, BoilerplateSettings(), counted(20, {SITE_LINE: 14}))
    assert found[2].why == "stands in 14 of this site's 20 documents"


@given(st.text(alphabet=st.characters(), max_size=300))
def test_any_text_has_ends(text: str):
    """Law 9: whatever the text, its ends are few, whole numbers of 64 bits, and the same again; its lines have templates that are their own templates."""
    found = ends(text)
    assert len(found.lines) <= 52
    assert all(-(2**63) <= number < 2**63 for number in (found.body, *found.lines))
    assert ends(text) == found
    for line in text.splitlines():
        assert template(template(line)) == template(line)


def test_long_texts_are_bounded():
    """Of a text of many lines its ends are taken; one of more lines than any article has is not counted, as it is not judged."""
    assert len(ends("\n".join(f"line {chr(97 + n % 26)}{chr(97 + n // 26)}" for n in range(300))).lines) == 52
    assert ends("x\n" * 200_001).lines == ()
    assert ends("word " * 1_000_000).lines == ()


def documents_of(site: str, names: Iterable[str], line: str = SITE_LINE) -> list[Document]:
    """Documents of a site with unlike articles and one line in common."""
    return [Document(id=f"{site}-{name}", source="s", site=site, text=f"On {name}\n\n{story(name)}\n\n{line}") for name in names]


@given(data=st.data())
def test_laws_1_and_2_hold_with_counts(data: st.DataObject):
    """Whatever lines a site is said to repeat, taking the edits back gives the text, and a second pass with the same counts finds nothing."""
    known = ["Harbour", "Letters", SITE_LINE, "Comments: 12", "Leave a comment", "On Marrowby", "Follow us", "12.05.2023"]
    lines = data.draw(st.lists(st.sampled_from([*known, PARAGRAPH, story(), "", "A line of its own"]), max_size=25))
    counts = data.draw(st.dictionaries(st.sampled_from(known), st.integers(3, 20)))
    document = Document(id="1", source="s", site="a", text="\n".join(lines))
    # The line model has a tolerance of its own (`test_boilerplate`); the rule has none.
    stage = boilerplate.stage(BoilerplateSettings(line_model="off"), {"a": counted(20, counts)})
    once = advance(stage, document)
    assert once.rejection is None
    assert ledger.revert(once.text, once.edits) == document.text
    assert advance(stage, once) == once


def test_a_document_of_another_site_is_judged_without():
    """Counts are a site's own; the document says with which version it was judged, or nothing."""
    stage = boilerplate.stage(BoilerplateSettings(), {"a": counted(20, {SITE_LINE: 20})})
    here, there = (advance(stage, documents_of(site, ["Tarrow"])[0]) for site in ("a", "b"))
    assert SITE_LINE not in here.text
    assert here.edits[-1].rule == RULE
    assert SITE_LINE in there.text
    flags = [document.flag("boilerplate", "host-counts") for document in (here, there)]
    assert [flag and flag.value for flag in flags] == ["v", None]


def dealt(found: list[Document], into: int, folder: Path) -> list[Shard]:
    """Deal documents out to shards and note the lines of each."""
    parts = [schema.table(found[at::into]) for at in range(into)]
    return [counting.lines_shard(shards.write(folder, f"part-{into}-{at}", part), {}, folder) for at, part in enumerate(parts)]


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_counts_are_what_plain_counting_gives(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject):
    """Law 3: however the documents are dealt out; a line counts once for each distinct body of a site."""
    folder = tmp_path_factory.mktemp("counts")
    line = st.sampled_from(["Harbour", "Letters", SITE_LINE, "Comments: 1", "Comments: 2"])
    texts = data.draw(st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 9), st.lists(line, max_size=4)), max_size=30))
    found = [
        Document(id=str(n), source="s", site=site, text="\n".join([f"{PARAGRAPH} {chr(97 + body)}", *lines])) for n, (site, body, lines) in enumerate(texts)
    ]
    most = data.draw(st.integers(1, 4))
    bodies: dict[str, set[int]] = defaultdict(set)
    carrying: dict[str, dict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
    for document in found:
        one = ends(document.text)
        bodies[document.site].add(one.body)
        for number in one.lines:
            carrying[document.site][number].add(one.body)
    expected = {}
    for site, of_site in bodies.items():
        frequent = Counter({number: len(held) for number, held in carrying[site].items() if len(held) >= FEWEST_DOCUMENTS})
        if len(of_site) >= FEWEST_OF_SITE and frequent:
            expected[site] = (len(of_site), dict(sorted(frequent.items(), key=lambda item: (-item[1], item[0]))[:most]))
    answers = [counting.count(dealt(some, into, folder), {"a", "b"}, Corpus(folder), (), most, folder) for some, into in ((found, 1), (found[::-1], 3))]
    assert answers[0] == answers[1]
    assert {site: (one.documents, one.lines) for site, one in answers[0].read().items()} == expected


def test_only_the_living_and_the_readable_count(tmp_path: Path):
    """Not a page, not what was rejected or held back by the gate; what a person restored counts."""
    found = documents_of("a", ["Tarrow", "Eastwick", "Grimsel", "Hallow", "Marrowby"])
    page = Document(id="page", source="s", site="a", text=f"<p>{SITE_LINE}</p>", media="html")
    rejected = [Document(id=name, source="s", site="a", text=SITE_LINE, rejection=Rejection("ingest", "id_taken")) for name in ("lost", "restored")]
    shard = shards.write(tmp_path, "k", schema.table([*found, page, *rejected]))
    made = counting.lines_shard(shard, {found[0].id: "mojibake", "restored": ""}, tmp_path)
    assert made.rows == 5
    assert counting.ends_of(page) == counting.ends_of(rejected[0]) == ends("")
    late = Document(id="late", source="s", site="a", text="x", edits=(Edit("boilerplate", "r", 1, 7, "\nHello", ""),), rejection=Rejection("language", "l"))
    assert counting.ends_of(late) == ends("x\nHello")


def test_counts_of_other_sites_make_no_work(tmp_path: Path):
    """The key of a shard's piece holds the versions of its own sites, and the piece is stored under that key."""
    chosen = StageSettings()
    here = [*documents_of("a", [f"place {chr(97 + n)}" for n in range(6)])]
    there = [*documents_of("b", [f"place {chr(97 + n)}" for n in range(6)])]
    shard = shards.write(tmp_path, "k", schema.table(here))
    one = counting.count(dealt(here, 2, tmp_path), {"a", "b"}, Corpus(tmp_path), (), 100, tmp_path)
    both = counting.count(dealt([*here, *there], 2, tmp_path), {"a", "b"}, Corpus(tmp_path), (), 100, tmp_path)
    grown = counting.count(dealt([*here, *documents_of("a", ["more"])], 2, tmp_path), {"a", "b"}, Corpus(tmp_path), (), 100, tmp_path)
    keys = [piece_key("boilerplate", shard, {}, chosen, counts.about(counting.sites_of(shard))) for counts in (one, both, grown)]
    assert keys[0] == keys[1] != keys[2]
    assert judge_shard("boilerplate", shard, {}, chosen, tmp_path, one.about({"a"})).documents.key == keys[0]


# --- in a run

NAMES = [f"{first} {second}" for first in ("Upper", "Lower", "Old", "New") for second in ("Marrowby", "Tarrow", "Eastwick")]
FACTS = ("a bridge", "a choir", "a pear harvest", "a clock", "a ferry", "a lighthouse", "a school", "a bakery", "a well", "a wall", "a mill", "a tower")


def articles(draw: random.Random | None = None) -> list[dict[str, str]]:
    """A dozen unlike articles of one site, most of which end with the site's line; they come in the order that is drawn."""
    found = []
    for n, (name, fact) in enumerate(zip(NAMES, FACTS, strict=True)):
        words = random.Random(n).sample(sorted({*(" ".join(FACTS) + story(name)).split(), *NAMES}), 40)
        body = f"In {name} people talked of {fact} for a week, said the mayor. {' '.join(words)}."
        lines = [f"News of {fact}", body, *([SITE_LINE] if n % 4 else [])]
        found.append({"id": f"d{n}", "url": f"https://herald.example/{n}", "text": "\n\n".join(lines)})
    if draw:
        draw.shuffle(found)
    return found


def test_law_3_with_counts(tmp_path: Path):
    """The same input gives the same table however it is dealt out, and the site's line is gone wherever it stood."""
    write_jsonl(tmp_path / "raw" / "a.jsonl", articles())
    write_jsonl(tmp_path / "shuffled" / "a.jsonl", articles(random.Random(3)))
    start(run_settings(tmp_path / "raw", tmp_path / "plain"))
    start(run_settings(tmp_path / "shuffled", tmp_path / "other", ingest={"documents_per_shard": 5}))
    plain, other = content(tmp_path / "plain"), content(tmp_path / "other")
    named = {"source", "source_digest", "judged", "bytes_digest"}
    assert [{name: row[name] for name in row.keys() - named} for row in plain] == [{name: row[name] for name in row.keys() - named} for row in other]
    assert sum(edit["rule"] == RULE for row in plain for edit in row["edits"]) == 9
    assert all(SITE_LINE not in row["text"] and row["counts"] for row in plain)


def test_law_6_counts_are_pinned_until_asked(tmp_path: Path):
    """A published text stays as it was judged while counts grow; `rejudge` leads to the full run's table, and a second time changes nothing."""
    raw, out = tmp_path / "raw", tmp_path / "out"
    found = articles(random.Random(6))
    write_jsonl(raw / "a.jsonl", found[:4])
    start(run_settings(raw, out))
    first = {row["id"]: row for row in content(out)}
    assert {row["counts"] for row in first.values()} == {""}
    assert any(row["text"].endswith(SITE_LINE) for row in first.values())
    write_jsonl(raw / "b.jsonl", found[4:])
    record = start(run_settings(raw, out))
    second = {row["id"]: row for row in content(out)}
    # A story is told by all that is kept, so a document may become part of one when others arrive; its text and its fate stay.
    assert all(second[name] == {**row, "story": second[name]["story"]} for name, row in first.items())
    assert all(row["counts"] and SITE_LINE not in row["text"] for name, row in second.items() if name not in first)
    assert next(stage for stage in record.stages if stage.name == "boilerplate").figures == {
        "sites_counted": 1,
        "lines_counted": 1,
        "rows_with_older_counts": 4,
    }
    start(run_settings(raw, tmp_path / "full"))
    record = start(run_settings(raw, out, rejudge=True))
    assert next(stage for stage in record.stages if stage.name == "boilerplate").figures["rows_with_older_counts"] == 0
    assert content(out) == content(tmp_path / "full")
    start(run_settings(raw, out, rejudge=True))
    assert content(out) == content(tmp_path / "full")
    assert start(run_settings(raw, out)).outcome == "unchanged"


def test_law_6_without_the_rule(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """With `host_share` 1 nothing is counted, and batches give the full run's table without asking."""
    monkeypatch.setattr(tasks.lines, "fn", lambda **_: pytest.fail("lines were noted for nobody"))
    raw, off = tmp_path / "raw", {"host_share": 1.0}
    for at in range(0, 12, 6):
        write_jsonl(raw / f"{at}.jsonl", articles()[at : at + 6])
        start(run_settings(raw, tmp_path / "out", boilerplate=off))
    start(run_settings(raw, tmp_path / "full", boilerplate=off))
    assert content(tmp_path / "out") == content(tmp_path / "full")
    assert sum(row["text"].endswith(SITE_LINE) for row in content(tmp_path / "out")) == 9


def test_counts_can_be_made_from_the_table(tmp_path: Path):
    """What the rows hold gives the counts that they were judged with, though the line was cut from all of them; a withdrawn document no longer counts."""
    raw, out = tmp_path / "raw", tmp_path / "out"
    write_jsonl(raw / "a.jsonl", [*articles(), {"id": "void", "url": "https://herald.example/void"}])
    start(run_settings(raw, out))
    again = counting.count([], {"herald.example"}, Corpus(out), (), 2_000, tmp_path)
    assert {row["counts"] for row in content(out) if row["status"] == "kept"} == {again.versions["herald.example"]}
    assert (again.older, again.read()["herald.example"].documents) == (0, 12)
    write_jsonl(raw / "a.jsonl", articles()[:10])
    start(run_settings(raw, out))
    assert counting.count([], {"herald.example"}, Corpus(out), (), 2_000, tmp_path).read()["herald.example"].documents == 10


def test_copies_of_one_article_are_one_document(tmp_path: Path):
    """An article that was scraped many times does not make its own lines frequent."""
    raw, out = tmp_path / "raw", tmp_path / "out"
    aside = "Tickets at the quay, as ever"
    copies = [{**articles()[0], "id": f"copy{n}", "text": f"{articles()[0]['text']}\n\n{aside}"} for n in range(9)]
    write_jsonl(raw / "a.jsonl", [*articles()[1:], *copies])
    start(run_settings(raw, out))
    kept = next(row for row in content(out) if row["id"].startswith("copy") and row["status"] == "kept")
    assert kept["text"].endswith(aside)
    assert kept["counts"]


def test_no_documents_no_counts(tmp_path: Path):
    """Nothing to count is no error, with and without a corpus."""
    counts = counting.count([], (), Corpus(tmp_path), (), 10, tmp_path)
    assert (counts.versions, counts.older, counts.read()) == ({}, 0, {})
    lines = counting.lines_shard(shards.write(tmp_path, "empty", schema.table([])), {}, tmp_path)
    assert counting.count([lines], {"a"}, Corpus(tmp_path), (), 10, tmp_path).read() == {}
