"""Who is right when CLD2, ELD and langdetect are asked the same: the whole judgement as one table, with what each of its lines is worth.

CLD2 speaks first, for it knows most languages and says when it is not sure. ELD's word is a second, independent one. Only where they contradict each
other is langdetect asked, which costs a hundred times as much. A line's probability is the share of texts that it was right on, of 10,600 in 120 languages,
half of which langdetect and ELD know; by length, for 20 letters leave room for doubt that 100 do not (bench/README.md has the table).
"""

from collections.abc import Callable
from typing import NamedTuple

from copydesk.language.opinions import ELD_LANGUAGES, LANGDETECT_LANGUAGES, Opinion

__all__ = ["LONG", "Weighed", "same", "weigh"]

LONG = 80  # letters: from here on an identifier that is sure errs in one text of some hundreds
_SHORT = 20
_NEAR_CROATIAN = {"bs": 0.45, "sr": 0.80}  # one language by its letters and most of its words, only CLD2 knows them apart: how often, on 80 letters and more
_NORWEGIAN = frozenset({"no", "nn"})


class Weighed(NamedTuple):
    """A language code or "und", how likely it is right, and who said so."""

    language: str
    probability: float
    reason: str


def same(one: str, other: str) -> bool:
    """Say whether two codes may stand for one language: ELD and langdetect write both Norwegian ones "no"."""
    return one == other or (one in _NORWEGIAN and other in _NORWEGIAN)


def weigh(first: Opinion, second: Opinion, letters: int, ask: Callable[[], str]) -> Weighed:
    """Weigh CLD2's opinion against ELD's on a text of so many letters; `ask` returns langdetect's code, and is called only in doubt.

    >>> weigh(Opinion("pt", True, 1.0), Opinion("pt", True, 1.0), 400, lambda: "pt")
    Weighed(language='pt', probability=0.99, reason='CLD2 and ELD agree')
    >>> weigh(Opinion("gl", True, 1.0), Opinion("pt", False, 1.0), 400, lambda: "pt")
    Weighed(language='gl', probability=0.98, reason='CLD2 is sure, and ELD does not know this language')
    """
    if same(first.language, second.language):
        return _agreed(first, second, letters)
    if first.reliable and first.language not in ELD_LANGUAGES and not second.reliable:
        return Weighed(first.language, _by_length(letters, 0.90, 0.95, 0.98), "CLD2 is sure, and ELD does not know this language")
    return _contested(first, second, letters, ask)


def _agreed(first: Opinion, second: Opinion, letters: int) -> Weighed:
    if second.reliable:
        probability = _by_length(letters, 0.96, 0.99, 0.99) if first.reliable else _by_length(letters, 0.90, 0.95, 0.95)
        return Weighed(first.language, probability, "CLD2 and ELD agree")
    if first.reliable:
        return Weighed(first.language, _by_length(letters, 0.70, 0.95, 0.95), "CLD2 is sure, and ELD thinks so too")
    return Weighed(first.language, _by_length(letters, 0.50, 0.50, 0.10), "CLD2 and ELD both think so, and neither is sure")


def _contested(first: Opinion, second: Opinion, letters: int, ask: Callable[[], str]) -> Weighed:
    told = f"CLD2 says {first.language}, ELD {second.language}"
    if first.language not in LANGDETECT_LANGUAGES and first.language != "und":
        if first.reliable and (letters >= LONG or first.language not in ELD_LANGUAGES):
            probability = _NEAR_CROATIAN.get(first.language, 0.80) if letters >= LONG or first.language not in _NEAR_CROATIAN else 0.40
            return Weighed(first.language, probability, f"{told}; CLD2 is sure")
        return Weighed(first.language, _by_length(letters, 0.40, 0.25, 0.15), told)
    third = ask()
    told += f", langdetect {third}"
    if same(third, second.language):
        return Weighed(second.language, _by_length(letters, 0.80, 0.90, 0.90) if second.reliable else _by_length(letters, 0.50, 0.35, 0.10), told)
    if same(third, first.language) and first.language not in ELD_LANGUAGES:
        return Weighed(first.language, _by_length(letters, 0.75, 0.90, 0.97) if first.reliable else 0.70, told)
    if second.reliable:
        return Weighed(second.language, _by_length(letters, 0.65, 0.65, 0.40), told)
    return Weighed(first.language, _by_length(letters, 0.50, 0.30, 0.20) if first.reliable and same(third, first.language) else 0.20, told)


def _by_length(letters: int, few: float, some: float, many: float) -> float:
    return many if letters >= LONG else some if letters >= _SHORT else few
