"""Bytes become text here, once, and the answer says how it was found and how sure it is.

A wrong guess at this point garbles every later stage, and the garble looks like damage that was in the source. So the evidence that cannot
lie comes first: a byte order mark, the shape of UTF-16 and UTF-32, the escape sequences of ISO-2022, valid UTF-8. What somebody declared is
believed where it decodes and the detector does not plainly disagree; servers declare by default, not by looking. The detector (chardet 7)
decides the rest. Nothing raises; what no encoding explains becomes U+FFFD, and is counted.
"""

import codecs
import re
import unicodedata

import chardet

from copydesk.document import Decoding
from copydesk.encoding.charsets import SEVEN_BIT, codec_of, strange_letters, superset

__all__ = ["decode", "looks_binary"]

_BOMS = (
    # UTF-32 before UTF-16: the little-endian mark of the one begins with that of the other
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WIDE = ("utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be")
_ESCAPE = re.compile(rb"\x1b(?:\$[@ABC()]|\([BIJ])")
_HIGH = bytes(range(0x80, 0x100))
_FIRST_HIGH = re.compile(rb"[\x80-\xff]")
_CONTROLS = bytes(b for b in range(0x20) if b not in b"\t\n\v\f\r\x1b") + b"\x7f"
_ASCII_TEXT = bytes([*b"\t\n\v\f\r\x1b", *range(0x20, 0x7F)])
_HEAD = 1_024  # bytes: as far as browsers look for a declaration inside a page (HTML standard, "prescan a byte stream")
_SAMPLE = 65_536  # bytes: the detector reads 2 MB a second
_WIDE_SAMPLE = 8_192
_WIDE_CONTROLS = 0.02  # share of NUL and control bytes: none in 8-bit text, one in nine in Chinese UTF-16
_WIDE_STRANGE = 0.10  # share of the characters, read in the right order; Chinese in the wrong order has .15 and more
_UTF8_GOOD_PER_BAD = 10
_DOUBT = 0.95  # candidates as near to the best as this are told apart by the letters of the language
_PLAIN = 0.7  # a declared charset that scores less than this share of the best is plainly contradicted
_MAGIC = (
    (b"\x89PNG\r\n\x1a\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF87a", "a GIF image"),
    (b"GIF89a", "a GIF image"),
    (b"RIFF", "a RIFF file (WebP, WAV or AVI)"),
    (b"%PDF-", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"PK\x05\x06", "a ZIP archive"),
    (b"\x1f\x8b\x08", "gzip-compressed data"),
    (b"BZh", "bzip2-compressed data"),
    (b"\xfd7zXZ\x00", "xz-compressed data"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"\x28\xb5\x2f\xfd", "zstd-compressed data"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office document"),
    (b"\x7fELF", "an ELF program"),
    (b"MZ", "a Windows program"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"PAR1", "a Parquet file"),
    (b"ARROW1", "an Arrow file"),
    (b"OggS", "an Ogg file"),
    (b"ID3", "an MP3 file"),
    (b"fLaC", "a FLAC file"),
    (b"wOFF", "a web font"),
    (b"wOF2", "a web font"),
)
_BINARY_SAMPLE = 65_536
_BINARY_NULS = 0.01  # share of the bytes: a stray NUL is damage that the encoding stage removes, one in a hundred is no text
_BINARY_CONTROLS = 0.05  # share of the bytes: compressed data has one in ten


def decode(data: bytes, declared: str = "") -> tuple[str, Decoding]:
    r"""Turn bytes into text; `declared` is the charset that a header or a record named, or "".

    `Decoding.how` is one of "strict", "bom", "pattern" (UTF-16 or UTF-32 without a mark), "escapes", "lossy" (UTF-8 with a few bad bytes),
    "declared", "detected", "fallback". `Decoding.replaced` is how many U+FFFD were put in for bytes that no encoding could explain.

    >>> text, found = decode(b"Ein sch\xf6ner Gru\xdf aus M\xfcnchen", "iso-8859-1")
    >>> text == "Ein sch\N{LATIN SMALL LETTER O WITH DIAERESIS}ner Gru\N{LATIN SMALL LETTER SHARP S} aus M\N{LATIN SMALL LETTER U WITH DIAERESIS}nchen"
    True
    >>> found.encoding, found.how
    ('cp1252', 'declared')
    """
    declared = declared.strip()
    for judge in (_by_mark, _by_pattern, _by_escapes, _by_utf8, _by_declaration, _by_detector):
        found = judge(data, declared)
        if found is not None:
            return found
    return _replacing(data, "cp1252", Decoding("cp1252", declared, "fallback", 0.0))


def looks_binary(data: bytes) -> str:
    r"""Say in words why these bytes are no text, or "" where they may be.

    A signature of letters alone ("BM", "MZ", "PAR1") begins many a sentence too: it counts only before bytes that no text has.

    >>> looks_binary(b"%PDF-1.7 ..."), looks_binary(b"GIF89a was a file format."), looks_binary(b"gr\xfc\xdfe")
    ('a PDF document', '', '')
    """
    sample = data[:_BINARY_SAMPLE]
    if not sample or any(sample.startswith(mark) for mark, _ in _BOMS):
        return ""
    controls = _count(sample, _CONTROLS)
    kind = next((name for mark, name in _MAGIC if sample.startswith(mark) and (controls or mark == b"%PDF-")), "")
    if kind or _wide_codec(sample):
        return kind
    if sample.count(0) > _BINARY_NULS * len(sample):
        return f"{sample.count(0)} of its first {len(sample)} bytes are NUL, and it is neither UTF-16 nor UTF-32"
    if controls > _BINARY_CONTROLS * len(sample):
        return f"{controls} of its first {len(sample)} bytes are control characters"
    return ""


def _by_mark(data: bytes, declared: str) -> tuple[str, Decoding] | None:
    for mark, codec in _BOMS:
        if data.startswith(mark):
            return _replacing(data[len(mark) :], codec, Decoding(codec, declared, "bom"))
    return None


def _by_pattern(data: bytes, declared: str) -> tuple[str, Decoding] | None:
    codec = _wide_codec(data)
    return _replacing(data, codec, Decoding(codec, declared, "pattern", 0.95)) if codec else None


def _by_escapes(data: bytes, declared: str) -> tuple[str, Decoding] | None:
    """Look before UTF-8 does: these encodings are made of ASCII bytes, which UTF-8 would take as they stand."""
    named = codec_of(declared)
    if not data.isascii() or not (_ESCAPE.search(data) or named == "hz"):
        return None
    for codec in (named, *SEVEN_BIT[:-1]) if named in SEVEN_BIT else SEVEN_BIT[:-1]:
        text = _strictly(data, codec)
        if text is not None:
            return text, Decoding(codec, declared, "escapes", 0.99)
    return None


def _by_utf8(data: bytes, declared: str) -> tuple[str, Decoding] | None:
    text = _strictly(data, "utf-8")
    if text is not None:
        return text, Decoding("utf-8", declared, "strict")
    sound = data.decode("utf-8", "ignore")
    bad = data.decode("utf-8", "replace").count("\ufffd") - sound.count("\ufffd")
    good = len(sound) - (len(data) - _count(data, _HIGH))
    return _replacing(data, "utf-8", Decoding("utf-8", declared, "lossy", 0.9)) if good >= _UTF8_GOOD_PER_BAD * bad else None


def _by_declaration(data: bytes, declared: str) -> tuple[str, Decoding] | None:
    codec = codec_of(declared)
    text = _strictly(data, codec) if codec else None
    if text is None:
        return None
    return None if _contradicted(data, codec) else (text, Decoding(codec, declared, "declared", 0.95))


def _contradicted(data: bytes, codec: str) -> bool:
    """Say whether the detector finds another reading far likelier, or one in the language's own letters where this one is not."""
    sample = _sample(data)
    candidates = _candidates(sample)
    if not candidates:
        return False
    best, confidence, language = candidates[0]
    text = sample.decode(codec, "replace")
    if max((c for name, c, _ in candidates if sample.decode(name, "replace") == text), default=0.0) < _PLAIN * confidence:
        return True
    return strange_letters(text, language) > max(2, 4 * strange_letters(sample.decode(best, "replace"), language))


def _by_detector(data: bytes, declared: str) -> tuple[str, Decoding] | None:
    sample = _sample(data)
    candidates = _candidates(sample)
    if not candidates:
        return None
    codec, confidence, language = candidates[0]
    near = [name for name, c, _ in candidates if c >= _DOUBT * confidence]
    codec = min(near, key=lambda name: strange_letters(sample.decode(name, "replace"), language))
    return _replacing(data, codec, Decoding(codec, declared, "detected", round(confidence, 4)))


def _candidates(sample: bytes) -> list[tuple[str, float, str]]:
    """Return what the detector thinks of the sample: codec, confidence, language; the best first."""
    # The line feed hides the start: "BM" and "MZ" open sentences too, and whether this is a file of another kind was asked before.
    found = chardet.detect_all(b"\n" + sample, compat_names=False)
    return [(superset(c["encoding"]), c["confidence"], c["language"] or "") for c in found if c["encoding"]]


def _sample(data: bytes) -> bytes:
    """Take the head, which may hold a declaration, and what follows the first byte beyond ASCII, which is where a character begins."""
    first = _FIRST_HIGH.search(data)
    start = max(0, first.start() - _HEAD) if first else 0
    return data[: min(start, _HEAD)] + data[start : start + _SAMPLE]


def _wide_codec(data: bytes) -> str:
    """Tell UTF-16 and UTF-32 without a mark by the control bytes that no 8-bit text has and by how the text reads, or return ""."""
    sample = data[:_WIDE_SAMPLE]
    if _count(sample, _CONTROLS) <= _WIDE_CONTROLS * len(sample) or _nul_separated(sample):
        return ""
    sample = sample[: len(sample) // 4 * 4]
    readings = [(_strangeness(sample.decode(codec, "replace")), codec) for codec in _WIDE]
    least, codec = min(readings, key=lambda reading: reading[0])
    return codec if sample and least <= _WIDE_STRANGE else ""


def _nul_separated(sample: bytes) -> bool:
    """Records of ASCII with NULs between them would read as Chinese UTF-16."""
    return not sample.translate(None, _ASCII_TEXT + b"\0") and 3 * sample.count(0) < len(sample)


def _strangeness(text: str) -> float:
    """Return the share of characters that text does not have: unassigned, private, control, or on a multiple of 256 as byte-swapped ASCII is."""
    return sum(map(_strange, text)) / max(1, len(text))


def _strange(character: str) -> bool:
    if character in "\t\n\v\f\r":
        return False
    return unicodedata.category(character) in {"Cn", "Co", "Cs", "Cc"} or not ord(character) & 0xFF or character == "\ufffd"


def _strictly(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except UnicodeDecodeError:
        return None


def _replacing(data: bytes, codec: str, found: Decoding) -> tuple[str, Decoding]:
    text = _strictly(data, codec)
    if text is not None:
        return text, found
    text = data.decode(codec, "replace")
    replaced = text.count("\ufffd") - data.decode(codec, "ignore").count("\ufffd")
    return text, Decoding(found.encoding, found.declared, found.how, found.confidence, replaced)


def _count(data: bytes, which: bytes) -> int:
    return len(data) - len(data.translate(None, which))
