"""Text that is said twice: a decoder that fell into a loop, or a rewriter that put a subject where the object was.

People repeat themselves as well, for effect and with a comma between. So a repeated clause counts only where no mark and no conjunction parts the two.
"""

from collections.abc import Iterator

from copydesk.translation.rule import Hit, Rule, by_pattern, compiled
from copydesk.translation.view import View

__all__ = ["RULES"]

_CLAUSE = 4  # words that must stand twice where nothing is between
_FAR_CLAUSE = 6  # and where up to _GAP words are
_GAP = 3
_FARTHEST = 60  # words from one standing to the other: bounds the walk at each word
_MARKS = frozenset(',;:.!?-/|()"\N{EN DASH}\N{EM DASH}\N{HORIZONTAL ELLIPSIS}')
_JOINING = frozenset({"and", "or", "to", "than", "but", "for", "from", "of", "in", "by", "as", "nor", "with", "at", "on", "versus", "vs", "if", "is", "was"})
_SENTENCE = compiled(r'[^.!?\n]+[.!?]"?(?: |\n|$)')
_SENTENCE_WORDS = 5


def _clauses(view: View) -> Iterator[Hit]:
    for start, end in view.paragraphs:
        spans = view.tokens(start, end)
        words = [view.text[a:b].lower() for a, b in spans]
        seen: dict[tuple[str, ...], int] = {}
        taken = 0
        for here in range(len(words) - _CLAUSE + 1):
            key = tuple(words[here : here + _CLAUSE])
            there = seen.get(key, here)
            seen[key] = here
            distance = here - there
            if distance < _CLAUSE or distance > _FARTHEST or here < taken:
                continue
            length = _CLAUSE
            while length < distance and here + length < len(words) and words[here + length] == words[there + length]:
                length += 1
            gap = distance - length
            between = view.text[spans[there + length - 1][1] : spans[here][0]]
            if _doubled(words[there : there + length], words[there + length : here], gap, between):
                taken = here + length
                said = view.text[spans[here][0] : spans[here + length - 1][1]]
                yield Hit(spans[there][0], spans[here + length - 1][1], f"'{said[:80]}' stands twice with {gap} words between; expected once")


def _doubled(clause: list[str], gap_words: list[str], gap: int, between: str) -> bool:
    if gap > _GAP or (gap and len(clause) < _FAR_CLAUSE):
        return False
    if not _MARKS.isdisjoint(between) or not _JOINING.isdisjoint(gap_words):
        return False
    return sum(word.isdigit() for word in clause) * 2 < len(clause)  # a table repeats its figures


def _sentences(view: View) -> Iterator[Hit]:
    before = ""
    for match in _SENTENCE.finditer(view.text):
        said = match.group().strip(' "\n').lower()
        if said == before and said[0].isalpha() and said.count(" ") >= _SENTENCE_WORDS - 1:
            yield Hit(match.start(), match.start() + len(match.group().rstrip()), f"the sentence '{said[:80]}' stands twice in a row; expected once")
        before = said


RULES = (
    Rule(
        name="repeated_clause",
        family="repetition",
        weight="together",
        means="four words or more stand twice, side by side or with a few words between",
        human=7.54,  # 13 of 1,723 in WMT, 11 of 27,632 other news texts
        lift=None,  # 0.9 on WMT, where headings are joined to the sentences that repeat them
        languages=("en",),
        find=_clauses,
    ),
    Rule(
        name="repeated_sentence",
        family="repetition",
        weight="together",
        means="a sentence of five words or more stands twice in a row",
        human=0.43,  # 0 of 1,723 in WMT, 12 of 27,632 other news texts
        lift=None,  # fewer than three windows of any kind of system
        languages=("en",),
        find=_sentences,
    ),
    Rule(
        name="doubled_word",
        family="repetition",
        weight="together",
        means="a function word stands twice that is never doubled in English",
        human=10.71,  # 15 of 1,723 in WMT, 296 of 27,632 other news texts
        lift=7.0,  # round trips through Apertium, 8 windows
        languages=("en",),
        find=by_pattern(
            r"\b(the the|of of|to to|and and|a a|an an|is is|are are|for for|with with|by by|from from|at at|as as|it it|be be|was was|this this|their their"
            r"|his his|which which|has has|have have|will will)\b",
            "'{found}'; expected once",
        ),
    ),
)
