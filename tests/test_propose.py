"""Which pairs are compared: the database's join against its definition, on its own and as steps of an increment."""

from itertools import combinations

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.duplicates import ranges
from copydesk.duplicates.propose import propose
from copydesk.sampling import needed
from copydesk.settings import DuplicatesSettings

CHOSEN = DuplicatesSettings()
LISTS = pa.list_(pa.int64())

sketches = st.lists(st.frozensets(st.integers(-2, 4), max_size=5) | st.frozensets(st.integers(-2, 20), min_size=12, max_size=16), max_size=7)


def defined(drawn: list[frozenset[int]], crowd: int, leaders: int) -> tuple[set[tuple[int, int]], int]:
    """The pairs that are to be proposed of sketches in the order of their ranks, and how many values a crowd holds."""
    holders = {value: [row for row, sketch in enumerate(drawn) if value in sketch] for value in frozenset().union(*drawn)}
    pairs = set()
    for a, b in combinations(range(len(drawn)), 2):
        shared = [held for held in (holders[value] for value in drawn[a] & drawn[b]) if len(held) <= crowd or held.index(a) < leaders]
        weight = sum(1 if len(held) > crowd else 2 for held in shared)
        if shared and weight >= 2 * needed(len(drawn[a]), len(drawn[b])):
            pairs.add((a, b))
    return pairs, sum(len(held) > crowd for held in holders.values())


@settings(max_examples=20, deadline=None)
@given(sketches, st.integers(2, 4), st.integers(1, 3), st.randoms(use_true_random=False), st.sets(st.integers(0, 6)))
def test_proposal_is_the_join_that_it_says(drawn, crowd, leaders, shuffle, asked):
    """The database proposes what the definition does, whatever the order of the rows; asked about some rows, it proposes what they are in."""
    want, crowded = defined(drawn, crowd, leaders)
    order = list(range(len(drawn)))
    shuffle.shuffle(order)
    column = pa.chunked_array([[sorted(drawn[row]) for row in order]], LISTS)
    ranks, chosen = np.array(order, dtype=np.int64), CHOSEN.model_copy(update={"crowd": crowd, "leaders": leaders})
    proposal = propose(column, ranks, chosen)
    named = [(order[pair["a"]], order[pair["b"]]) for pair in proposal.pairs.to_pylist()]
    assert sorted(named) == sorted(want)
    assert proposal.crowded == crowded
    some = propose(column, ranks, chosen, np.isin(ranks, list(asked)))
    assert {(order[pair["a"]], order[pair["b"]]) for pair in some.pairs.to_pylist()} == {pair for pair in want if asked & set(pair)}


def test_spill_folder_keeps_its_own_files(tmp_path):
    """The folder that a join may spill to is left as it was."""
    (tmp_path / "shard.parquet").write_text("kept")
    propose(pa.chunked_array([[[1], [1]]], LISTS), np.array([0, 1]), CHOSEN, memory_limit="64MB", spill=tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["shard.parquet"]


def test_ranges_are_the_pairs():
    """What is verified in pieces is what was proposed, in its order, with ids for rows."""
    pairs = pa.table({"a": [0, 2, 1], "b": [1, 0, 2]})
    parts = list(ranges(pairs, pa.chunked_array([["x", "y", "z"]]), size=2))
    assert [part.to_pylist() for part in parts] == [[{"a": "x", "b": "y"}, {"a": "z", "b": "x"}], [{"a": "y", "b": "z"}]]
