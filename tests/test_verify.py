"""The exact judgement of a pair: the cases, the figures against their definitions, and the passage that is shown."""

import json
import time
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.duplicates.choose import Candidate, choose
from copydesk.duplicates.compare import align, anchors, shared
from copydesk.duplicates.passages import shared_passage
from copydesk.duplicates.shingles import shingles
from copydesk.duplicates.templates import figures
from copydesk.duplicates.updates import later
from copydesk.duplicates.verify import Match, verify
from copydesk.settings import DuplicatesSettings

CASES = json.loads((Path(__file__).parent / "cases" / "duplicates.json").read_text(encoding="utf-8"))
SETTINGS = DuplicatesSettings()
words = st.lists(st.sampled_from(["eel", "weir", "fog", "bell", "12", "tram", "swan"]), max_size=30)


def judged(first: str, second: str, later: int = 0) -> Match | None:
    """What the comparison says of two texts, the second or the first of them the later of one site, or neither."""
    pairs = pa.table({"a": ["x"], "b": ["y"], "later": [later]})
    found = verify(pairs, lambda ids: {identity: {"x": first, "y": second}[identity] for identity in ids}, SETTINGS)
    return found[0] if found else None


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(case, id=case["label"], marks=pytest.mark.xfail(reason=case["comment"] or "known failure") if case["known_failure"] else ())
        for case in CASES["pairs"]
    ],
)
def test_pair_is_judged(case):
    """Each pair of the cases is a copy or not under the default settings, and a refusal says why."""
    match = judged(case["first"], case["second"])
    assert (match is not None and not match.refused) == case["copy"]
    if case["refused"]:
        assert match is not None
        assert match.refused.startswith(case["refused"])


def test_what_stands_in_a_longer_text_is_embedded():
    """The relation says that the one adds nothing to the other, and the containment is on record."""
    case = next(case for case in CASES["pairs"] if case["comment"] == "embedded")
    match = judged(case["first"], case["second"])
    assert match is not None
    assert match.relation == "embedded"
    assert match.containment >= SETTINGS.containment > match.jaccard


@pytest.mark.parametrize("case", [pytest.param(case, id=case["label"]) for case in CASES["updates"]])
def test_update_is_told_from_a_copy(case):
    """Of one site, a later state of a story is an update, from whichever side it is seen; of different sites or dates unknown it is none."""
    earlier, after = case["earlier"], case["later"]
    found = [judged(earlier, after, 1), judged(after, earlier, -1), judged(earlier, after)]
    assert [match is not None and not match.refused for match in found] == [True] * 3
    assert [match is not None and match.relation == "update" for match in found] == [case["update"], case["update"], False]


@pytest.mark.parametrize(("updates", "kept"), [("latest", ["late"]), ("both", ["early", "late"])])
def test_updates_are_kept_as_the_setting_says(updates, kept):
    """The later state replaces the earlier, or both are kept, whatever the order prefers."""
    case = CASES["updates"][0]
    texts = {"early": case["earlier"], "late": case["later"]}
    settings = DuplicatesSettings(updates=updates)
    matches = verify(pa.table({"a": ["early"], "b": ["late"], "later": [1]}), lambda ids: {name: texts[name] for name in ids}, settings)
    verdicts = choose([Candidate("early", moment=1), Candidate("late", moment=2)], matches, settings)
    assert [verdict.id for verdict in verdicts if verdict.status == "kept"] == kept


def test_only_one_site_has_later_states():
    """Unknown sites and dates, and equal moments, say nothing; a date that is missing is no date after all others."""
    index = pa.table(
        {"site": ["a.org", "a.org", "a.org", None, "", "b.org"], "published": ["2020-01-01", "2020-01-02", "", "2020-01-03", "2020-01-04", "2020-01-05"]}
    )
    pairs = pa.table({"a": [0, 1, 0, 3, 3, 4, 0, 0], "b": [1, 0, 2, 3, 4, 1, 5, 0]})
    assert later(index, pairs).to_pylist() == [1, -1, 0, 0, 0, 0, 0, 0]


@given(words, words)
def test_figures_are_the_defined_ones(one, other):
    """Jaccard and containment are those of the shingle sets, the score reaches its threshold, and the order of the two changes nothing."""
    first, second = " ".join(one), " ".join(other)
    match, back = judged(first, second), judged(second, first)
    assert (match is None) == (back is None)
    if match is None or back is None:
        return
    a, b = set(shingles(first, 3).tolist()), set(shingles(second, 3).tolist())
    assert (match.jaccard, match.containment) == (len(a & b) / len(a | b), len(a & b) / min(len(a), len(b)))
    assert SETTINGS.threshold <= match.threshold <= match.score <= 1
    assert (back.jaccard, back.containment, back.relation) == (match.jaccard, match.containment, match.relation)


@given(words.filter(bool))
def test_a_text_is_a_copy_of_itself(text):
    """However short it is, and whatever it repeats."""
    match = judged(" ".join(text), "\n".join(text).upper())
    assert match == Match("x", "y", 1.0, 1.0, "copy", "", 1.0, match.threshold if match else 0)


@given(st.sets(st.integers(0, 60)), st.sets(st.integers(0, 60)))
def test_shared_is_the_intersection(one, other):
    """Counting in sorted arrays is counting in sets."""
    arrays = [np.array(sorted(values), dtype=np.uint64) for values in (one, other)]
    assert shared(*arrays) == len(one & other)


@given(st.lists(st.integers(0, 4), max_size=20))
def test_anchors_are_the_runs_that_stand_once(values):
    """Each pair of neighbours that occurs once is an anchor at its place; where hardly any does, each is where it occurs first."""
    runs = list(pairwise(values))
    found = anchors(np.array(values, dtype=np.uint64))
    once = [place for place, run in enumerate(runs) if runs.count(run) == 1]
    assert sorted(found.places.tolist()) == (once if len(once) >= 0.2 * len(runs) else [place for place, run in enumerate(runs) if run not in runs[:place]])


@pytest.mark.parametrize(("every", "agreeing"), [(2, 0.5), (3, 2 / 3), (5, 0.8)])
def test_words_that_are_left_agree(every, agreeing):
    """With every n-th pair of words replaced, the others agree where they stand."""
    tokens = np.arange(1, 601, dtype=np.uint64)
    changed = np.where(np.arange(600) // 2 % every == 0, tokens + np.uint64(10_000), tokens)
    found = align(tokens, changed, anchors(tokens), anchors(changed))
    assert found.agreeing == pytest.approx(agreeing, abs=0.02)
    assert found.passage == pytest.approx(2 / 600)


def test_moved_passages_agree():
    """An alignment follows a passage that was moved; nothing of either text is its own."""
    tokens = np.arange(1, 301, dtype=np.uint64)
    moved = np.concatenate([tokens[200:], tokens[:100], tokens[100:200]])
    found = align(tokens, moved, anchors(tokens), anchors(moved))
    assert (found.agreeing, found.longer, found.score) == (1, 1, 1)


@given(st.text(max_size=60))
def test_any_text_has_figures(text):
    """No text raises, and a figure is made of digits."""
    assert all(figure.isdecimal() for figure in figures(text))


@given(words, words)
def test_shared_passage_is_the_longest(one, other):
    """What is shown stands in both, and no longer run of words is shared."""
    first, second = " ".join(one), " ".join(other)
    found = shared_passage(first, second, SETTINGS)
    runs = [{tuple(text[at : at + length]) for at in range(len(text) - length + 1)} for text in (one, other) for length in range(3, 31)]
    longest = max((length for length, a, b in zip(range(3, 31), runs[:28], runs[28:], strict=True) if a & b), default=0)
    if found is None:
        assert not longest or min(len(one), len(other)) < 3
        return
    start, end, start_there, end_there = found
    assert first[start:end] == second[start_there:end_there]
    if min(len(one), len(other)) >= 3:
        assert len(first[start:end].split()) == longest


@pytest.mark.parametrize("text", [pytest.param("a b " * 200_000, id="a period of two"), pytest.param("x " * 400_000, id="one word repeated")])
def test_repetition_costs_no_square(text):
    """A comparison and its passage take seconds where a search of all alignments would take days."""
    begun = time.process_time()
    judged(text, text + "end")
    shared_passage(text, text + "end", SETTINGS)
    assert time.process_time() - begun < 20
