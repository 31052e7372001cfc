"""What the names of charsets mean, and which letters a language is written with: the tables, apart from the judgement in `decode`.

Legacy names mean what browsers take them to mean (WHATWG Encoding Standard, section 4.2): ISO-8859-1 is windows-1252, GB2312 is GB18030.
Only text encodings from the list below are ever used, so that no label reaches a codec that is none (zip, rot13, idna).
The letters are the main exemplar sets of Unicode CLDR, lower case, beyond ASCII.
"""

import codecs
import json
import re
import unicodedata
from functools import cache
from importlib.resources import files

__all__ = ["SEVEN_BIT", "codec_of", "strange_letters", "superset"]

SEVEN_BIT = ("iso2022_jp", "iso2022_jp_2", "iso2022_jp_2004", "iso2022_jp_ext", "iso2022_kr", "hz")
_WINDOWS = (874, 932, 949, 950, *range(1250, 1259))
_DOS = (437, 720, 737, 775, 850, 852, 855, 856, 857, 858, *range(860, 867), 869, 1006, 1125)
_EBCDIC = (273, 424, 500, 875, 1026, 1140)
_ALLOWED = frozenset(
    {
        *SEVEN_BIT,
        *(f"cp{n}" for n in (*_WINDOWS, *_DOS, *_EBCDIC)),
        *(f"iso8859-{n}" for n in (*range(2, 9), 10, 13, 14, 15, 16)),
        *(f"mac-{name}" for name in ("cyrillic", "greek", "iceland", "latin2", "roman", "turkish")),
        *("big5hkscs", "cp037", "euc_jis_2004", "euc_jp", "gb18030", "hp-roman8", "johab", "koi8-r", "koi8-t", "koi8-u", "kz1048", "ptcp154"),
    }
)
_SUPERSETS = {
    "ascii": "cp1252",
    "big5": "big5hkscs",
    "euc_kr": "cp949",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "shift_jis": "cp932",
    "shift_jis_2004": "cp932",
    "tis-620": "cp874",
}
_LABELS = {
    # labels of the Encoding Standard that Python does not know
    "csgb2312": "gb18030",
    "dos-874": "cp874",
    "iso-8859-8-e": "iso8859-8",
    "iso-8859-8-i": "iso8859-8",
    "logical": "iso8859-8",
    "visual": "iso8859-8",
    "windows-31j": "cp932",
    "windows-874": "cp874",
    "x-cp1250": "cp1250",
    "x-cp1251": "cp1251",
    "x-cp1252": "cp1252",
    "x-euc-jp": "euc_jp",
    "x-gbk": "gb18030",
    "x-mac-cyrillic": "mac-cyrillic",
    "x-mac-roman": "mac-roman",
    "x-mac-ukrainian": "mac-cyrillic",
    "x-sjis": "cp932",
}
_LABEL = re.compile(r"[A-Za-z0-9_.:-]{1,40}")
_INNOCENT = frozenset({"Pd", "Pi", "Pf", "Zs", "Cf"})  # dashes, quotes, spaces, soft hyphens: typography of every language
_INNOCENT_SIGNS = frozenset(
    "\N{HORIZONTAL ELLIPSIS}\N{BULLET}\N{MIDDLE DOT}\N{EURO SIGN}\N{POUND SIGN}\N{COPYRIGHT SIGN}\N{REGISTERED SIGN}\N{TRADE MARK SIGN}"
    "\N{DEGREE SIGN}\N{SECTION SIGN}\N{SUPERSCRIPT TWO}\N{VULGAR FRACTION ONE HALF}\N{SINGLE LOW-9 QUOTATION MARK}\N{DOUBLE LOW-9 QUOTATION MARK}"
)


def superset(codec: str) -> str:
    """Return the codec that the name stands for in practice: the one that decodes what pages of that name hold.

    >>> superset("iso8859-1"), superset("koi8-r")
    ('cp1252', 'koi8-r')
    """
    return _SUPERSETS.get(codec, codec)


def codec_of(label: str) -> str:
    """Return the Python codec that a label names, or "" where it names none that is a legacy text encoding.

    >>> codec_of("ISO-8859-1"), codec_of("x-sjis"), codec_of("rot13"), codec_of("no such thing")
    ('cp1252', 'cp932', '', '')
    """
    label = label.strip().lower()
    if not _LABEL.fullmatch(label):
        return ""
    if label in _LABELS:
        return _LABELS[label]
    try:
        found = superset(codecs.lookup(label).name)
    except LookupError:
        return ""
    return found if found in _ALLOWED else ""


def strange_letters(text: str, language: str) -> int:
    """Count the characters beyond ASCII that the language is not written with: the sign of a wrong neighbour among the code pages.

    0 for a language without a table.
    """
    letters = _letters().get(language)
    if letters is None:
        return 0
    return sum(1 for c in text if c > "\x7f" and c.lower() not in letters and unicodedata.category(c) not in _INNOCENT and c not in _INNOCENT_SIGNS)


@cache
def _letters() -> dict[str, frozenset[str]]:
    """Read the table once; it never changes."""
    table = json.loads((files("copydesk.encoding") / "letters.json").read_text(encoding="utf-8"))
    return {language: frozenset(letters) for language, letters in table.items()}
