"""Word shingles as numbers: what two texts are compared by.

Copies differ in white space, case, quotes and the way characters are encoded, and agree in their runs of words. So a text is folded
(NFKC, case), cut into words, and every run of `words` words becomes one 64-bit number; the set of these numbers stands for the text.

* Punctuation and symbols separate words and are otherwise dropped. Apostrophes and invisible format characters (soft hyphen, joiners)
  are dropped without separating: "don't" is one word however it is quoted.
* Scripts written without spaces between words (Han, kana, Thai, Lao, Khmer, Myanmar) give one token for each character, and a shingle
  that begins with such a character is two tokens longer, because a character says less than a word.
* A text with fewer tokens than a shingle has gives one shingle of what there is; a text with no token gives none, and is a copy of nothing.

Everything runs on arrays of code points; no Python code runs for each word. The numbers are part of the published table's format (they
decide the fingerprints), so nothing here may change without a new stage version; they depend on no seed of the process. Python 3.11 to
3.13 know different versions of Unicode, so a text in characters assigned after version 14 may differ between them.

Cost is linear in the text: it is worked through in pieces of `_PIECE` characters cut at white space, and runs of combining marks are cut
at 30 first (the bound of Unicode's stream-safe text format, UAX 15 section 13), because normalising longer ones takes quadratic time.
"""

import unicodedata
from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["Shingles", "scrambled", "sequence", "shingles", "tokens"]

Shingles = NDArray[np.uint64]
"""Distinct shingle hashes in ascending order."""

_PIECE: Final = 1 << 18
_MOST_MARKS: Final = 30
_LONGEST_TOKEN: Final = 64
_EXTRA_TOKENS: Final = 2

# What a code point is to the tokeniser.
_SEPARATES, _WORD, _SINGLE, _VANISHES = range(4)
_SINGLE_SCRIPTS: Final = (
    (0x0E01, 0x0EDF),  # Thai, Lao
    (0x1000, 0x109F),  # Myanmar
    (0x1780, 0x17DD),  # Khmer
    (0x3005, 0x3007),  # ideographic iteration mark, closing mark and zero
    (0x3041, 0x30FF),  # hiragana, katakana
    (0x31F0, 0x31FF),  # katakana phonetic extensions
    (0x3400, 0x4DBF),  # Han, extension A
    (0x4E00, 0x9FFF),  # Han
    (0xF900, 0xFAFF),  # Han, compatibility
    (0x20000, 0x3FFFF),  # Han, all further extensions
)
_APOSTROPHES: Final = ("'", "\N{RIGHT SINGLE QUOTATION MARK}", "\N{LEFT SINGLE QUOTATION MARK}", "\N{MODIFIER LETTER APOSTROPHE}")
_PLANES: Final = 0x40000  # beyond lie only unassigned and private characters, and tags

_ODD: Final = np.uint64(0x9E3779B97F4A7C15)


def _kinds() -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """Tabulate what each code point is, and which ones are marks that normalising reorders."""
    kinds = np.full(_PLANES, _SEPARATES, dtype=np.uint8)
    marks = np.zeros(_PLANES, dtype=np.bool_)
    for code in range(0x20000):
        character = chr(code)
        category = unicodedata.category(character)
        if category[0] in "LMN":
            kinds[code] = _WORD
            marks[code] = category[0] == "M"
        elif category == "Cf":
            kinds[code] = _VANISHES
    kinds[0xE000:0xF900] = _SEPARATES
    for first, last in _SINGLE_SCRIPTS:
        span = kinds[first : last + 1]
        span[span == _WORD] = _SINGLE
    kinds[0x20000:] = _SINGLE
    for character in _APOSTROPHES:
        kinds[ord(character)] = _VANISHES
    return kinds, marks


def scrambled(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Spread values over all 64 bits (the finaliser of splitmix64; Steele, Lea and Flood 2014)."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


def _powers(count: int) -> NDArray[np.uint64]:
    """The first powers of an odd constant, modulo 2^64: the weights of a polynomial hash."""
    return np.cumprod(np.concatenate([np.ones(1, dtype=np.uint64), np.full(count - 1, _ODD)]), dtype=np.uint64)


_KINDS, _MARKS = _kinds()
_WEIGHTS: Final = _powers(_LONGEST_TOKEN)


def shingles(text: str, words: int) -> Shingles:
    """Return the distinct shingles of `words` words (`words` + 2 characters in scripts without spaces), ascending.

    >>> a, b = shingles("The ferry sailed at dawn.", 3), shingles("the FERRY sailed - at dawn", 3)
    >>> len(a), bool((a == b).all())
    (3, True)
    >>> len(shingles("Two words", 3)), len(shingles("...", 3))
    (1, 0)
    """
    distinct: Shingles = np.unique(sequence(text, words))
    return distinct


def sequence(text: str, words: int) -> NDArray[np.uint64]:
    """Return the shingles as they stand in the text, one for each token that one begins with.

    >>> len(sequence("again and again and again and again", 3)), len(shingles("again and again and again and again", 3))
    (5, 2)
    """
    hashes, single = tokens(text)
    found = _runs(hashes, words)
    if single.any():
        longer, single = _runs(hashes, words + _EXTRA_TOKENS), single[: len(found)]
        whole = ~single
        whole[: len(longer)] = True
        found[: len(longer)] = np.where(single[: len(longer)], longer, found[: len(longer)])
        found = found[whole]
    return found if len(found) else _runs(hashes, len(hashes))


def tokens(text: str) -> tuple[NDArray[np.uint64], NDArray[np.bool_]]:
    """Return the hash of each token in order, and which of them are single characters of a script without spaces."""
    parts = [_hashed(piece) for piece in _pieces(text)]
    if not parts:
        return np.zeros(0, dtype=np.uint64), np.zeros(0, dtype=np.bool_)
    return np.concatenate([hashes for hashes, _ in parts]), np.concatenate([single for _, single in parts])


def _pieces(text: str) -> list[str]:
    """Cut a text at white space into pieces that fit the arrays; where a piece has no white space it is cut where it ends."""
    pieces, at = [], 0
    while at < len(text):
        end = min(at + _PIECE, len(text))
        if end < len(text):
            end = max(text.rfind(" ", at, end), text.rfind("\n", at, end), at) + 1
            end = end if end > at + 1 else at + _PIECE
        pieces.append(text[at:end])
        at = end
    return pieces


def _codes(text: str) -> NDArray[np.uint32]:
    codes: NDArray[np.uint32] = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    return np.minimum(codes, _PLANES - 1) if len(codes) and int(codes.max()) >= _PLANES else codes


def _folded(text: str) -> NDArray[np.uint32]:
    """Code points of a text after NFKC and case folding, with runs of combining marks cut short."""
    if text.isascii():
        return _codes(text.lower())
    codes = _codes(text)
    mark = _MARKS[codes]
    if int(mark.sum()) > _MOST_MARKS:
        place = np.arange(len(codes))
        since = place - np.maximum.accumulate(np.where(mark, -1, place))
        text = codes[since <= _MOST_MARKS].tobytes().decode("utf-32-le", "surrogatepass")
    return _codes(unicodedata.normalize("NFKC", text).casefold())


def _hashed(text: str) -> tuple[NDArray[np.uint64], NDArray[np.bool_]]:
    """Hash the tokens of one piece: a sum of scrambled code points, weighted by their place in the token.

    A token longer than `_LONGEST_TOKEN` code points counts as several, which bounds the weights.
    """
    codes = _folded(text)
    kinds = _KINDS[codes]
    stays = kinds != _VANISHES
    codes, kinds = codes[stays], kinds[stays]
    inside = np.flatnonzero(kinds != _SEPARATES)
    if not len(inside):
        return np.zeros(0, dtype=np.uint64), np.zeros(0, dtype=np.bool_)
    codes, single = codes[inside], kinds[inside] == _SINGLE
    begins = np.ones(len(inside), dtype=np.bool_)
    begins[1:] = (np.diff(inside) > 1) | single[1:] | single[:-1]
    place = np.arange(len(inside))
    offset = place - np.maximum.accumulate(np.where(begins, place, 0))
    begins |= offset % _LONGEST_TOKEN == 0
    starts = np.flatnonzero(begins)
    weighted = scrambled((codes.astype(np.uint64) + np.uint64(1)) * _ODD) * _WEIGHTS[offset % _LONGEST_TOKEN]
    return scrambled(np.add.reduceat(weighted, starts)), single[starts]


def _runs(hashes: NDArray[np.uint64], length: int) -> NDArray[np.uint64]:
    """Hash every run of `length` tokens; their order counts."""
    count = max(len(hashes) - length + 1, 0) if length else 0
    total = np.full(count, length, dtype=np.uint64)
    for step in range(length if count else 0):
        total = total * _ODD + hashes[step : step + count]
    return scrambled(total)
