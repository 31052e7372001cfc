"""Which lines plainly are no phrase and no quotation: most are not, and that is said of thousands of them by a few passes of numpy.

A line is plain if it holds nothing that could be undressed (bullets, bars, white space), does not begin like any known phrase and fits no known pattern. A
line that is not plain need not be anything: it is asked by itself (`copydesk.boilerplate.evidence`), and the answers are the same.
"""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from copydesk.boilerplate.folding import BEGINNING, BULLETS, LEADING, beginning, unaccented_lines
from copydesk.boilerplate.lexicon import Lexicon

__all__ = ["BARS", "plain"]

BARS = "|\t\N{BULLET}\N{MIDDLE DOT}\N{BROKEN BAR}\N{FULLWIDTH VERTICAL LINE}"
"""What stands between the entries of a menu."""

_BREAK, _SPACE = 10, 32
_MULTIPLE = np.uint64(256)

Bytes = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]


def plain(cores: Sequence[str], lexicon: Lexicon) -> set[str]:
    r"""Return those of many lines, without white space round them, that are plain; quotations in ASCII quotation marks are not told from others.

    >>> from copydesk.boilerplate.lexicon import Phrase, build
    >>> sorted(plain(["Shares fell.", "Share", "A fire broke out.", "* A fire"], build([Phrase("en", "label", "share")])))
    ['A fire broke out.']
    """
    whole = [core for core in cores if core and "\n" not in core]  # a caller's lines may be several
    accented = [core for core in whole if not core.isascii()]
    folded = dict(zip(accented, unaccented_lines(accented), strict=True))
    few = [core for core, line in folded.items() if not line.isascii()]
    rest = [core for core in few if _undressed(folded[core]) and not lexicon.beginnings.hold(beginning(folded[core]))]
    fitting = lexicon.fitting([folded[core] for core in rest])
    found = {core for at, core in enumerate(rest) if at not in fitting}
    beyond = set(few)
    many = [core for core in whole if core not in beyond and folded.get(core, core)]
    if many:
        spared = _plain([folded.get(core, core) for core in many], lexicon)
        found.update(many[at] for at in np.flatnonzero(spared).tolist())
    return found


def _undressed(line: str) -> bool:
    return line[0] not in BULLETS and line[-1] != " " and "  " not in line and line.isprintable() and not any(sign in line for sign in BARS)


def _plain(lines: Sequence[str], lexicon: Lexicon) -> Flags:
    """Say of each of some lines of ASCII whether it is plain."""
    data = np.frombuffer("\n".join((*lines, "")).encode("ascii"), dtype=np.uint8)
    stops = np.flatnonzero(data == _BREAK)
    starts = np.concatenate((np.zeros(1, dtype=np.int64), stops[:-1] + 1))
    odd = _table("".join(map(chr, (*range(_BREAK), *range(_BREAK + 1, _SPACE), 127))) + "|")[data]
    odd[1:] |= (data[1:] == _SPACE) & (data[:-1] == _SPACE)
    found: Flags = ~_table(BULLETS + LEADING)[data[starts]] & (data[stops - 1] != _SPACE)
    found[np.searchsorted(stops, np.flatnonzero(odd))] = False
    found &= ~_may_begin(data, starts, stops, lexicon)
    left = np.flatnonzero(found)  # the fewer lines RE2 sees, the fewer states it makes
    found[left[list(lexicon.fitting([lines[at] for at in left.tolist()]))]] = False
    return found


def _may_begin(data: Bytes, starts: npt.NDArray[np.int64], stops: npt.NDArray[np.int64], lexicon: Lexicon) -> Flags:
    """Say which lines may begin like a phrase, or hold a number among the characters by which that is told."""
    first = np.zeros(starts.size, dtype=np.uint64)
    found = np.zeros(starts.size, dtype=np.bool_)
    known = _packed(lexicon)
    for place in range(BEGINNING):
        at = starts + place
        inside = at < stops
        char = np.where(inside, _lower()[data[np.minimum(at, data.size - 1)]], 0)
        first = first * _MULTIPLE + char
        found |= (char >= ord("0")) & (char <= ord("9")) | (np.isin(first, known[place]) & (inside | (place == 0)))
    return found


@lru_cache(maxsize=4)
def _packed(lexicon: Lexicon) -> list[npt.NDArray[np.uint64]]:
    """Return how phrases of ASCII begin, by length, each as one number."""
    firsts = [key for key in lexicon.beginnings.known if key.isascii()]
    return [np.array([int.from_bytes(key.encode(), "big") for key in firsts if len(key) == length], dtype=np.uint64) for length in range(1, BEGINNING + 1)]


@lru_cache(maxsize=4)
def _table(signs: str) -> Flags:
    table = np.zeros(128, dtype=np.bool_)
    table[[ord(sign) for sign in signs if sign.isascii()]] = True
    return table


@lru_cache(maxsize=1)
def _lower() -> npt.NDArray[np.uint64]:
    return np.array([ord(chr(code).lower()) for code in range(128)], dtype=np.uint64)
