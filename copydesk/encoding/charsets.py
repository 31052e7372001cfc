"""What the names of charsets mean: the tables, apart from the judgement in `decode`.

Legacy names mean what browsers take them to mean (WHATWG Encoding Standard, section 4.2): ISO-8859-1 is windows-1252, GB2312 is GB18030.
Only text encodings from the list below are ever used, so that no label reaches a codec that is none (zip, rot13, idna).
"""

import codecs
import re

from copydesk.encoding.seven_bit import SEVEN_BIT
from copydesk.encoding.wide import WIDE

__all__ = ["EBCDIC", "RARE", "codec_of", "superset"]

_WINDOWS = (874, 932, 949, 950, *range(1250, 1259))
_DOS = (437, 720, 737, 775, 850, 852, 855, 856, 857, 858, *range(860, 867), 869, 1006, 1125)
_EBCDIC = (273, 424, 500, 875, 1026, 1140)
EBCDIC = frozenset({"cp037", *(f"cp{n}" for n in _EBCDIC)})
_ALLOWED = frozenset(
    {
        *SEVEN_BIT,
        *WIDE,
        *(f"cp{n}" for n in (*_WINDOWS, *_DOS, *_EBCDIC)),
        *(f"iso8859-{n}" for n in (*range(2, 9), 10, 13, 14, 15, 16)),
        *(f"mac-{name}" for name in ("cyrillic", "greek", "iceland", "latin2", "roman", "turkish")),
        *("big5hkscs", "cp037", "euc_jis_2004", "euc_jp", "gb18030", "hp-roman8", "johab", "koi8-r", "koi8-t", "koi8-u", "kz1048", "ptcp154"),
    }
)
# Hardly any text of the web or of a news archive is in these; where a common encoding reads a text as well, it is the common one.
RARE = frozenset(
    {
        *(f"cp{n}" for n in (437, 720, 737, 775, 856, 857, 858, 860, 861, 863, 864, 865, 869, 1006, 1125, *_EBCDIC)),
        *(f"iso8859-{n}" for n in (3, 4, 10, 14, 16)),
        *(f"mac-{name}" for name in ("greek", "iceland", "latin2", "turkish")),
        *("cp037", "hp-roman8"),
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
    "csunicode": "utf-16-le",
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
    # without a mark they are little-endian (Encoding Standard, section 4.2)
    "utf-16": "utf-16-le",
    "ucs-2": "utf-16-le",
    "unicode": "utf-16-le",
    "utf-32": "utf-32-le",
}
_LABEL = re.compile(r"[A-Za-z0-9_.:-]{1,40}")


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
