r"""Encodings that are made of ASCII bytes alone (ISO-2022, HZ) must be looked for before UTF-8, which would take them as they stand.

They say of themselves what they are, by escape sequences: without those nothing here applies, and asking costs two searches for a byte.
UTF-7 is never decoded. It has no mark of its own ("+ADw-" may be meant as it stands), browsers have dropped it because it smuggles markup past every filter
(WHATWG Encoding Standard, section 4.2: no label names it), and no archive of news uses it.
"""

import codecs
import re

__all__ = ["SEVEN_BIT", "seven_bit"]

SEVEN_BIT = ("iso2022_jp", "iso2022_jp_2", "iso2022_jp_2004", "iso2022_jp_ext", "iso2022_kr", "hz")
_ESCAPE = re.compile(rb"\x1b(?:\$[@ABC()]|\([BIJ])")
_KOREAN = b"\x1b$)C"
_HZ = re.compile(rb"~\{((?:[\x21-\x77][\x21-\x7e]){1,400}+)~\}")
_SAMPLE = 65_536  # bytes
_COMMON_HAN = 0.9  # share of the two-byte characters of GB 2312 in its first level or among its signs: rare ones mean that it is no Chinese
_COMMON_LEADS = bytes([*range(0x21, 0x2A), *range(0x30, 0x58)])
_FEWEST = 2  # two-byte characters, without a declaration that says HZ


def seven_bit(data: bytes, named: str) -> tuple[str, str] | None:
    r"""Return text and codec where the bytes are ASCII with the escape sequences of ISO-2022 or HZ, else None; `named` is the codec that was declared.

    >>> seven_bit(b"\x1b$B%U%'%j!<\x1b(B", "")[1], seven_bit(b"~{VPND~}", "")[1], seven_bit(b"plain", "")
    ('iso2022_jp', 'hz', None)
    """
    if b"\x1b" in data:
        if not _ESCAPE.search(data):
            return None
        # The Japanese codecs let the shifts of the Korean one through as control characters.
        codecs_ = ("iso2022_kr",) if _KOREAN in data else SEVEN_BIT[:-1]
    elif named == "hz" or _reads_as_hz(data):
        codecs_ = ("hz",)
    else:
        return None
    for codec in dict.fromkeys((named, *codecs_) if named in codecs_ else codecs_):
        text = _strictly(data, codec)
        if text is not None:
            return text, codec
    return None


def _reads_as_hz(data: bytes) -> bool:
    """Say whether what stands between the braces is common Chinese; "~{" alone occurs in program text."""
    pairs = b"".join(_HZ.findall(data[:_SAMPLE])) if b"~{" in data else b""
    leads = pairs[::2]
    common = len(leads) - len(leads.translate(None, _COMMON_LEADS))
    return len(leads) >= _FEWEST and common >= _COMMON_HAN * len(leads)


def _strictly(data: bytes, codec: str) -> str | None:
    """Decode the head before the whole: a flood of escape sequences is then refused at once, five times over."""
    try:
        codecs.getincrementaldecoder(codec)().decode(data[:_SAMPLE], final=len(data) <= _SAMPLE)
        return data.decode(codec)
    except UnicodeError:
        return None
