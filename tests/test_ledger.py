"""The ledger: laws 1 and 7 on random texts and edits, and what it refuses."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.document import Edit, Flag
from copydesk.errors import LedgerError
from copydesk.ledger import carried, difference, ordered, replay, revert

FEW = st.text(alphabet="ab \n\N{LATIN SMALL LETTER E WITH ACUTE}\N{PARTY POPPER}", max_size=6)


def edit(start: int, end: int, before: str, after: str) -> Edit:
    """An edit of no particular stage."""
    return Edit("stage", "rule", start, end, before, after)


def one_by_one(text: str, edits: tuple[Edit, ...]) -> str:
    """The definition of replay: each edit at its place in the text as it stands just before; law 7 is checked on the way."""
    for one in edits:
        assert 0 <= one.start <= one.end <= len(text)
        assert text[one.start : one.end] == one.before
        text = text[: one.start] + one.after + text[one.end :]
    return text


@st.composite
def batches(draw: st.DrawFn, text: str) -> list[Edit]:
    """Edits of one step that do not overlap, in any order; spans may be empty and touch."""
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=12)))
    spans = list(zip(cuts[::2], cuts[1::2], strict=False))
    return draw(st.permutations([edit(start, end, text[start:end], draw(FEW)) for start, end in spans]))


@st.composite
def histories(draw: st.DrawFn) -> tuple[str, str, tuple[Edit, ...]]:
    """A text, what one to four steps made of it, and all their edits."""
    start = text = draw(st.text(max_size=40))
    done: tuple[Edit, ...] = ()
    for _ in range(draw(st.integers(1, 4))):
        step = ordered(draw(batches(text)))
        text = one_by_one(text, step)
        done += step
    return start, text, done


@given(histories())
def test_all_edits_lead_there_and_back(history):
    """Law 1: replaying from the decoded text gives the published one, reverting from the published one gives the decoded one."""
    start, end, edits = history
    assert replay(start, edits) == end
    assert revert(end, edits) == start
    assert replay(revert(end, edits), edits) == end


@given(histories(), st.data())
def test_an_edit_that_does_not_fit_is_refused(history, data):
    """Law 7: whichever edit says something else than the text holds, neither direction passes over it."""
    start, end, edits = history
    if not edits:
        return
    at = data.draw(st.integers(0, len(edits) - 1))
    good = edits[at]
    claims = (
        edit(good.start, good.end, good.before + "x", good.after),
        edit(good.start - len(start) - 99, good.end - len(start) - 99, good.before, good.after),
        edit(good.start + len(start) + len(end) + 99, good.end + len(start) + len(end) + 99, good.before, good.after),
        edit(good.end + 1, good.start, good.before, good.after),
    )
    bad = (*edits[:at], data.draw(st.sampled_from(claims)), *edits[at + 1 :])
    with pytest.raises(LedgerError):
        replay(start, bad)
    with pytest.raises(LedgerError):
        revert(end, bad)


@given(histories(), st.text(min_size=1, max_size=3))
def test_a_text_that_was_touched_does_not_revert_unnoticed(history, stranger):
    """What stands in an edit's place must be what the edit put there."""
    _, end, edits = history
    if not edits or not edits[-1].after:
        return
    place = edits[-1].start
    touched = end[:place] + stranger + end[place:]
    if touched[place : place + len(edits[-1].after)] != edits[-1].after:
        with pytest.raises(LedgerError):
            revert(touched, edits)


@given(st.text(max_size=20), st.text(max_size=20), st.text(max_size=10), st.text(max_size=10))
def test_a_difference_is_the_change_and_no_more(before, after, left, right):
    """It turns one into the other, lies inside, and neither begins nor ends with what is the same."""
    found = difference("stage", "rule", len(left), before, after)
    assert replay(left + before + right, (found,)) == left + after + right
    assert len(left) <= found.start <= found.end <= len(left) + len(before)
    if found.before and found.after:
        assert found.before[0] != found.after[0]
        assert found.before[-1] != found.after[-1]
    if before == after:
        assert (found.before, found.after) == ("", "")


@given(st.text(min_size=1, max_size=20), st.data())
def test_ordered_does_not_care_for_the_order_of_different_spans(text, data):
    """Whichever way round a step lists its edits, the result is the same."""
    cuts = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=8)))
    edits = [edit(a, b, text[a:b], str(a)) for a, b in zip(cuts[::2], cuts[1::2], strict=False)]
    assert ordered(data.draw(st.permutations(edits))) == ordered(edits) == tuple(reversed(edits))


@pytest.mark.parametrize(
    ("first", "second"),
    [((0, 3), (2, 4)), ((0, 4), (1, 2)), ((1, 3), (1, 3)), ((1, 3), (2, 2)), ((0, 2), (0, 3))],
    ids=["crossing", "nested", "same", "insertion-inside", "same-start"],
)
def test_overlapping_edits_are_refused(first, second):
    """Two edits of one step that want the same characters contradict each other."""
    text = "abcdef"
    edits = [edit(a, b, text[a:b], "-") for a, b in (first, second)]
    for either in (edits, edits[::-1]):
        with pytest.raises(LedgerError, match="edits overlap: rule at"):
            ordered(either)


def test_insertions_at_one_place_are_all_applied():
    """Two insertions at one place do not overlap; the one that is listed first goes in first, so the later stands before it."""
    edits = ordered([edit(1, 1, "", "x"), edit(1, 1, "", "y"), edit(1, 2, "b", "B")])
    assert replay("abc", edits) == one_by_one("abc", edits) == "ayxBc"
    assert revert("ayxBc", edits) == "abc"


@given(st.text(max_size=40), st.data())
def test_a_flag_goes_where_its_text_goes(text, data):
    """After edits a span holds just what it held, less what was cut, with what was put in its place: told by following every character."""
    start = data.draw(st.integers(0, len(text)))
    stop = data.draw(st.integers(start, len(text)))
    inside = [start <= at < stop for at in range(len(text))]
    edits: tuple[Edit, ...] = ()
    for _ in range(2):
        step = ordered(one for one in data.draw(batches(text)) if one.start < one.end)
        text, edits = one_by_one(text, step), edits + step
        for one in step:
            inside[one.start : one.end] = [any(inside[one.start : one.end])] * len(one.after)
    [*found] = carried([Flag("s", "r", start, stop)], edits)
    if start == stop:
        assert [flag.start == flag.end <= len(text) for flag in found] == [True]
    elif any(inside):
        assert [at for at, is_in in enumerate(inside) if is_in] == list(range(found[0].start, found[0].end))
    else:
        assert not found


@pytest.mark.parametrize(("at", "span"), [(0, (5, 8)), (2, (5, 8)), (3, (2, 8)), (5, (2, 5)), (9, (2, 5))])
def test_what_is_put_in_belongs_to_a_flag_only_inside_of_it(at, span):
    """Text put in before, at the start, inside, at the end and after the span from 2 to 5."""
    [flag] = carried([Flag("s", "r", 2, 5)], (edit(at, at, "", "new"),))
    assert (flag.start, flag.end) == span


def test_no_edits_change_nothing():
    """The empty history is a history."""
    assert replay("text", ()) == revert("text", ()) == "text"
    assert ordered([]) == ()


def test_a_hundred_thousand_edits_take_linear_time():
    """Copying the text at each edit would copy 100 GB here; one pass takes a fraction of a second."""
    text = "word, here " * 100_000
    edits = ordered(edit(at, at + 5, "word,", "w") for at in range(0, len(text), 11))
    begun = time.process_time()
    short = replay(text, edits)
    assert revert(short, edits) == text
    assert time.process_time() - begun < 10
    assert short == "w here " * 100_000
