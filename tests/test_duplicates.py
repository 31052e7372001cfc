"""Near-copies: the cases, the laws as properties, and what is promised about limits."""

import json
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from importlib import import_module
from itertools import combinations
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.duplicates import INDEX, Candidate, Match, Result, find_copies, fingerprint, fingerprints, reach
from copydesk.duplicates.choose import choose, components, rank
from copydesk.duplicates.propose import propose
from copydesk.duplicates.shingles import sequence, shingles
from copydesk.duplicates.verify import verify
from copydesk.errors import StoreError
from copydesk.settings import DuplicatesSettings

CASES = json.loads((Path(__file__).parent / "cases" / "duplicates.json").read_text(encoding="utf-8"))
HALF = DuplicatesSettings(threshold=0.5, shingle_words=3, bands=40, rows=3)
# One word a shingle, few bands, tiny crowds: small texts then collide often, and every rule is exercised.
TINY = DuplicatesSettings(threshold=0.5, shingle_words=1, bands=16, rows=2, max_bucket=2, preferred_sites=("b.example",))


def texts_of(texts: dict[str, str]) -> Callable[[Sequence[str]], dict[str, str]]:
    """The function through which `find_copies` asks for texts."""
    return lambda ids: {identity: texts[identity] for identity in ids}


def index_of(texts: dict[str, str], chosen: DuplicatesSettings, **columns: dict[str, object]) -> pa.Table:
    """The index of some texts; further columns by id."""
    prints = fingerprints(texts.values(), chosen)
    rows = [{"id": i, "bands": list(p.bands), "chars": len(texts[i])} for i, p in zip(texts, prints, strict=True)]
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


@pytest.mark.parametrize("case", CASES["fingerprints"], ids=lambda case: case["text"])
def test_fingerprint_is_fixed_forever(case):
    """Published tables hold these numbers: a change of one would silently stop new copies of old documents from being found."""
    found = fingerprint(case["text"], DuplicatesSettings(threshold=0.9, shingle_words=3, bands=4, rows=2))
    assert list(found.bands) == case["bands"]
    assert found.shingles == case["shingles"]


# --- shingles and fingerprints


@given(st.text(max_size=80), st.integers(1, 5))
def test_any_text_has_shingles(text, words):
    """No text raises, and the set is the sequence, sorted, each once."""
    assert shingles(text, words).tolist() == sorted(set(sequence(text, words).tolist()))


@given(st.lists(st.sampled_from(["harbour", "Ferry", "\N{LATIN SMALL LETTER E WITH ACUTE}t\N{LATIN SMALL LETTER E WITH ACUTE}", "12", "o'clock"]), max_size=12))
def test_presentation_changes_nothing(words):
    """Case, spacing and punctuation are no part of a fingerprint."""
    assert fingerprint(" ".join(words), TINY) == fingerprint("\n" + " -- ".join(words).upper() + "!", TINY)


@given(st.lists(st.sampled_from("abcdef"), min_size=3, max_size=30))
def test_shingles_are_runs_of_words(words):
    """There are as many distinct numbers as distinct runs of three words."""
    assert len(shingles(" ".join(words), 3)) == len(set(zip(words, words[1:], words[2:], strict=False)))


def test_pieces_do_not_show():
    """A text longer than a piece gives the same shingles as any text of the same words."""
    sentence = "eels climb the weir by night and nobody sees them go "
    assert np.array_equal(shingles(sentence * 20_000, 3), shingles(sentence * 2, 3))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a" + "\N{COMBINING ACUTE ACCENT}\N{COMBINING GRAVE ACCENT BELOW}" * 200_000, id="combining marks"),
        pytest.param("x" * 3_000_000, id="one word"),
        pytest.param("1." * 1_000_000, id="one number"),
        pytest.param("\N{ARABIC LIGATURE SALLALLAHOU ALAYHE WASALLAM}" * 100_000, id="ligatures that expand to 18 characters"),
        pytest.param("\ud800 \U000e0041 " * 300_000, id="lone surrogates and tags"),
    ],
)
def test_hostile_text_takes_linear_time(text):
    """What takes minutes where a step is quadratic is done in seconds, fingerprint and comparison."""
    begun = time.process_time()
    fingerprint(text, HALF)
    verify(pa.table({"a": ["x"], "b": ["y"]}), texts_of({"x": text, "y": text + " end"}), HALF)
    assert time.process_time() - begun < 20


@pytest.mark.parametrize("similarity", [0.3, 0.5, 0.8])
def test_bands_agree_as_often_as_theory_says(similarity):
    """With one row a band, the share of bands that agree estimates the Jaccard similarity without bias."""
    single = DuplicatesSettings(bands=256, rows=1, shingle_words=1)
    common = round(200 * 2 * similarity / (1 + similarity))
    found = []
    for trial in range(20):
        words = [f"w{trial}x{number}" for number in range(400 - common)]
        a, b = fingerprints([" ".join(words[:200]), " ".join(words[200 - common :])], single)
        found.append(sum(x == y for x, y in zip(a.bands, b.bands, strict=True)) / 256)
    assert abs(np.mean(found) - common / (400 - common)) < 0.03


# --- propose

bands = st.lists(st.lists(st.integers(-2, 2), min_size=3, max_size=3) | st.just([]), max_size=7)


@settings(max_examples=20, deadline=None)
@given(bands, st.integers(2, 4), st.randoms(use_true_random=False))
def test_proposal_is_the_join_that_it_says(rows, limit, shuffle):
    """The database proposes what the definition does: agreement in a band, a crowd's first members with all; whatever the order of the rows."""
    want, crowded = set(), 0
    for band in range(3):
        for value in range(-2, 3):
            crowd = [number for number, row in enumerate(rows) if row and row[band] == value]
            crowded += len(crowd) > limit
            want |= {(f"d{a}", f"d{b}") for place, a in enumerate(crowd[:limit]) for b in crowd[place + 1 :]}
    table = [{"id": f"d{number}", "bands": row, "rank": number * 10} for number, row in enumerate(rows)]
    shuffle.shuffle(table)
    index = pa.Table.from_pylist(table, schema=pa.schema({"id": pa.string(), "bands": pa.list_(pa.int64()), "rank": pa.int64()}))
    proposal = propose(index, HALF.model_copy(update={"max_bucket": limit}))
    assert [(pair["a"], pair["b"]) for pair in proposal.pairs.to_pylist()] == sorted(want)
    assert proposal.crowded == crowded


def test_spill_folder_keeps_its_own_files(tmp_path):
    """The folder that a join may spill to is left as it was."""
    (tmp_path / "shard.parquet").write_text("kept")
    propose(pa.table({"id": ["x", "y"], "bands": [[1], [1]], "rank": [0, 1]}), HALF, memory_limit="64MB", spill=tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["shard.parquet"]


# --- verify


@given(st.lists(st.lists(st.sampled_from(["eel", "weir", "fog", "bell"]), max_size=6).map(" ".join), min_size=2, max_size=6))
def test_verification_is_the_definition(stories):
    """A pair is a match exactly where the Jaccard similarity of its sets reaches the threshold, and both figures are the defined ones."""
    texts = {f"d{number}": text for number, text in enumerate(stories)}
    pairs = list(combinations(texts, 2))
    found = {(m.a, m.b): m for m in verify(pa.table({"a": [a for a, _ in pairs], "b": [b for _, b in pairs]}), texts_of(texts), TINY)}
    for a, b in pairs:
        one, other = set(texts[a].split()), set(texts[b].split())
        exact = len(one & other) / max(len(one | other), 1)
        assert ((a, b) in found) == (exact >= TINY.threshold)
        if (a, b) in found:
            assert (found[a, b].jaccard, found[a, b].containment) == (exact, len(one & other) / min(len(one), len(other)))


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


def test_order_follows_the_settings():
    """Preferred site, then time, then length, then flags, then id; time zones are heeded and an unreadable date counts as none."""
    ranked = [
        Candidate("g", site="a.example"),
        Candidate("f", site="b.example", published="2019-01-01"),
        Candidate("d", published="2024-03-01T09:00:00+09:00"),
        Candidate("e", published="2024-03-01T00:30:00"),
        Candidate("z", chars=20),
        Candidate("b", chars=10, flags=1, published="last Tuesday"),
        Candidate("a", chars=10, flags=2),
        Candidate("c", chars=10, flags=2, published="0001-01-01T00:00:00+14:00"),
    ]
    chosen = DuplicatesSettings(preferred_sites=("a.example", "b.example"), order=("preferred_site", "earliest", "most_complete", "fewest_flags"))
    assert rank(reversed(ranked), chosen) == ranked


def test_no_chains():
    """A removes B, and B, being removed, removes nothing; C names the best of the kept documents that it matches."""
    ranked = [Candidate(name) for name in "abcd"]
    matches = [Match("a", "b", 0.8, 1), Match("b", "c", 0.9, 1), Match("a", "d", 0.7, 1), Match("c", "d", 0.7, 1), Match("b", "d", 1.0, 1)]
    verdicts = choose(ranked, matches, HALF)
    assert [(v.id, v.status, v.kept_id) for v in verdicts] == [("a", "kept", ""), ("b", "duplicate", "a"), ("c", "kept", ""), ("d", "duplicate", "a")]


def test_reason_names_the_preference_that_decided():
    """A reader of the report sees the similarity, the kept document and why that one."""
    ranked = [Candidate("a", published="2020-01-01", chars=9), Candidate("b", published="2021-01-01", chars=9), Candidate("c")]
    verdicts = choose(ranked, [Match("a", "b", 0.806, 1), Match("a", "c", 0.6, 1, "a template")], HALF, pinned={"c"})
    assert verdicts[1].reason == "it shares 80% of all shingles with a, which was published earlier"
    assert verdicts[2].reason == "it shares 60% of all shingles with a, but is no copy: a template"


def test_a_cut_copy_does_not_take_the_place_of_the_whole():
    """A dateline more or less decides nothing, a paragraph does; and where one of two has no date, the reason says that and no more."""
    assert [one.id for one in rank([Candidate("cut", chars=2_000, published="2020-01-01"), Candidate("whole", chars=2_400)], HALF)] == ["whole", "cut"]
    ranked = rank([Candidate("a", chars=2_401), Candidate("b", chars=2_410, published="2020-01-01")], HALF)
    assert [one.id for one in ranked] == ["b", "a"]
    assert choose(ranked, [Match("b", "a", 0.9, 1)], HALF)[1].reason.endswith("with b, which has a date, which this one has not")


def test_restored_document_is_kept_and_removes_others():
    """What a person restored stays beside the document that it copies, and later copies may name it."""
    ranked = [Candidate(name) for name in "abc"]
    verdicts = choose(ranked, [Match("a", "b", 0.8, 1), Match("b", "c", 0.9, 1)], HALF, pinned={"b"})
    assert [(v.id, v.status, v.kept_id) for v in verdicts] == [("a", "kept", ""), ("b", "kept", ""), ("c", "duplicate", "b")]
    assert verdicts[1].reason == "restored by hand; it shares 80% of all shingles with a"


@given(
    st.integers(0, 12).flatmap(lambda n: st.tuples(st.just(n), st.lists(st.tuples(st.integers(0, max(n - 1, 0)), st.integers(0, max(n - 1, 0))), max_size=n)))
)
def test_components_are_the_closure_of_the_pairs(drawn):
    """Two ids have one name exactly where a path of pairs joins them, and the name is the first of them."""
    count, pairs = drawn
    near = np.eye(count, dtype=bool)
    for a, b in pairs if count else ():
        near[a, b] = near[b, a] = True
    for _ in range(count):
        near = near @ near
    found = components(map(str, range(count)), [(str(a), str(b)) for a, b in pairs] if count else [])
    assert found == {str(number): str(int(np.argmax(near[number]))) for number in range(count)}


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
changed = st.dictionaries(st.sampled_from("abcdefghij"), document, min_size=1, max_size=3)
pins = st.frozensets(st.sampled_from("abcdefghij"), max_size=2)


def run(corpus, pinned=frozenset(), touched=None, *, reverse=False) -> tuple[Result, pa.Table]:
    """The stage on a corpus of drawn documents, and its index."""
    texts = {identity: fields["text"] for identity, fields in corpus.items()}
    columns = {name: {identity: fields[name] for identity, fields in corpus.items()} for name in ("site", "published", "flags")}
    index = index_of(texts, TINY, **columns)
    index = index.take(pa.array(range(len(index) - 1, -1, -1), pa.int64())) if reverse else index
    return find_copies(index, texts_of(texts), TINY, pinned, touched), index


@settings(max_examples=25, deadline=None)
@given(corpora, pins)
def test_each_duplicate_names_a_kept_document_at_the_threshold(corpus, pinned):
    """Law 5, with the exact score worked out again from the definition; pinned and empty documents are kept, and every document has its verdict."""
    result, _ = run(corpus, pinned)
    verdicts = {verdict.id: verdict for verdict in result.verdicts}
    assert list(verdicts) == sorted(corpus)
    for verdict in result.verdicts:
        if verdict.status == "duplicate":
            assert verdicts[verdict.kept_id].status == "kept"
            assert verdict.jaccard == jaccard(corpus[verdict.id]["text"], corpus[verdict.kept_id]["text"], 1) >= TINY.threshold
            assert verdict.id not in pinned
            assert corpus[verdict.id]["text"]
        else:
            assert (verdict.kept_id, verdict.jaccard, verdict.containment) == ("", None, None)


@settings(max_examples=25, deadline=None)
@given(corpora, pins)
def test_kept_documents_are_no_copies_of_each_other(corpus, pinned):
    """Of a compared pair above the threshold not both are kept, but where the later was restored by hand; and every component keeps one."""
    result, _ = run(corpus, pinned)
    kept = {verdict.id for verdict in result.verdicts if verdict.status == "kept"}
    assert all(match.refused or not {match.a, match.b} <= kept or match.b in pinned for match in result.matches)
    names = components(sorted(corpus), [(match.a, match.b) for match in result.matches])
    assert {names[identity] for identity in kept} == set(names.values())


@settings(max_examples=20, deadline=None)
@given(corpora, pins)
def test_order_of_the_rows_changes_nothing(corpus, pinned):
    """Law 3: the same documents in another order give the same result, to the last figure."""
    assert run(corpus, pinned)[0] == run(corpus, pinned, reverse=True)[0]


@settings(max_examples=25, deadline=None)
@given(corpora, changed, pins)
def test_incremental_equals_full(before, changes, pinned):
    """Law 6: judging just what the touched documents reach, on top of the verdicts of before, gives what a full run gives."""
    removed = {identity for identity, fields in changes.items() if not fields["text"]}
    after = {identity: fields for identity, fields in (before | changes).items() if identity not in removed}
    earlier, index = run(before, pinned)
    touched = changes.keys() | reach(index, changes.keys(), TINY)
    partial, _ = run(after, pinned, touched=touched)
    standing = {verdict.id: verdict for verdict in earlier.verdicts if verdict.id not in removed}
    assert standing | {verdict.id: verdict for verdict in partial.verdicts} == {verdict.id: verdict for verdict in run(after, pinned)[0].verdicts}


def test_removed_document_frees_its_copies():
    """What a document that leaves held back is judged again: `reach`, asked of the index as it was, names it."""
    texts = {"a": "eel weir fog", "b": "eel weir fog", "c": "bell tram swan"}
    concerned = reach(index_of(texts, TINY), {"a"}, TINY)
    left = {identity: text for identity, text in texts.items() if identity != "a"}
    result = find_copies(index_of(left, TINY), texts_of(left), TINY, touched=concerned)
    assert concerned == {"a", "b"}
    assert [(verdict.id, verdict.status) for verdict in result.verdicts] == [("b", "kept")]


@settings(max_examples=10, deadline=None)
@given(corpora)
def test_documents_elsewhere_change_nothing(corpus):
    """Documents that share no word with the others leave every verdict as it is."""
    elsewhere = {f"k{number}": {"text": f"quay{number}", "site": "", "published": "2024-01-01", "flags": 0.0} for number in range(3)}
    with_them, _ = run(corpus | elsewhere)
    assert [verdict for verdict in with_them.verdicts if verdict.id in corpus] == list(run(corpus)[0].verdicts)


def test_only_what_is_touched_is_read():
    """An incremental run asks for the texts of the touched components and of no other."""
    texts = {"a": "eel weir fog", "b": "eel weir fog", "c": "bell tram swan", "d": "bell tram swan"}
    asked: set[str] = set()

    def text_of(ids):
        asked.update(ids)
        return {identity: texts[identity] for identity in ids}

    result = find_copies(index_of(texts, TINY), text_of, TINY, touched={"d", "unknown"})
    assert asked == {"c", "d"}
    assert [verdict.id for verdict in result.verdicts] == ["c", "d"]
    assert (result.proposed, result.verified) == (2, 1)


def test_crowd_is_bounded_and_loses_nothing():
    """Five hundred copies of one text cost the crowd's limit times their number, and one of them is kept."""
    texts = {f"d{number:03}": "The ferry to the islands is cancelled until the wind drops." for number in range(500)}
    dates = {identity: (datetime(2024, 1, 1, tzinfo=UTC) - timedelta(days=number)).isoformat() for number, identity in enumerate(texts)}
    chosen = HALF.model_copy(update={"max_bucket": 3})
    result = find_copies(index_of(texts, chosen, published=dates), texts_of(texts), chosen)
    assert [verdict.id for verdict in result.verdicts if verdict.status == "kept"] == ["d499"]
    assert result.proposed == 499 + 498 + 497
    assert result.crowded == chosen.bands


def test_no_document_at_all():
    """An empty corpus has an empty result."""
    assert find_copies(INDEX.empty_table(), texts_of({}), HALF) == Result((), (), 0, 0, 0)


def test_id_that_stands_twice_is_refused():
    """An index in which an id is ambiguous is torn, and nothing is judged by it."""
    index = index_of({"a": "eel weir fog"}, TINY)
    with pytest.raises(StoreError, match="twice"):
        find_copies(pa.concat_tables([index, index]), texts_of({"a": "eel weir fog"}), TINY)
