"""A second simulator of spinning, which no model is fitted on: it tells whether the spun head learnt spinning or one thesaurus.

Words of a human text are replaced as tortured phrases replace them (the data set's list of substitutions, after the Problematic Paper Screener, CC BY 4.0):
each that the list knows with a chance of .2, .4 or .8, by the document's id. The list is one of science, so that few words of news are in it.
"""

import re
import zlib

from bench.data import folder

__all__ = ["spun", "substitutes"]

_RATES = (20, 40, 80)
_WORD = re.compile(r"[A-Za-z]+")


def substitutes() -> dict[str, list[str]]:
    """Read what replaces which word; single words only, each pair of two spellings of one word left out."""
    found: dict[str, list[str]] = {}
    for line in (folder("translation", "evidence") / "spinner_word_subs.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        word, other, _ = line.split("\t")
        if word.isalpha() and other.isalpha() and word[:4].lower() != other[:4].lower():
            found.setdefault(word.lower(), []).append(other.lower())
    return found


def spun(text: str, name: str, others: dict[str, list[str]]) -> tuple[str, float]:
    """Return the text spun, and the share of its words that were replaced; the same name always gives the same text."""
    rate = _RATES[zlib.crc32(name.encode()) % len(_RATES)]
    words = replaced = 0

    def another(match: re.Match[str]) -> str:
        nonlocal words, replaced
        words += 1
        chance = zlib.crc32(f"{name} {match.start()}".encode())
        choices = others.get(match[0].lower())
        if not choices or chance % 100 >= rate:
            return match[0]
        replaced += 1
        choice = choices[chance // 100 % len(choices)]
        return choice.capitalize() if match[0][0].isupper() else choice

    made = _WORD.sub(another, text)
    return made, replaced / max(words, 1)
