"""Read synonyms out of WordNet 3.0 (Debian: `apt-get install wordnet-base`; the WordNet licence allows any use with its notice).

Members of a synset are synonyms of each other, and adjectives of what they are similar to, in each form that the word has: bought, purchased.
Only hashes are shipped.
"""

import collections
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np

from bench.translation_language_model import FEWEST, Counts
from copydesk.translation.model.tokens import read

__all__ = ["WORDNET", "synonyms"]

WORDNET = Path("/usr/share/wordnet")
MOST = 4
"""So many synonyms of a word are asked about: the commonest of those that most synsets name."""
_VERY_COMMON = 120
_VOWELS = frozenset("aeiou")
_PARTS = ("noun", "verb", "adj", "adv")


def _synsets(part: str) -> Iterator[tuple[str, list[str], list[str]]]:
    """Yield each synset's number, its single words, and the numbers of those that it is similar to."""
    with (WORDNET / f"data.{part}").open(encoding="ascii") as lines:
        for line in lines:
            if line.startswith(" "):
                continue
            cells = line.split(" | ")[0].split()
            count = int(cells[3], 16)
            words = [cell.split("(")[0] for cell in cells[4 : 4 + 2 * count : 2]]
            pointers = cells[5 + 2 * count :]
            similar = [target for symbol, target in zip(pointers[::4], pointers[1::4], strict=False) if symbol == "&"]
            yield cells[0], [word for word in words if word.isalpha() and word.islower()], similar


def _irregular(part: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in (WORDNET / f"{part}.exc").read_text(encoding="ascii").splitlines():
        form, *lemmas = line.split()
        for lemma in lemmas:
            found.setdefault(lemma, []).append(form)
    return found


def _with_s(word: str) -> str:
    if word.endswith(("s", "x", "z", "ch", "sh")):
        return word + "es"
    return word[:-1] + "ies" if word.endswith("y") and word[-2:-1] not in _VOWELS else word + "s"


def _stem(word: str, ending: str) -> str:
    """Return what the ending "ed" or "ing" is put to."""
    if word.endswith("e") and not word.endswith(("ee", "oe", "ye")):
        return word[:-1]
    if ending == "ed" and word.endswith("y") and word[-2:-1] not in _VOWELS:
        return word[:-1] + "i"
    short = len(word) in {3, 4} and word[-1] not in _VOWELS | set("wxy") and word[-2] in _VOWELS and word[-3] not in _VOWELS
    return word + word[-1] if short else word


def _forms(word: str, part: str, irregular: Mapping[str, list[str]]) -> dict[str, str]:
    odd = irregular.get(word, [])
    if part == "noun":
        return {"one": word, "many": odd[0] if odd else _with_s(word)}
    if part != "verb":
        return {"one": word}
    ing = [form for form in odd if form.endswith("ing")] or [_stem(word, "ing") + "ing"]
    past = [form for form in odd if not form.endswith("ing")] or [_stem(word, "ed") + "ed"]
    return {"one": word, "s": _with_s(word), "past": past[0], "participle": past[-1], "ing": ing[0]}


def _pairs() -> dict[str, collections.Counter[str]]:
    """Return the synonyms of each form of a word, by how many synsets name them."""
    found: dict[str, collections.Counter[str]] = collections.defaultdict(collections.Counter)
    for part in _PARTS:
        irregular = _irregular(part) if part in {"noun", "verb"} else {}
        held = {number: (words, similar) for number, words, similar in _synsets(part)}
        for words, similar in held.values():
            others = [(word, 2) for word in words] + [(word, 1) for number in similar for word in held.get(number, ([], []))[0]]
            forms = {word: _forms(word, part, irregular) for word in {*words, *(other for other, _ in others)}}
            for word in words:
                for other, weight in others:
                    for kind, form in forms[word].items():
                        if form != forms[other][kind]:
                            found[form][forms[other][kind]] += weight
    return found


def synonyms(counts: Counts, rank: Mapping[int, int]) -> dict[int, list[int]]:
    """Return the hashes of up to `MOST` synonyms of each word that has some; both must be words of the language model, and not among its very commonest."""
    pairs = {word: others for word, others in _pairs().items() if word.isalpha()}
    every = sorted({*pairs, *(other for others in pairs.values() for other in others if other.isalpha())})
    hashes = read([" ".join(every)]).hashes
    at = np.minimum(np.searchsorted(counts.words, hashes), counts.words.size - 1)
    seen = np.where(counts.words[at] == hashes, counts.counts[at], 0)
    known = {word: (number, count) for word, number, count in zip(every, hashes.tolist(), seen.tolist(), strict=True) if count >= FEWEST}
    found = {}
    for word in every:
        if word not in known or word not in pairs or 0 < rank.get(known[word][0], 0) <= _VERY_COMMON:
            continue
        others = [(other, weight) for other, weight in pairs[word].items() if other in known and not 0 < rank.get(known[other][0], 0) <= _VERY_COMMON]
        best = sorted(others, key=lambda item: (-item[1] - np.log(known[item[0]][1]), item[0]))[:MOST]
        if best:
            found[known[word][0]] = [known[other][0] for other, _ in best]
    return found
