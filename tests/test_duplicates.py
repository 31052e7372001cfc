"""Near-copies: the cases, the laws as properties, and what is promised about limits."""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.duplicates import INDEX, Change, Match, Result, find_copies, fingerprints
from copydesk.duplicates.choose import ALONE, candidates, choose
from copydesk.duplicates.order import ranks
from copydesk.duplicates.shingles import shingles
from copydesk.duplicates.verify import verify
from copydesk.errors import StoreError
from copydesk.settings import DuplicatesSettings

CASES = json.loads((Path(__file__).parent / "cases" / "duplicates.json").read_text(encoding="utf-8"))
HALF = DuplicatesSettings()
# One word a shingle, every shingle in the sketch, tiny crowds: small texts then collide often, and every rule is exercised.
TINY = DuplicatesSettings(threshold=0.5, shingle_words=1, sample=1, least=1, crowd=2, leaders=1, preferred_sites=("b.example",))


def texts_of(texts: dict[str, str]) -> Callable[[Sequence[str]], dict[str, str]]:
    """The function through which `find_copies` asks for texts."""
    return lambda ids: {identity: texts[identity] for identity in ids}


def index_of(texts: dict[str, str], chosen: DuplicatesSettings, **columns: dict[str, object]) -> pa.Table:
    """The index of some texts; further columns by id."""
    prints = fingerprints(texts.values(), chosen)
    rows = [{"id": i, "sketch": p.sketch, "shingles": p.shingles, "chars": len(texts[i])} for i, p in zip(texts, prints, strict=True)]
    for name, values in columns.items():
        for row in rows:
            row[name] = values.get(row["id"])
    return pa.Table.from_pylist(rows, schema=INDEX)


def jaccard(first: str, second: str, words: int) -> float:
    """The definition, over Python sets."""
    a, b = set(shingles(first, words).tolist()), set(shingles(second, words).tolist())
    return len(a & b) / len(a | b) if a | b else 0.0


# --- cases


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(case, id=case["label"], marks=pytest.mark.xfail(reason=case["comment"] or "known failure") if case["known_failure"] else ())
        for case in CASES["pairs"]
    ],
)
def test_pair_is_judged(case):
    """Each pair of the cases is found to be a copy or not, through the whole of the stage, and a refusal says why."""
    texts = {"one": case["first"], "two": case["second"]}
    result = find_copies(index_of(texts, HALF), texts_of(texts), HALF)
    assert [verdict.status for verdict in result.verdicts].count("duplicate") == case["copy"]
    assert [match.refused[: len(case["refused"])] for match in result.matches if match.refused] == ([case["refused"]] if case["refused"] else [])


# --- verify


def test_missing_text_is_an_error_that_names_it():
    """A text that is not where the index says is a fault of the store, not a silent miss."""
    with pytest.raises(StoreError, match="text of y"):
        verify(pa.table({"a": ["x"], "b": ["y"]}), lambda _: {"x": "some words"}, HALF)


def test_texts_are_read_about_once(monkeypatch):
    """A small budget costs reading again, never a different answer; a fitting one reads each text once."""
    texts = {f"d{number}": f"the same {'very ' * (number % 3)}long story of the harbour and the eels" for number in range(40)}
    pairs = pa.table({"a": [a for a in texts for b in texts if a < b], "b": [b for a in texts for b in texts if a < b]})
    asked: list[str] = []

    def text_of(ids):
        asked.extend(ids)
        return {identity: texts[identity] for identity in ids}

    roomy = verify(pairs, text_of, HALF)
    assert sorted(asked) == sorted(texts)
    monkeypatch.setattr(import_module("copydesk.duplicates.verify"), "_HELD_SHINGLES", 10)
    assert verify(pairs, text_of, HALF) == roomy
    assert len(asked) > len(texts)


# --- choose


def index(*rows: dict[str, object]) -> pa.Table:
    """An index of rows of which only some columns matter."""
    return pa.Table.from_pylist([{"shingles": 10, **row} for row in rows], schema=INDEX)


def chosen_of(rows: pa.Table, matches: Sequence[Match], settings: DuplicatesSettings = HALF, pinned=frozenset()) -> list[tuple[str, str, str]]:
    """What becomes of each, in the order of the ranks."""
    return [(verdict.id, verdict.status, verdict.kept_id) for verdict in choose(candidates(rows, settings), matches, settings, pinned)]


def test_order_follows_the_settings():
    """Preferred site, then time, then length, then flags, then id; time zones are heeded and an unreadable date counts as none."""
    rows = [
        {"id": "g", "site": "a.example"},
        {"id": "f", "site": "b.example", "published": "2019-01-01"},
        {"id": "d", "published": "2024-03-01T09:00:00+09:00"},
        {"id": "e", "published": "2024-03-01T00:30:00"},
        {"id": "z", "chars": 20},
        {"id": "b", "chars": 10, "flags": 1.0, "published": "last Tuesday"},
        {"id": "a", "chars": 10, "flags": 2.0},
        {"id": "c", "chars": 10, "flags": 2.0, "published": "0001-01-01T00:00:00+14:00"},
    ]
    chosen = DuplicatesSettings(preferred_sites=("a.example", "b.example"), order=("preferred_site", "earliest", "most_complete", "fewest_flags"))
    assert ranks(index(*rows), chosen).tolist() == list(range(8))
    assert [one.id for one in candidates(index(*reversed(rows)), chosen)] == [row["id"] for row in rows]


def test_no_chains():
    """A removes B, and B, being removed, removes nothing; D names the kept document that it is most like."""
    rows = index(*({"id": name} for name in "abcd"))
    matches = [Match("a", "b", 0.8, 1), Match("b", "c", 0.9, 1), Match("a", "d", 0.7, 1), Match("c", "d", 0.7, 1), Match("b", "d", 1.0, 1)]
    assert chosen_of(rows, matches) == [("a", "kept", ""), ("b", "duplicate", "a"), ("c", "kept", ""), ("d", "duplicate", "a")]


def test_reason_names_the_preference_that_decided():
    """A reader of the report sees the similarity, the kept document and why that one."""
    rows = index({"id": "a", "published": "2020-01-01", "chars": 9}, {"id": "b", "published": "2021-01-01", "chars": 9}, {"id": "c"})
    verdicts = choose(candidates(rows, HALF), [Match("a", "b", 0.806, 1), Match("a", "c", 0.6, 1, refused="a template", score=0.929)], HALF, pinned={"c"})
    assert verdicts[1].reason == "it shares 100% of the shorter text in the same order, and 80% of all shingles, with a, which was published earlier"
    assert verdicts[2].reason == "it shares 92% of the shorter text in the same order, and 60% of all shingles, with a, but is no copy: a template"


def test_a_cut_copy_does_not_take_the_place_of_the_whole():
    """A dateline more or less decides nothing, a paragraph does; and where one of two has no date, the reason says that and no more."""
    assert [one.id for one in candidates(index({"id": "cut", "chars": 2_000, "published": "2020-01-01"}, {"id": "whole", "chars": 2_400}), HALF)] == [
        "whole",
        "cut",
    ]
    ranked = candidates(index({"id": "a", "chars": 2_401}, {"id": "b", "chars": 2_410, "published": "2020-01-01"}), HALF)
    assert [one.id for one in ranked] == ["b", "a"]
    assert choose(ranked, [Match("b", "a", 0.9, 1)], HALF)[1].reason.endswith("with b, which has a date, which this one has not")


def test_restored_document_is_kept_and_removes_others():
    """What a person restored stays beside the document that it copies, and later copies may name it."""
    rows, matches = index(*({"id": name} for name in "abc")), [Match("a", "b", 0.8, 1), Match("b", "c", 0.9, 1)]
    assert chosen_of(rows, matches, pinned={"b"}) == [("a", "kept", ""), ("b", "kept", ""), ("c", "duplicate", "b")]
    told = choose(candidates(rows, HALF), matches, HALF, {"b"})[1].reason
    assert told == "restored by hand; it shares 100% of the shorter text in the same order, and 80% of all shingles, with a"


def test_the_longer_is_never_removed_for_what_stands_in_it():
    """Whatever the order says, the shorter waits for the longer; where that is only to be noted, both stay."""
    rows = index({"id": "a", "published": "2020-01-01"}, {"id": "b", "published": "2021-01-01", "shingles": 90})
    earliest = HALF.model_copy(update={"order": ("earliest",)})
    match = [Match("a", "b", 0.1, 0.97, "embedded")]
    (short, long) = choose(candidates(rows, earliest), match, earliest)
    assert (short.status, short.kept_id, short.relation, long.status) == ("duplicate", "b", "embedded", "kept")
    told = "it shares 100% of the shorter text in the same order, and 97% of the shorter one's shingles, with b, which is longer"
    assert short.reason == told
    noted = earliest.model_copy(update={"embedded": "note"})
    assert [(v.status, v.reason) for v in choose(candidates(rows, noted), match, noted)] == [
        ("kept", f"{told}; both are kept, as the settings say"),
        ("kept", ALONE),
    ]


def test_the_latest_state_of_a_story_is_kept():
    """Whatever the order says; without dates the order decides, and where both are wanted both stay."""
    rows = index({"id": "a", "published": "2020-01-01"}, {"id": "b", "published": "2020-01-02"}, {"id": "c"})
    matches = [Match("a", "b", 0.6, 0.9, "update"), Match("a", "c", 0.6, 0.9, "update")]
    earliest = HALF.model_copy(update={"order": ("earliest",)})
    assert chosen_of(rows, matches, earliest) == [("a", "duplicate", "b"), ("b", "kept", ""), ("c", "kept", "")]
    assert chosen_of(rows, matches, earliest.model_copy(update={"updates": "both"})) == [(name, "kept", "") for name in "abc"]


def test_documents_that_wait_for_each_other_have_their_turn():
    """A ring of later states and longer texts is cut at the first in the order: everyone has a verdict, and nobody is removed for what it replaces."""
    rows = index(
        {"id": "a", "published": "2020-01-01", "shingles": 90}, {"id": "b", "published": "2020-01-03"}, {"id": "c", "published": "2020-01-02", "shingles": 50}
    )
    earliest = HALF.model_copy(update={"order": ("earliest",)})
    matches = [Match("a", "b", 0.2, 0.9, "embedded"), Match("c", "b", 0.5, 0.9, "update"), Match("a", "c", 0.5, 0.9, "update")]
    assert chosen_of(rows, matches, earliest) == [("a", "kept", ""), ("c", "kept", ""), ("b", "duplicate", "a")]


# --- laws of the whole stage

# Few stories, each a copy of the next but not of the one after it: what makes chains.
story = st.sampled_from(["", "eel weir", "eel weir fog", "eel weir fog bell", "weir fog bell tram", "fog bell tram swan", "tram swan"])
document = st.fixed_dictionaries(
    {
        "text": story,
        "site": st.sampled_from(["a.example", "b.example"]),
        "published": st.sampled_from(["", "2024-01-01", "2024-01-02"]),
        "flags": st.sampled_from([0.0, 1.0]),
    }
)
corpora = st.lists(document, min_size=4, max_size=8).map(lambda documents: dict(zip("abcdefgh", documents, strict=False)))
pins = st.frozensets(st.sampled_from("abcdefghij"), max_size=2)


def run(corpus, pinned=frozenset(), *, reverse=False) -> Result:
    """The stage on a corpus of drawn documents."""
    texts = {identity: fields["text"] for identity, fields in corpus.items()}
    columns = {name: {identity: fields[name] for identity, fields in corpus.items()} for name in ("site", "published", "flags")}
    index = index_of(texts, TINY, **columns)
    index = index.take(pa.array(range(len(index) - 1, -1, -1), pa.int64())) if reverse else index
    return find_copies(index, texts_of(texts), TINY, pinned)


@settings(max_examples=25, deadline=None)
@given(corpora, pins)
def test_each_duplicate_names_a_kept_document_at_the_threshold(corpus, pinned):
    """Law 5, with the exact score worked out again from the definition; pinned and empty documents are kept, and every document has its verdict."""
    result = run(corpus, pinned)
    verdicts = {verdict.id: verdict for verdict in result.verdicts}
    assert list(verdicts) == sorted(corpus)
    for verdict in result.verdicts:
        if verdict.status == "duplicate":
            assert verdicts[verdict.kept_id].status == "kept"
            assert verdict.jaccard == jaccard(corpus[verdict.id]["text"], corpus[verdict.kept_id]["text"], 1) > 0
            assert verdict.id not in pinned
            assert corpus[verdict.id]["text"]
        else:
            assert (verdict.kept_id, verdict.jaccard, verdict.containment) == ("", None, None)


@settings(max_examples=25, deadline=None)
@given(corpora, pins)
def test_kept_documents_are_no_copies_of_each_other(corpus, pinned):
    """Of a compared pair above the threshold not both are kept, but where one was restored by hand."""
    result = run(corpus, pinned)
    kept = {verdict.id for verdict in result.verdicts if verdict.status == "kept"}
    assert all(match.refused or not {match.a, match.b} <= kept or {match.a, match.b} & pinned for match in result.matches)


@settings(max_examples=20, deadline=None)
@given(corpora, pins)
def test_order_of_the_rows_changes_nothing(corpus, pinned):
    """Law 3: the same documents in another order give the same result, to the last figure."""
    assert run(corpus, pinned) == run(corpus, pinned, reverse=True)


def test_removed_document_frees_its_copies():
    """What a document that leaves held back is judged again, and nothing else is."""
    texts = {"a": "eel weir fog", "b": "eel weir fog", "c": "bell tram swan"}
    left = {identity: text for identity, text in texts.items() if identity != "a"}
    result = find_copies(index_of(left, TINY), texts_of(left), TINY, change=Change({"a"}, index_of(texts, TINY).slice(0, 1)))
    assert [(verdict.id, verdict.status) for verdict in result.verdicts] == [("b", "kept")]


@settings(max_examples=10, deadline=None)
@given(corpora)
def test_documents_elsewhere_change_nothing(corpus):
    """Documents that share no word with the others leave every verdict as it is."""
    elsewhere = {f"k{number}": {"text": f"quay{number}", "site": "", "published": "2024-01-01", "flags": 0.0} for number in range(3)}
    with_them = run(corpus | elsewhere)
    assert [verdict for verdict in with_them.verdicts if verdict.id in corpus] == list(run(corpus).verdicts)


def test_only_what_is_touched_is_read():
    """An incremental run asks for the texts of the touched components and of no other."""
    texts = {"a": "eel weir fog", "b": "eel weir fog", "c": "bell tram swan", "d": "bell tram swan"}
    asked: set[str] = set()

    def text_of(ids):
        asked.update(ids)
        return {identity: texts[identity] for identity in ids}

    result = find_copies(index_of(texts, TINY), text_of, TINY, change=Change({"d", "unknown"}, INDEX.empty_table()))
    assert asked == {"c", "d"}
    assert [verdict.id for verdict in result.verdicts] == ["c", "d"]
    assert (result.proposed, result.verified) == (1, 1)


def test_crowd_is_bounded_and_loses_nothing():
    """Five hundred copies of one text cost the crowd's limit times their number, and one of them is kept."""
    texts = {f"d{number:03}": "The ferry to the islands is cancelled until the wind drops." for number in range(500)}
    dates = {identity: (datetime(2024, 1, 1, tzinfo=UTC) - timedelta(days=number)).isoformat() for number, identity in enumerate(texts)}
    chosen = HALF.model_copy(update={"crowd": 8, "leaders": 3})
    result = find_copies(index_of(texts, chosen, published=dates), texts_of(texts), chosen)
    assert [verdict.id for verdict in result.verdicts if verdict.status == "kept"] == ["d499"]
    assert result.proposed == 499 + 498 + 497
    assert result.crowded == fingerprints(texts.values(), chosen)[0].shingles


def test_no_document_at_all():
    """An empty corpus has an empty result."""
    assert find_copies(INDEX.empty_table(), texts_of({}), HALF) == Result((), pa.array([], pa.string()), (), 0, 0, 0)


def test_id_that_stands_twice_is_refused():
    """An index in which an id is ambiguous is torn, and nothing is judged by it."""
    index = index_of({"a": "eel weir fog"}, TINY)
    with pytest.raises(StoreError, match="twice"):
        find_copies(pa.concat_tables([index, index]), texts_of({"a": "eel weir fog"}), TINY)


def test_a_later_state_of_a_story_is_an_update_where_it_is_known_to_be():
    """The index knows site and date, so the whole stage tells an update from a reprint; the setting says which states are kept."""
    first = (
        "The ferry to Oststrand ran aground in fog on Monday with forty passengers aboard, and boats from the harbour brought all of them back before noon. "
    )
    then = "Divers found on Tuesday that two plates of the hull are torn, and the owner said that the ship will be towed to a yard on the mainland this week."
    texts = {"monday": first * 2, "tuesday": first * 2 + then, "reprint": first * 2 + then}
    dates = {"monday": "2026-03-02", "tuesday": "2026-03-03", "reprint": "2026-03-04"}
    sites = {"monday": "a.example", "tuesday": "a.example", "reprint": "b.example"}
    chosen = HALF.model_copy(update={"order": ("earliest",)})

    def judged(given: DuplicatesSettings) -> dict[str, tuple[str, str]]:
        result = find_copies(index_of(texts, given, site=sites, published=dates), texts_of(texts), given)
        return {verdict.id: (verdict.kept_id, verdict.relation) for verdict in result.verdicts}

    assert judged(chosen)["monday"] == ("tuesday", "update")
    assert judged(chosen)["tuesday"] == ("", "")
    assert judged(chosen.model_copy(update={"updates": "both"}))["monday"] == ("", "")
