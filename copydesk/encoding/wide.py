"""UTF-16 and UTF-32 are told by their shape, because no mark is there or the mark cannot be trusted.

Text of two or four bytes a character holds bytes that no other text has (NUL and its neighbours) in numbers, and read in the right order it consists of
characters that exist. Read in the wrong order, or read from something else, it does not.
"""

import codecs
import unicodedata
from collections import Counter

import numpy as np

__all__ = ["BOMS", "WIDE", "decode_wide", "mark_lies", "wide_codec", "wide_holds"]

BOMS = (
    # UTF-32 before UTF-16: the little-endian mark of the one begins with that of the other
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
WIDE = ("utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be")
_SAMPLE = 8_192  # bytes
_CONTROL_BYTES = bytes(b for b in range(0x20) if b not in b"\t\n\v\f\r\x1b") + b"\x7f"
_ASCII_TEXT = bytes([*b"\t\n\v\f\r\x1b", *range(0x20, 0x7F)])
_CONTROLS = 0.02  # share of NUL and control bytes: none in 8-bit text, one in nine in Chinese UTF-16
_STRANGE = 0.10  # share of the characters, read in the right order; Chinese in the wrong order has .15 and more
_LIKE_TEXT = 0.6  # share of usual characters less that of strange ones; random bytes have .5, text .9 and more
_NEAR = 0.1  # of 11,000 East Asian texts of 8 characters the wrong order was better for 14, and within this for 31 more; of 5,800 of 15 for none
_SURE, _UNSURE = 0.95, 0.6
_HELD = 0.9  # share of usual characters in what was declared to be UTF-16
_LATIN = 0.65  # share of ASCII letters and spaces among the bytes: Latin text in one byte a letter has more, 994 of 1,000 East Asian texts in two have less
# Blocks that nearly all text is in, read in the right order; read in the wrong one East Asian text is scattered over all that there are.
_USUAL = ((0x0000, 0x1FFF), (0x2010, 0x206F), (0x3001, 0x30FF), (0x4E01, 0x9FFF), (0xA000, 0xA63F), (0xAC00, 0xD7A3), (0xFF01, 0xFFEF))
# Common East Asian letters and a space that are byte-swapped ASCII ("0", "N", "R", "_", "`", "g") and the other way round: they speak for neither order.
_EITHER = frozenset("\u3000\u4e00\u5200\u5f00\u6000\u67000NR_`g")
_SWAPPED_ASCII = 0x7F00
_LATIN_TEXT = bytes([*b" .,'-", *range(0x41, 0x5B), *range(0x61, 0x7B), *range(0xC0, 0x100)])  # as the Western code pages have it
_ASCII_LETTERS = b" ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_TELLING = 16  # bytes of valid UTF-8 without a NUL or a control: eight characters of UTF-16 give that in no language
_SURROGATES = (0xD800, 0xDBFF, 0xDC00, 0xDFFF)
_LAST = 0x10FFFF
_REPLACEMENT = 0xFFFD


def wide_codec(data: bytes) -> tuple[str, float]:
    """Tell UTF-16 and UTF-32 without a mark by the control bytes that no 8-bit text has and by how the text reads; return codec and confidence, or "" and 0.

    >>> wide_codec("No mark.".encode("utf-16-be")), wide_codec(b"No mark.")
    (('utf-16-be', 0.95), ('', 0.0))
    """
    sample = data[:_SAMPLE]
    controls = len(sample) - len(sample.translate(None, _CONTROL_BYTES))
    if len(sample) < 4 or controls <= _CONTROLS * len(sample) or _nul_separated(sample):  # noqa: PLR2004 - the bytes of one character
        return "", 0.0
    return _best(sample)


def wide_holds(data: bytes, codec: str) -> bool:
    r"""Say whether bytes that were declared to be UTF-16 or UTF-32 are, where they have too few control bytes to show it: East Asian text.

    Bytes of other encodings taken in pairs are private characters and halves of surrogate pairs, but those of plain Latin letters are common
    Chinese characters, so what is mostly letters is refused, and so is what is nothing but letters of a Western code page.

    >>> wide_holds("\N{CJK UNIFIED IDEOGRAPH-6E21}\N{CJK UNIFIED IDEOGRAPH-8F2A}".encode("utf-16-le"), "utf-16-le"), wide_holds(b"caf\xe9 crowd", "utf-16-le")
    (True, False)
    """
    sample = data[:_SAMPLE]
    if len(sample) - len(sample.translate(None, _ASCII_LETTERS)) >= _LATIN * len(sample) or not sample.translate(None, _LATIN_TEXT):
        return False
    return _best(sample)[0] == codec and _shares(sample, codec)[1] >= _HELD


def _best(sample: bytes) -> tuple[str, float]:
    """Choose the encoding whose characters exist and are usual ones; little-endian, which most of it is, where two read alike."""
    judged = [(strange, usual - strange, codec) for codec in WIDE for strange, usual in (_shares(sample, codec),)]
    ranked = sorted(((quality, codec) for strange, quality, codec in judged if strange <= _STRANGE and quality >= _LIKE_TEXT), key=lambda found: -found[0])
    if not ranked:
        return "", 0.0
    near = len(ranked) > 1 and ranked[0][0] - ranked[1][0] < _NEAR
    return ranked[0][1], _UNSURE if near else _SURE


def mark_lies(data: bytes) -> bool:
    """Say whether what follows a mark of UTF-16 or UTF-32 is plainly UTF-8: servers put a mark before what they send without looking at it.

    >>> mark_lies(b"This is plain ASCII text."), mark_lies("Now it is not.".encode("utf-16-le"))
    (True, False)
    """
    sample = data[:_SAMPLE]
    if len(sample) < _TELLING or len(sample) != len(sample.translate(None, _CONTROL_BYTES)):
        return False
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)
    except UnicodeDecodeError:
        return False
    return True


def decode_wide(data: bytes, codec: str) -> tuple[str, int]:
    r"""Decode UTF-16 or UTF-32 in linear time whatever it holds; return the text and how many U+FFFD stand in for what is no character.

    >>> decode_wide(b"a\x00\x00\xd8b\x00", "utf-16-le")
    ('a\ufffdb', 1)
    """
    size = 4 if codec.startswith("utf-32") else 2
    whole = len(data) // size * size
    units = np.frombuffer(data[:whole], dtype=f"{'<' if codec.endswith('le') else '>'}u{size}")
    if size == 2:  # noqa: PLR2004 - bytes
        high = (units >= _SURROGATES[0]) & (units <= _SURROGATES[1])
        low = (units >= _SURROGATES[2]) & (units <= _SURROGATES[3])
        led = np.concatenate(([False], high[:-1])) if len(units) else high
        followed = np.concatenate((low[1:], [False])) if len(units) else low
        bad = (high & ~followed) | (low & ~led)
    else:
        bad = (units > _LAST) | ((units >= _SURROGATES[0]) & (units <= _SURROGATES[3]))
    torn = int(whole < len(data))
    text = np.where(bad, units.dtype.type(_REPLACEMENT), units).astype(units.dtype).tobytes().decode(codec)
    return text + "\ufffd" * torn, int(bad.sum()) + torn


def _shares(sample: bytes, codec: str) -> tuple[float, float]:
    """Return the shares, of the characters that tell the orders apart, of those that no text has, and of those in blocks that nearly all text is in."""
    size = 4 if codec.startswith("utf-32") else 2
    counts = Counter(sample[: len(sample) // size * size].decode(codec, "replace"))
    telling = {c: n for c, n in counts.items() if c not in _EITHER}
    strange = {c for c in telling if _strange(c)}
    total = max(1, sum(telling.values()))
    return sum(telling[c] for c in strange) / total, sum(n for c, n in telling.items() if c not in strange and _usual(ord(c))) / total


def _strange(character: str) -> bool:
    """Say whether it is unassigned, private, a control, or on a multiple of 256 as byte-swapped ASCII is."""
    if character in "\t\n\v\f\r":
        return False
    swapped = not ord(character) & 0xFF and ord(character) < _SWAPPED_ASCII
    return swapped or character == "\ufffd" or unicodedata.category(character) in {"Cn", "Co", "Cs", "Cc"}


def _usual(code: int) -> bool:
    return any(first <= code <= last for first, last in _USUAL)


def _nul_separated(sample: bytes) -> bool:
    """Records of ASCII with NULs between them would read as Chinese UTF-16."""
    return not sample.translate(None, _ASCII_TEXT + b"\0") and 3 * sample.count(0) < len(sample)
