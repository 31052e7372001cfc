"""Languages that the identifiers take for a near relative: surely named, and wrongly, unless somebody looks at the small words.

CLD2 has no Cantonese, Tahitian, Northern Ndebele or Nigerian Pidgin, and nobody has the Arabic dialects as they are written down, or Tashelhit in Arabic
letters; each is taken for its big neighbour. Of the commonest words a few are the relative's alone and a few the neighbour's, and running text
is full of them: where the relative's outnumber the neighbour's, the neighbour is not called.

`relatives.json` has the words by the neighbour's code (of Chinese the characters; a hyphen ends what words begin with), how many of them are the fewest to
go by, and how many times the neighbour's they must be: general knowledge of these languages, from no text.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

__all__ = ["Relative", "confusable", "relative", "takes_more"]

_INSEPARABLE = (
    # by a paragraph alone: each has been taken for another of its group in news that was all in one of them
    frozenset({"bs", "hr", "sr", "sl"}),
    frozenset({"id", "ms"}),
    frozenset({"nd", "nr", "ss", "xh", "zu"}),
    frozenset({"nso", "st", "tn"}),
    frozenset({"rn", "rw"}),
    frozenset({"nn", "no"}),
)
_WRITTEN_WITHOUT_SPACES = "zh"


@dataclass(frozen=True, slots=True)
class Relative:
    """A language that is taken for another: its code ("und" where there are several), its name, its words, and the other's.

    `signs` are strings one of which any text with such words has: looking for them is four times as fast as taking the text apart.
    """

    code: str
    name: str
    fewest: int
    times: int
    own: frozenset[str]
    own_beginnings: tuple[str, ...]
    neighbour: frozenset[str]
    neighbour_beginnings: tuple[str, ...]
    signs: tuple[str, ...]


def relative(language: str, text: str) -> Relative | None:
    """Return the relative that the text is in rather than in the language that was called, or None where the call stands.

    >>> relative("en", "Dem say e dey come, wetin una wan do? People wey dey there don go.").code
    'pcm'
    >>> relative("en", "They say that he is coming, and the people who were there have gone.")
    """
    found = _relatives().get(language)
    if found is None:
        return None
    if not any(map(text.__contains__, found.signs)):
        return None
    words = list(text) if language == _WRITTEN_WITHOUT_SPACES else text.split()
    own = _count(words, found.own, found.own_beginnings)
    return found if own >= found.fewest and own > found.times * _count(words, found.neighbour, found.neighbour_beginnings) else None


def takes_more(language: str) -> bool:
    """Say whether the words that tell the relative from this language are so long and many that it takes a larger sample to meet some.

    >>> takes_more("zu"), takes_more("en")
    (True, False)
    """
    found = _relatives().get(language)
    return found is not None and bool(found.own_beginnings)


def confusable(found: str, language: str) -> bool:
    """Say whether a line of the one language may be called the other: then a passage in it proves nothing.

    >>> confusable("en", "pcm"), confusable("en", "de")
    (True, False)
    """
    known = _relatives().get(found)
    return (known is not None and known.code == language) or any(found in group and language in group for group in _INSEPARABLE)


def _count(words: list[str], known: frozenset[str], beginnings: tuple[str, ...]) -> int:
    if beginnings:
        return sum(word in known or word.startswith(beginnings) for word in words)
    return sum(map(known.__contains__, words))


@cache
def _relatives() -> dict[str, Relative]:
    raw = json.loads((Path(__file__).parent / "relatives.json").read_text(encoding="utf-8"))
    return {language: _read(language, entry) for language, entry in raw.items()}


def _read(language: str, entry: dict[str, Any]) -> Relative:
    own, own_beginnings = _split(entry["own"])
    neighbour, neighbour_beginnings = _split(entry["neighbour"])
    signs = tuple(sorted(own)) if language == _WRITTEN_WITHOUT_SPACES else (*(f" {word} " for word in sorted(own)), *(f" {word}" for word in own_beginnings))
    return Relative(entry["code"], entry["name"], entry["fewest"], entry["times"], own, own_beginnings, neighbour, neighbour_beginnings, signs)


def _split(words: str) -> tuple[frozenset[str], tuple[str, ...]]:
    whole = frozenset(word for word in words.split() if not word.endswith("-"))
    return whole, tuple(word[:-1] for word in words.split() if word.endswith("-"))
