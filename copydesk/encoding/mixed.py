r"""UTF-8 with bytes in it that are none: a cut at either end, a flipped bit, or a passage that was pasted in from another encoding.

The standard answer (WHATWG) is U+FFFD for each of them, and what they said is lost. A passage pasted in still reads, letter by letter, in the code page that it
came from; so a run of such bytes is read in it where that gives text, and replaced where it does not. The difference is recorded ("mixed", not "lossy").

What is never read so, because it is what damage to UTF-8 leaves behind: the beginning of a character without its end, the end without its beginning
(unless it is a quotation mark or a dash, which have no such twin among the letters), a capital or a sign inside a word. Nor 0xFE and 0xFF in the
western code page, thorn and y with diaeresis: they are padding, or a mark of UTF-16 that stands amid the text, unless the text is written with these letters.
"""

import re
from typing import NamedTuple

from copydesk.encoding.readings import letters_of, readings, strangeness

__all__ = ["Mixed", "decode_mixed"]

_RUN = re.compile("[\udc80-\udcff]+")
_SOUND = re.compile("[^\x00-\x7f\udc80-\udcff]+")
_GOOD_PER_BAD = 2  # characters of UTF-8 beyond ASCII for each byte that is none: of 9,000 texts in other encodings none gave more than .6
_GOOD_PER_READ = 1  # the same where all of those bytes read well in a code page; UTF-8 in the lines between is no accident either
_MOST_RUNS = 5_000  # a passage or two; more is no passage, and is not looked at one by one
_DETECT_FROM = 24  # bytes: fewer say nothing about their code page, and windows-1252 is by far the commonest to be pasted
_SAMPLE = 16_384
_DEFAULT = "cp1252"
_TYPOGRAPHY = frozenset(
    "\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}"
    "\N{DOUBLE LOW-9 QUOTATION MARK}\N{EN DASH}\N{EM DASH}\N{HORIZONTAL ELLIPSIS}"
    "\N{LEFT-POINTING DOUBLE ANGLE QUOTATION MARK}\N{RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK}"
)
_FILLERS = frozenset("\N{LATIN SMALL LETTER THORN}\N{LATIN SMALL LETTER Y WITH DIAERESIS}")  # 0xFE and 0xFF in windows-1252, in UTF-8 never
_LEADS = frozenset({b"\xc2", b"\xc3"})  # what most often begins a character of UTF-8, and two capitals that hardly begin a word
# Java and Oracle write a character beyond the first plane as two surrogates of three bytes each (CESU-8, Unicode Technical Report 26).
_SURROGATE_PAIRS = re.compile(rb"(?:\xed[\xa0-\xaf][\x80-\xbf]\xed[\xb0-\xbf][\x80-\xbf])+")


class Mixed(NamedTuple):
    """The text, how it was found ("lossy" or "mixed"), and how many U+FFFD stand in for bytes."""

    text: str
    how: str
    replaced: int


def decode_mixed(data: bytes) -> Mixed | None:
    r"""Decode bytes that are no valid UTF-8 as UTF-8 with foreign bytes in it, or return None where they are another encoding.

    >>> decode_mixed("\N{LATIN SMALL LETTER E WITH ACUTE}t\N{LATIN SMALL LETTER E WITH ACUTE} ".encode() + b"fran\xe7ais")[1:]
    ('mixed', 0)
    >>> decode_mixed(b"fran\xe7ais")
    """
    if data.count(b"\xed") <= _MOST_RUNS:
        whole = _SURROGATE_PAIRS.sub(_joined, data)
        if len(whole) < len(data):
            found = decode_mixed(whole) or _read(whole.decode("utf-8", "surrogateescape"))
            return found._replace(how="mixed")
    marked = data.decode("utf-8", "surrogateescape")
    sound = marked.encode("utf-8", "ignore")
    bad = len(data) - len(sound)
    good = len(marked) - bad - _ascii(data)
    if good < _GOOD_PER_READ * bad:
        return None
    if bad <= _MOST_RUNS:
        found = _read(marked)
        # A lone bad byte beside a lone good character is as likely a pair of letters of another encoding.
        if good >= _GOOD_PER_BAD * bad or (found.how == "mixed" and not found.replaced):
            return found
    if good < _GOOD_PER_BAD * bad:
        return None
    text = data.decode("utf-8", "replace")
    return Mixed(text, "lossy", text.count("\ufffd") - marked.count("\ufffd"))


def _read(marked: str) -> Mixed:
    """Go over the runs of bytes that are no UTF-8 (as surrogates in `marked`), each with its neighbours."""
    codec, language = _codec(marked)
    unread = frozenset(c for c in _FILLERS - letters_of(language) if c not in marked)
    parts: list[str] = []
    end = read = replaced = 0
    for run in _RUN.finditer(marked):
        data = run[0].encode("ascii", "surrogateescape")
        before, after = marked[run.start() - 1 : run.start()] if run.start() else "", marked[run.end() : run.end() + 1]
        text = _meaning(data, codec, before, after)
        if text is None or not unread.isdisjoint(text):
            text = data.decode("utf-8", "replace")
            replaced += len(text)
        else:
            read += 1
        parts += (marked[end : run.start()], text)
        end = run.end()
    return Mixed("".join((*parts, marked[end:])), "mixed" if read else "lossy", replaced)


def _meaning(run: bytes, codec: str, before: str, after: str) -> str | None:
    """Return what a run says in the other encoding, or None where it is damage."""
    if run in _LEADS or _torn(run, after):
        return None
    try:
        text = run.decode(codec)
    except UnicodeDecodeError:
        return None
    if 0x80 <= run[0] < 0xC0 and codec == _DEFAULT and not _TYPOGRAPHY.issuperset(text):  # noqa: PLR2004 - what continues a character of UTF-8
        return None
    return text if strangeness(before + text + after) == 0 else None


def _joined(pairs: re.Match[bytes]) -> bytes:
    return pairs[0].decode("utf-8", "surrogatepass").encode("utf-16-le", "surrogatepass").decode("utf-16-le").encode()


def _torn(run: bytes, after: str) -> bool:
    """Say whether the run holds a character of UTF-8 that was begun and not ended, or one cut off at the very end of the text."""
    try:
        run.decode("utf-8")
    except UnicodeDecodeError as fault:
        return fault.end - fault.start > 1 or (not after and fault.reason == "unexpected end of data")
    return False


def _codec(marked: str) -> tuple[str, str]:
    """Ask the detector which code page and language the lines with such bytes are in, their sound characters left out."""
    if len(_RUN.sub("", marked)) > len(marked) - _DETECT_FROM:
        return _DEFAULT, ""
    lines = "\n".join(_SOUND.sub(" ", line) for line in marked.split("\n") if _RUN.search(line))
    found = readings(lines.encode("ascii", "surrogateescape")[:_SAMPLE])
    return (found[0].codec, found[0].language) if found else (_DEFAULT, "")


def _ascii(data: bytes) -> int:
    return len(data.translate(None, bytes(range(0x80, 0x100))))
