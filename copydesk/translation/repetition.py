"""Text that is said twice: a decoder that fell into a loop, or a rewriter that put a subject where the object was.

People repeat themselves as well, for effect and with a comma between. So a repeated clause counts only where no mark and no conjunction parts the two.
"""

from collections.abc import Iterator

from copydesk.translation.rule import Hit, Rule, by_pattern
from copydesk.translation.view import View

__all__ = ["RULES"]

_CLAUSE = 4  # words that must stand twice where nothing is between
_FAR_CLAUSE = 6  # and where up to _GAP words are
_GAP = 3
_MARKS = ',;:.!?-/|()"\N{EN DASH}\N{EM DASH}\N{HORIZONTAL ELLIPSIS}'
_JOINING = frozenset({"and", "or", "to", "than", "but", "for", "from", "of", "in", "by", "as", "nor", "with", "at", "on", "versus", "vs", "if", "is", "was"})
_SENTENCE_WORDS = 5
_STOPS = frozenset({b".", b"!", b"?"})
_TWO_OCTETS = 0xFFFF


def _clauses(view: View) -> Iterator[Hit]:
    taken = 0
    for there, here in view.echoes:
        distance = here - there
        least = max(_CLAUSE, distance - _GAP)
        if distance < _CLAUSE or here < taken or here + least - 3 >= view.words:
            continue
        # Most echoes are of three words: two letters of the last word that must be the same tell, without making a word.
        if (int(view.octets[there + least - 3]) ^ int(view.octets[here + least - 3])) & _TWO_OCTETS:
            continue
        first, last = _grown(view, there, here)
        if not _doubled(view, first, last, distance):
            continue
        taken = last + distance
        start = len(view.utf8[: view.starts[first]].decode())
        span = view.utf8[view.starts[first] : view.starts[taken]].decode().rstrip(_MARKS + " \n")
        if "\n" not in span:
            said = " ".join(_words(view, first + distance, taken))
            yield Hit(start, start + len(span), f"'{said[:80]}' stands twice with {distance - (last - first)} words between; expected once")


def _words(view: View, first: int, last: int) -> list[str]:
    return [view.utf8[view.starts[number] : view.starts[number + 1]].decode().rstrip() for number in range(first, last)]


def _same(view: View, one: int, other: int, marks: str = "") -> bool:
    """Compare two words, case ignored, and ignoring these marks around them."""
    (left,), (right,) = _words(view, one, one + 1), _words(view, other, other + 1)
    return (left.strip(marks).lower() == right.strip(marks).lower()) if marks else left == right


def _grown(view: View, there: int, here: int) -> tuple[int, int]:
    """Give the ends of the clause that stands at both places; a mark or a capital may tell its first words apart, a mark its last."""
    distance = here - there
    first, last = there, there
    while last < here and last + distance < view.words and _same(view, last, last + distance):
        last += 1
    if last < here and last + distance < view.words and _same(view, last, last + distance, _MARKS):
        last += 1
    if first and last - first < distance and _same(view, first - 1, first - 1 + distance, _MARKS):
        first -= 1
    return first, last


def _doubled(view: View, first: int, last: int, distance: int) -> bool:
    length = last - first
    gap = distance - length
    if length < _CLAUSE or gap > _GAP or (gap and length < _FAR_CLAUSE):
        return False
    clause, between, (second,) = _words(view, first, last), _words(view, last, first + distance), _words(view, first + distance, first + distance + 1)
    if not _JOINING.isdisjoint(between) or any(mark in word for word in (clause[-1][-1], second[0], *between) for mark in _MARKS):
        return False
    return sum(word.strip(_MARKS).isdigit() for word in clause) * 2 < length  # a table repeats its figures


def _sentences(view: View) -> Iterator[Hit]:
    for there, here in view.echoes:
        end = here + (here - there)
        if here - there < _SENTENCE_WORDS or end > view.words or not (_ends(view, here) and _ends(view, there)):
            continue
        said = [word.strip(_MARKS).lower() for word in _words(view, here, end)]
        if said == [word.strip(_MARKS).lower() for word in _words(view, there, here)] and said[0][:1].isalpha():
            start = len(view.utf8[: view.starts[here]].decode())
            span = view.utf8[view.starts[here] : view.starts[end]].decode().rstrip()
            yield Hit(start, start + len(span), f"the sentence '{span[:80]}' stands twice in a row; expected once")


def _ends(view: View, number: int) -> bool:
    """Tell whether a sentence ends before a word."""
    start = int(view.starts[number])
    return number == 0 or view.utf8[max(0, start - 5) : start].rstrip(b' \n"')[-1:] in _STOPS


_DOUBLED = (
    "the the|of of|to to|and and|a a|an an|is is|are are|for for|with with|by by|from from|at at|as as|it it|be be|was was|this this|their their|his his"
    "|which which|has has|have have|will will"
)

RULES = (
    Rule(
        name="repeated_clause",
        family="repetition",
        weight="together",
        means="four words or more stand twice, side by side or with a few words between",
        languages=("en",),
        anchor="",
        find=_clauses,
        web_only=True,  # in the texts at hand, headings are joined to the sentences that repeat them
    ),
    Rule(
        name="repeated_sentence",
        family="repetition",
        weight="together",
        means="a sentence of five words or more stands twice in a row",
        languages=("en",),
        anchor="",
        find=_sentences,
    ),
    Rule(
        name="doubled_word",
        family="repetition",
        weight="together",
        means="a function word stands twice that is never doubled in English",
        languages=("en",),
        anchor=rf"(?:^|[\s\"(])(?:{_DOUBLED})[\s,.;:]",
        find=by_pattern(rf"(?:^|[\s\"(])({_DOUBLED})[\s,.;:]", "'{found}'; expected once"),
    ),
)
