"""Which scripts a text is written in: what the letters alone say of it, and why nothing more can be said where they are few or of many kinds.

Scripts are named as Unicode names its letters, except that Han and kana are one, "HAN": Japanese needs both. Counts are of letters; an East Asian
letter says as much as about two of an alphabet, and counts twice in `weight`.
"""

import unicodedata
from collections import Counter

__all__ = ["count", "prevailing", "weight"]

_EAST_ASIAN = frozenset({"HAN", "HANGUL"})
_SCRIPT_OF_NAME = {
    # where the first word of a letter's name is not its script
    "CJK": "HAN",
    "FULLWIDTH": "LATIN",
    "HALFWIDTH": "HAN",
    "HIRAGANA": "HAN",
    "IDEOGRAPHIC": "HAN",
    "KATAKANA": "HAN",
    "KATAKANA-HIRAGANA": "HAN",
}
_DENSE = 2


def count(text: str) -> Counter[str]:
    """Count the letters by script.

    >>> sorted(count("\N{GREEK SMALL LETTER PI} is 3.14").items())
    [('GREEK', 1), ('LATIN', 2)]
    """
    scripts: Counter[str] = Counter()
    for character, times in Counter(text).items():
        if character.isalpha():
            name = unicodedata.name(character, "UNKNOWN").partition(" ")[0]
            scripts[_SCRIPT_OF_NAME.get(name, name)] += times
    return scripts


def weight(scripts: Counter[str]) -> int:
    """Return how much the letters say together, in letters of an alphabet.

    >>> weight(count("\N{HIRAGANA LETTER A} abc"))
    5
    """
    return sum(_weights(scripts).values())


def prevailing(scripts: Counter[str]) -> tuple[str, float]:
    """Return the script that weighs most and its share of the weight, 0 to 1; the first by name wins a tie. There must be letters.

    >>> prevailing(count("\N{HIRAGANA LETTER A} abc"))
    ('LATIN', 0.6)
    """
    weights = _weights(scripts)
    script = max(sorted(weights), key=lambda name: weights[name])
    return script, weights[script] / sum(weights.values())


def _weights(scripts: Counter[str]) -> dict[str, int]:
    return {name: times * (_DENSE if name in _EAST_ASIAN else 1) for name, times in scripts.items()}
