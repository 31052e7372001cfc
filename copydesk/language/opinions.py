"""What three identifiers say of a text: two fast ones, made by different people from different texts, and langdetect, which decides between them.

CLD2 (Google's, from Chromium; 165 languages) looks at sequences of four letters and knows when it does not know; ELD (60 languages) cuts words into
pieces of six letters. Each costs a hundredth of what langdetect costs, and where the two agree they are right more often than any of the three alone.
Whose word counts when is the business of `copydesk.language.weighing`.

Codes are ISO 639-1, or 639-3 where a language has none there; "und" is no opinion. Texts may hold any character: those that an identifier refuses
(controls, halves of surrogate pairs) are spaces to it. Models load once per process, langdetect's when it is first asked (0.25 s).
"""

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import eldc
import pycld2
from langdetect.detector_factory import PROFILES_DIRECTORY, DetectorFactory
from langdetect.lang_detect_exception import LangDetectException

__all__ = ["ELD_LANGUAGES", "LANGDETECT_LANGUAGES", "Opinion", "cld", "eld", "eld_codes", "langdetect", "legible", "named"]


class Opinion(NamedTuple):
    """A language code, whether the identifier calls it reliable, the share of the text that is in it (0 to 1), and how many bytes of text it went by."""

    language: str
    reliable: bool
    share: float = 1.0
    size: int = 0


_CODES = {
    # CLD2's and ELD's names of what ISO 639 names otherwise
    "bh": "bho",
    "iw": "he",
    "jw": "jv",
    "ku": "ckb",  # both know Kurdish in Arabic letters only, which is Sorani
    "nb": "no",
    "sit": "lif",
    "un": "und",
    "tlh": "und",  # languages that were made up, and scripts for which CLD2 has a code but no language
    "xx": "und",
    "xxx": "und",
    "zzb": "und",
    "zze": "und",
    "zzh": "und",
    "zzp": "und",
}
_NO_CHARACTERS = "".join(chr(plane + last) for plane in range(0, 0x110000, 0x10000) for last in (0xFFFE, 0xFFFF))
_REFUSED = re.compile(f"[\0-\x08\x0b\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef{_NO_CHARACTERS}]")
_SEED = 0


@cache
def named(code: str) -> str:
    """Return the ISO code for one of CLD2's, ELD's or langdetect's, without region or script.

    >>> [named(code) for code in ("zh-Hant", "iw", "xx-Copt", "en")]
    ['zh', 'he', 'und', 'en']
    """
    code = code.partition("-")[0].lower()
    return _CODES.get(code, code)


ELD_LANGUAGES = frozenset(map(named, eldc.LANGUAGES)) | {"nn"}  # it calls both Norwegian languages "no"
LANGDETECT_LANGUAGES = frozenset(named(path.name) for path in Path(PROFILES_DIRECTORY).iterdir() if path.is_file()) | {"nn"}


def legible(text: str) -> str:
    r"""Put a space in place of each character that an identifier would refuse the whole text for.

    >>> legible("wait\x07 a moment")
    'wait  a moment'
    """
    return _REFUSED.sub(" ", text)


def cld(text: str, *, guess: bool = False) -> Opinion:
    """Ask CLD2; with `guess` it names the likeliest language also where it is not sure of any."""
    try:
        reliable, size, found = pycld2.detect(text.encode(), isPlainText=True, bestEffort=guess)
    except (pycld2.error, UnicodeEncodeError):
        reliable, size, found = pycld2.detect(legible(text).encode(), isPlainText=True, bestEffort=guess)
    _, code, percent, _ = found[0]
    return Opinion(named(code), reliable and not guess, percent / 100, size)


def eld(text: str) -> Opinion:
    """Ask ELD, which reads the first 1,000 bytes; it would read no further than a NUL."""
    text = text.replace("\0", " ")
    try:
        found = _eld().detect_details(text)
    except UnicodeEncodeError:
        found = _eld().detect_details(legible(text))
    return Opinion(named(found.language), found.reliable)


def eld_codes(texts: Sequence[str]) -> list[str]:
    """Return ELD's own code for each text and nothing else: the cheapest opinion of all. `named` makes ISO codes of them."""
    detect = _eld().detect
    try:
        return [detect(text.replace("\0", " ")) for text in texts]
    except UnicodeEncodeError:
        return [detect(legible(text)) for text in texts]


def langdetect(text: str) -> str:
    """Return langdetect's code; it leaves words in capitals out, so a text that is all capitals is put in lower case first."""
    if sum(map(str.isupper, text)) > sum(map(str.islower, text)):
        text = text.lower()
    detector = _factory().create()
    detector.append(text)
    try:
        found = detector.get_probabilities()
    except LangDetectException:
        return "und"
    return named(found[0].lang) if found else "und"


@cache
def _eld() -> eldc.instance:
    """Return an instance of our own, which nobody else's settings reach."""
    eldc.init()
    return eldc.instance()


@cache
def _factory() -> DetectorFactory:
    """Load the profiles once, sorted by name: the order of a directory differs from machine to machine, and the sums with it."""
    factory = DetectorFactory()
    factory.load_json_profile([p.read_text(encoding="utf-8") for p in sorted(Path(PROFILES_DIRECTORY).iterdir()) if p.is_file()])
    factory.set_seed(_SEED)
    return factory
