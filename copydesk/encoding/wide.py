"""UTF-16 and UTF-32 are told by their shape, because no mark is there or the mark cannot be trusted.

Text of two or four bytes a character holds bytes that no other text has (NUL and its neighbours) in numbers, and read in the right order it consists of
characters that exist. Read in the wrong order, or read from something else, it does not.
"""

import codecs
import unicodedata

import numpy as np

__all__ = ["BOMS", "WIDE", "decode_wide", "mark_lies", "strange_share", "wide_codec"]

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
_TELLING = 16  # bytes of valid UTF-8 without a NUL or a control: eight characters of UTF-16 give that in no language
_SURROGATES = (0xD800, 0xDBFF, 0xDC00, 0xDFFF)
_LAST = 0x10FFFF
_REPLACEMENT = 0xFFFD


def wide_codec(data: bytes) -> str:
    """Tell UTF-16 and UTF-32 without a mark by the control bytes that no 8-bit text has and by how the text reads, or return "".

    >>> wide_codec("No mark.".encode("utf-16-be")), wide_codec(b"No mark.")
    ('utf-16-be', '')
    """
    sample = data[:_SAMPLE]
    if len(sample) - len(sample.translate(None, _CONTROL_BYTES)) <= _CONTROLS * len(sample) or _nul_separated(sample):
        return ""
    least, codec = min((strange_share(sample, codec), codec) for codec in WIDE)
    return codec if len(sample) >= 4 and least <= _STRANGE else ""  # noqa: PLR2004 - the bytes of one character


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


def strange_share(data: bytes, codec: str) -> float:
    """Return the share of characters that text does not have: unassigned, private, control, or on a multiple of 256 as byte-swapped ASCII is."""
    sample = data[:_SAMPLE]
    text = sample[: len(sample) // 4 * 4].decode(codec, "replace")
    return sum(map(_strange, text)) / max(1, len(text))


def _strange(character: str) -> bool:
    if character in "\t\n\v\f\r":
        return False
    return unicodedata.category(character) in {"Cn", "Co", "Cs", "Cc"} or not ord(character) & 0xFF or character == "\ufffd"


def _nul_separated(sample: bytes) -> bool:
    """Records of ASCII with NULs between them would read as Chinese UTF-16."""
    return not sample.translate(None, _ASCII_TEXT + b"\0") and 3 * sample.count(0) < len(sample)
