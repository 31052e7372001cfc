"""Bytes become text here, once, and the answer says how it was found and how sure it is.

A wrong guess at this point garbles every later stage, and the garble looks like damage that was in the source. So the evidence that cannot
lie comes first: a byte order mark, the shape of UTF-16 and UTF-32, the escape sequences of ISO-2022 and HZ, valid UTF-8. What somebody declared is
believed where it decodes and no other reading is plainly better; servers declare by default, not by looking. `readings` decides the rest.
Nothing raises; what no encoding explains becomes U+FFFD, and is counted.

Almost everything is UTF-8, and costs little more than to decode it: what is asked before is asked of the first bytes, or is one search for a byte.
"""

import codecs
import re
from functools import cache

from copydesk.document import Decoding
from copydesk.encoding.charsets import codec_of
from copydesk.encoding.declared import charset_of_markup
from copydesk.encoding.mixed import decode_mixed
from copydesk.encoding.readings import Reading, probability, readings
from copydesk.encoding.seven_bit import SEVEN_BIT, seven_bit
from copydesk.encoding.wide import BOMS, WIDE, decode_wide, mark_lies, wide_codec, wide_holds

__all__ = ["decode", "looks_binary"]

_FIRST_HIGH = re.compile(rb"[\x80-\xff]")
_TAG = re.compile(rb"<[^<>]*>")
_C1 = re.compile("[\x80-\x9f]")  # no text has them; where ISO-8859 was declared, they are the quotation marks of a Windows code page
_CONTROLS = bytes(b for b in range(0x20) if b not in b"\t\n\v\f\r\x1b") + b"\x7f"
_HEAD = 1_024  # bytes before the first one beyond ASCII
_SAMPLE = 32_768  # bytes: the detector reads 2 MB a second
_PLAIN = 0.85  # a declared charset that scores less than this share of the best is plainly contradicted; of 5,300 right ones 10 were, and read alike
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
_KOREAN = b"\x1b$)C"  # announces ISO-2022-KR, which shifts in and out of it at each word
_SHIFTS = b"\x0e\x0f"
_MARKED = frozenset(mark[:1] for mark, _ in BOMS)
_TO_CEDILLAS = {
    ord("\N{LATIN CAPITAL LETTER S WITH COMMA BELOW}"): "\N{LATIN CAPITAL LETTER S WITH CEDILLA}",
    ord("\N{LATIN SMALL LETTER S WITH COMMA BELOW}"): "\N{LATIN SMALL LETTER S WITH CEDILLA}",
    ord("\N{LATIN CAPITAL LETTER T WITH COMMA BELOW}"): "\N{LATIN CAPITAL LETTER T WITH CEDILLA}",
    ord("\N{LATIN SMALL LETTER T WITH COMMA BELOW}"): "\N{LATIN SMALL LETTER T WITH CEDILLA}",
}
_CEDILLAS = frozenset(_TO_CEDILLAS.values())


def decode(data: bytes, declared: str = "") -> tuple[str, Decoding]:
    r"""Turn bytes into text; `declared` is the charset that a header or a record named, or "" (what a page says itself is looked for here).

    `Decoding.how` is one of

    * "bom": a byte order mark, and what follows it reads so;
    * "pattern": UTF-16 or UTF-32 by its shape;
    * "escapes": ISO-2022 or HZ by its escape sequences;
    * "strict": valid UTF-8, which ASCII is;
    * "lossy": UTF-8 with bytes in it that are none, replaced;
    * "mixed": UTF-8 with bytes in it that are none, of which some read well in another code page (see `mixed`);
    * "declared": the declared charset, which decodes and is not plainly contradicted;
    * "detected": what reads best; "fallback": windows-1252, because nothing does.

    `Decoding.replaced` is how many U+FFFD were put in for bytes that no encoding could explain; those that the source held are not counted.

    >>> text, found = decode(b"Ein sch\xf6ner Gru\xdf aus M\xfcnchen", "iso-8859-1")
    >>> text == "Ein sch\N{LATIN SMALL LETTER O WITH DIAERESIS}ner Gru\N{LATIN SMALL LETTER SHARP S} aus M\N{LATIN SMALL LETTER U WITH DIAERESIS}nchen"
    True
    >>> found.encoding, found.how
    ('cp1252', 'declared')
    """
    declared = declared.strip()
    mark, codec = _mark(data)
    if codec == "utf-8":
        text = _strictly(data[len(mark) :], codec)
        if text is not None:
            return text, Decoding(codec, declared, "bom")
    elif codec and not mark_lies(data[len(mark) :]):
        return _widely(data[len(mark) :], Decoding(codec, declared, "bom"))
    return _unmarked(data[len(mark) :], declared)


def looks_binary(data: bytes) -> str:
    r"""Say in words why these bytes are no text, or "" where they may be.

    A signature of letters alone ("BM", "MZ", "PAR1") begins many a sentence too: it counts only before bytes that no text has.

    >>> looks_binary(b"%PDF-1.7 ..."), looks_binary(b"GIF89a was a file format."), looks_binary(b"gr\xfc\xdfe")
    ('a PDF document', '', '')
    """
    sample = data[:_BINARY_SAMPLE]
    if not sample or any(sample.startswith(mark) for mark, _ in BOMS):
        return ""
    if _KOREAN in sample:
        sample = sample.translate(None, _SHIFTS)
    controls = _count(sample, _CONTROLS)
    kind = next((name for mark, name in _MAGIC if sample.startswith(mark) and (controls or mark == b"%PDF-")), "")
    if kind or wide_codec(sample)[0]:
        return kind
    if sample.count(0) > _BINARY_NULS * len(sample):
        return f"{sample.count(0)} of its first {len(sample)} bytes are NUL, and it is neither UTF-16 nor UTF-32"
    if controls > _BINARY_CONTROLS * len(sample):
        return f"{controls} of its first {len(sample)} bytes are control characters"
    return ""


def _unmarked(data: bytes, declared: str) -> tuple[str, Decoding]:
    return _by_escapes(data, declared) or _by_shape(data, declared) or _as_utf8(data, declared) or _by_reading(data, declared)


def _mark(data: bytes) -> tuple[bytes, str]:
    if data[:1] in _MARKED:
        for mark, codec in BOMS:
            if data.startswith(mark):
                return mark, codec
    return b"", ""


def _by_shape(data: bytes, declared: str) -> tuple[str, Decoding] | None:
    codec, confidence = wide_codec(data)
    return _widely(data, Decoding(codec, declared, "pattern", confidence)) if codec else None


def _by_escapes(data: bytes, declared: str) -> tuple[str, Decoding] | None:
    """Look before UTF-8 does, which would take them as they stand, and before the shape: the shifts of ISO-2022-KR are control characters."""
    if not data.isascii() or (b"\x1b" not in data and b"~{" not in data) or b"\0" in data:
        return None
    found = seven_bit(data, codec_of(declared))
    return (found[0], Decoding(found[1], declared, "escapes", 0.99)) if found else None


def _as_utf8(data: bytes, declared: str) -> tuple[str, Decoding] | None:
    text = _strictly(data, "utf-8")
    if text is not None:
        return text, Decoding("utf-8", declared, "strict")
    mixed = decode_mixed(data)
    return (mixed.text, Decoding("utf-8", declared, mixed.how, 0.9, mixed.replaced)) if mixed else None


def _by_reading(data: bytes, header: str) -> tuple[str, Decoding]:
    """Try what the header says, then what the page says, against what reads best."""
    markup = charset_of_markup(data)
    declared = header or markup
    sample = _sample(data)
    named = codec_of(markup)
    # A page whose own markup can be read byte by byte is not in UTF-16, whatever it says (HTML standard, section 13.2.3.2: it means UTF-8).
    for codec in dict.fromkeys((codec_of(header), "" if named in WIDE else named)):
        text = _strictly(data, codec) if codec else None
        if text is not None and _plausible(data, sample, codec):
            return text, Decoding(codec, declared, "declared", 0.95)
    found = readings(sample)
    if not found:
        return _replacing(data, Decoding("cp1252", declared, "fallback", 0.0))
    codec = _commas(data, found[0])
    return _replacing(data, Decoding(codec, declared, "detected", round(probability(found, sample), 4)))


def _plausible(data: bytes, sample: bytes, codec: str) -> bool:
    """Say whether a declared charset that decodes holds against the best other reading."""
    if codec in WIDE:
        return wide_holds(data, codec)
    if codec in SEVEN_BIT:
        return False  # the bytes are not of seven bits, and it was asked
    rivals = readings(sample, codec)
    text = sample.decode(codec, "replace")
    score = max((rival.score for rival in rivals if rival.codec == codec or rival.text == text), default=0.0)
    if not rivals or (_C1.search(text) and not _C1.search(rivals[0].text)):
        return not rivals
    return score >= _PLAIN * rivals[0].score


def _commas(data: bytes, reading: Reading) -> str:
    """Choose for Romanian between two encodings that differ in nothing but the marks under its letters.

    Windows-1250 and ISO-8859-2 have s and t with cedillas at the very bytes where ISO-8859-16 has them with commas. Romanian is written with
    commas (Unicode keeps the two apart since 3.0 for this reason), and no other language of these code pages has the t: so where
    all bytes can be read either way, they are read as the language is written.
    """
    if reading.codec not in {"cp1250", "iso8859-2"} or not (_CEDILLAS & set(reading.text)):
        return reading.codec
    commas = _strictly(data, "iso8859-16")
    return "iso8859-16" if commas is not None and commas.translate(_TO_CEDILLAS) == data.decode(reading.codec, "replace") else reading.codec


def _sample(data: bytes) -> bytes:
    """Take what surrounds the first byte beyond ASCII, without tags: they are no language, and the detector believes what they declare."""
    first = _FIRST_HIGH.search(data)
    start = max(0, first.start() - _HEAD) if first else 0
    return _TAG.sub(b" ", data[start : start + _SAMPLE])


def _strictly(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except UnicodeDecodeError:
        return None


def _widely(data: bytes, found: Decoding) -> tuple[str, Decoding]:
    text, replaced = decode_wide(data, found.encoding)
    return text, Decoding(found.encoding, found.declared, found.how, found.confidence, replaced)


def _replacing(data: bytes, found: Decoding) -> tuple[str, Decoding]:
    text = _strictly(data, found.encoding)
    if text is not None:
        return text, found
    text = codecs.charmap_decode(data, "strict", table)[0] if (table := _table(found.encoding)) else data.decode(found.encoding, "replace")
    return text, Decoding(found.encoding, found.declared, found.how, found.confidence, text.count("\ufffd"))


@cache
def _table(codec: str) -> str:
    """Return what each byte of a code page means, "" for an encoding of several bytes: millions of bytes without a meaning are then no errors to handle."""
    table = bytes(range(0x100)).decode(codec, "replace")
    return table if len(table) == 0x100 and all(bytes([b]).decode(codec, "replace") == c for b, c in enumerate(table)) else ""  # noqa: PLR2004 - all bytes


def _count(data: bytes, which: bytes) -> int:
    return len(data) - len(data.translate(None, which))
