"""Stories: the cases, the laws as properties, and what is promised about limits."""

import json
import time
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.errors import StoreError
from copydesk.settings import StoriesSettings
from copydesk.stories import INDEX, find_stories, telltales
from copydesk.stories.choose import choose
from copydesk.stories.matching import match

CASES = json.loads((Path(__file__).parent / "cases" / "stories.json").read_text(encoding="utf-8"))
USUAL = StoriesSettings()
EASY = StoriesSettings(shared=2, evidence=0, threshold=0.3, days=2)
DAY = 86_400


def index_of(texts: dict[str, str], published: dict[str, str] | None = None) -> pa.Table:
    """The index of some texts, with their dates."""
    values = telltales(texts.values(), USUAL)
    return pa.table({"id": [*texts], "telltales": values, "published": [(published or {}).get(name, "") for name in texts]}, schema=INDEX)


def value(number: int, weight: int = 18, *, figure: bool = False) -> int:
    """A value as the stage makes them."""
    return number << 6 | weight << 1 | figure


def documents_of(rows: list[tuple[int | None, set[int]]]) -> pa.Table:
    """What is matched: day and values of each document, the earliest first and the undated last."""
    ordered = sorted(rows, key=lambda row: (row[0] is None, row[0] or 0))
    moments = [None if day is None else day * DAY for day, _ in ordered]
    values = [sorted(value(number) for number in numbers) for _, numbers in ordered]
    kinds = {"place": pa.int64(), "moment": pa.int64(), "telltales": pa.list_(pa.int64())}
    return pa.table({"place": range(len(ordered)), "moment": moments, "telltales": values}, schema=pa.schema(kinds))


@pytest.mark.parametrize(
    "case",
    [pytest.param(case, id=case["label"], marks=pytest.mark.xfail(reason=case["comment"], strict=True) if case["known_failure"] else ()) for case in CASES],
)
def test_cases(case):
    """Two reports are one story, or are not; whichever of them came first."""
    for texts in ({"a": case["first"], "b": case["second"]}, {"b": case["first"], "a": case["second"]}):
        assert find_stories(index_of(texts), USUAL).stories == ({"a": "a", "b": "a"} if case["story"] else {})


SINKING = next(case for case in CASES if case["label"] == "another telling of the same accident")


@pytest.mark.parametrize(
    ("first", "second", "together"),
    [
        ("2020-03-01", "2020-03-04", True),
        ("2020-03-01", "2020-03-05", False),
        ("2020-03-04T23:00:00+00:00", "2020-03-01T23:00:01+00:00", True),
        ("2020-03-01", "", True),
        ("", "", True),
        ("soon", "2020-03-05", True),
    ],
)
def test_dates_part_what_words_join(first, second, together):
    """Dated reports lie within the window; one without a date, or with one that cannot be read, is compared with all."""
    found = find_stories(index_of({"a": SINKING["first"], "b": SINKING["second"]}, {"a": first, "b": second}), USUAL)
    assert bool(found.stories) == together


def test_the_earliest_leads():
    """The story bears the id of the report that came first, of those without a date that of the smallest id."""
    texts = {"a": SINKING["first"], "b": SINKING["second"]}
    assert find_stories(index_of(texts, {"a": "2020-03-02", "b": "2020-03-01"}), USUAL).stories == {"a": "b", "b": "b"}
    assert find_stories(index_of(texts, {"b": "2020-03-01"}), USUAL).stories == {"a": "b", "b": "b"}


def test_an_id_twice_is_an_error():
    """Which of the two was meant cannot be known."""
    twice = pa.concat_tables([index_of({"a": "x"}), index_of({"a": "y"})])
    with pytest.raises(StoreError):
        find_stories(twice, USUAL)


def test_no_documents_no_stories():
    """An empty corpus is a corpus."""
    assert find_stories(index_of({}), USUAL).stories == {}


ROWS = st.lists(st.tuples(st.none() | st.integers(0, 9), st.sets(st.integers(1, 9), max_size=5)), max_size=12)


@settings(max_examples=40, deadline=None)
@given(ROWS)
def test_matches_are_those_of_the_definition(rows):
    """The joins find what comparing all with all finds, slots of time or not."""
    documents = documents_of(rows)
    moments, sets = documents.column("moment").to_pylist(), [set(values) for values in documents.column("telltales").to_pylist()]
    expected = {
        (a, b)
        for b in range(len(sets))
        for a in range(b)
        if len(sets[a] & sets[b]) >= max(2, 0.3 * (len(sets[a]) * len(sets[b])) ** 0.5 - 1e-9)
        and (moments[a] is None or moments[b] is None or abs(moments[a] - moments[b]) <= 2 * DAY)
    }
    pairs = match(documents, EASY).pairs
    assert set(zip(pairs.column("a").to_pylist(), pairs.column("b").to_pylist(), strict=True)) == expected


@settings(max_examples=25, deadline=None)
@given(ROWS, st.randoms(use_true_random=False))
def test_the_order_of_rows_is_nothing(rows, random):
    """Law 3: shuffled rows have the same stories; leaders lead themselves and are the earliest; a document alone is in none."""
    names = [f"d{number}" for number in range(len(rows))]
    values = [sorted(map(value, numbers)) for _, numbers in rows]
    published = ["" if day is None else f"2020-01-{day + 1:02}" for day, _ in rows]
    table = pa.table({"id": names, "telltales": values, "published": published}, schema=INDEX)
    order = list(range(len(rows)))
    random.shuffle(order)
    stories = find_stories(table, EASY).stories
    assert find_stories(table.take(pa.array(order, pa.int64())), EASY).stories == stories
    rank = {name: (not when, when, name) for name, when in zip(names, published, strict=True)}
    for member, leader in stories.items():
        assert stories[leader] == leader
        assert rank[leader] <= rank[member]
    assert all(list(stories.values()).count(leader) > 1 for leader in stories.values())


@settings(max_examples=50)
@given(st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8), st.floats(0.1, 1)).filter(lambda edge: edge[0] < edge[1]), unique_by=lambda edge: edge[:2]))
def test_no_chains(edges):
    """Each member matches its leader itself, no two leaders match, and of the leaders that match it the best is taken."""
    score = {(a, b): weight for a, b, weight in edges}
    led = choose(pa.table({"a": [a for a, _, _ in edges], "b": [b for _, b, _ in edges], "score": [weight for _, _, weight in edges]}, schema=EDGES))
    leaders = set(led.values())
    for member, leader in led.items():
        if member != leader:
            assert score[leader, member] == max(score.get((other, member), 0) for other in leaders)
    assert not any((a, b) in score for a in leaders for b in leaders)
    assert all(a in led or b in led for a, b in score)


EDGES = pa.schema({"a": pa.int64(), "b": pa.int64(), "score": pa.float64()})


def test_a_crowd_does_not_cost_its_square():
    """Of a crowd only the first are paired with the others, and the first still leads them all."""
    documents = documents_of([(0, {1, 2, 3}) for _ in range(300)])
    found = match(documents, StoriesSettings(crowd=5, shared=2, evidence=0))
    assert found.proposed == 5 * 299 - 10
    assert set(choose(found.pairs).values()) == {0}


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text(), max_size=4))
def test_values_depend_on_the_text_alone(texts):
    """Law 3: what stands beside a text changes nothing; values are distinct, in order, signed and not too many."""
    together = telltales(texts, USUAL)
    assert together == [telltales([text], USUAL)[0] for text in texts]
    for values in together:
        assert list(values) == sorted(set(values))
        assert len(values) <= USUAL.values
        assert all(-(2**63) <= each < 2**63 for each in values)


@pytest.mark.parametrize(
    "piece", ["1,", "1.", "a-", "A\u0301", "\ud800 ", "'s", "\u4e2d", "9" * 50, "\N{ARABIC LIGATURE SALLALLAHOU ALAYHE WASALLAM} ", "\x00 "]
)
def test_hostile_texts_take_no_longer(piece):
    """Law 9: a megabyte of anything is read in a moment."""
    begun = time.process_time()
    (values,) = telltales([piece * (1_000_000 // len(piece))], USUAL)
    assert len(values) <= USUAL.values
    assert time.process_time() - begun < 2
