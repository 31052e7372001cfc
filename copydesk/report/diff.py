"""What changed between two texts, and which characters are there that nobody can see: the same answer on the page and in a terminal.

A change of one zero-width space looks like no change, and a right-to-left override makes a line say what it does not say.
So excerpts are shown with every such character replaced by a placeholder that names it.
"""

import re
from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Literal

__all__ = ["Mark", "aligned", "marked", "visible"]

Mark = Literal["same", "del", "ins"]

# difflib looks at each pair of equal units once per block that it finds, so pairs times units bounds its cost: 0.03 s per million at worst.
# Natural text stays below this up to some 400 characters, or 2,000 words where it is compared by words.
MOST_STEPS = 4_000_000
# Below this likeness a comparison finds only chance letters in common, which reads as confetti.
MIN_LIKENESS = 0.5

# All patterns are single character classes, or two that exclude each other: linear whatever the text.
_WORD = re.compile(r"\S+\s*|\s+")
# What can never be seen or reorders a line: C0 and C1 controls but tab and line feed, Unicode's Default_Ignorable_Code_Point (zero-width, bidi,
# fillers, variation selectors, tags), line separators, surrogates, private use, noncharacters.
_UNSEEN = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164"
    "\ud800-\udfff\ue000-\uf8ff\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U0010ffff"
)
# What looks like a plain space or line break, which matters only inside a change.
_BLANK = "\t\n\u00a0\u1680\u2000-\u200a\u202f\u205f\u2800\u3000"
_UNSEEN_CHARACTER = re.compile(f"[{_UNSEEN}]")
_UNSEEN_OR_BLANK = re.compile(f"[{_UNSEEN}{_BLANK}]")
_SIGNS = {"\n": "\N{DOWNWARDS ARROW WITH CORNER LEFTWARDS}", "\t": "\N{RIGHTWARDS ARROW TO BAR}"}


def visible(text: str, *, strict: bool = False) -> str:
    """Return the text with each invisible character replaced by its code point, so that it can be neither missed nor obeyed.

    Tabs, line feeds and unusual spaces stay, unless `strict` asks for them as well: inside a change they may be all that changed.
    The result holds no surrogate, so it can always be encoded, and is left alone by a second call.

    >>> visible("pay\N{RIGHT-TO-LEFT OVERRIDE}pal") == "pay\N{MATHEMATICAL LEFT ANGLE BRACKET}U+202E\N{MATHEMATICAL RIGHT ANGLE BRACKET}pal"
    True
    """
    return (_UNSEEN_OR_BLANK if strict else _UNSEEN_CHARACTER).sub(_placeholder, text)


def marked(before: str, after: str) -> list[tuple[Mark, str]]:
    """Return the pieces that lead from `before` to `after`: what stayed, what went and what came.

    The pieces that are not "ins" make up `before`, those that are not "del" make up `after`. What is alike at both ends is found at linear cost.
    Between, texts are compared by characters, longer ones by words; very long ones, or those with little in common, are one "del" and one "ins".

    >>> marked("grey", "gray")
    [('same', 'gr'), ('del', 'e'), ('ins', 'a'), ('same', 'y')]
    """
    head = _common(before, after)
    tail = _common(before[head:][::-1], after[head:][::-1])
    old, new = before[head : len(before) - tail], after[head : len(after) - tail]
    pieces: list[tuple[Mark, str]] = [("same", before[:head]), *_between(old, new), ("same", before[len(before) - tail :])]
    return [piece for piece in pieces if piece[1]]


def _between(old: str, new: str) -> list[tuple[Mark, str]]:
    compared = aligned(old, new) or aligned(_WORD.findall(old), _WORD.findall(new))
    return compared or [("del", old), ("ins", new)]


def aligned(old: Sequence[str], new: Sequence[str]) -> list[tuple[Mark, str]]:
    """Compare unit by unit, or return nothing where that would cost too much or say too little."""
    counts = Counter(old)
    pairs = sum(counts[unit] * times for unit, times in Counter(new).items())
    if not pairs or pairs * min(len(old), len(new)) > MOST_STEPS:
        return []
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if matcher.ratio() < MIN_LIKENESS:
        return []
    pieces: list[tuple[Mark, str]] = []
    for kind, start, end, new_start, new_end in matcher.get_opcodes():
        gone, came = "".join(old[start:end]), "".join(new[new_start:new_end])
        pieces += [("same", gone)] if kind == "equal" else [("del", gone), ("ins", came)]
    return pieces


def _common(one: str, other: str) -> int:
    """Return the length of the common prefix, found by halving so that the comparison runs at the speed of slices."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _placeholder(found: re.Match[str]) -> str:
    character = found.group()
    return _SIGNS.get(character) or f"\N{MATHEMATICAL LEFT ANGLE BRACKET}U+{ord(character):04X}\N{MATHEMATICAL RIGHT ANGLE BRACKET}"
