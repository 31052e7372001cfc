"""The names under which every version of copydesk is scored, so that its figures can be compared over time.

Each function has the shape that the scorer of a data set calls. They use the defaults unless they say otherwise: what is scored is what a user gets.
"""

from copydesk import boilerplate
from copydesk.encoding import decode as decoding
from copydesk.language import identify
from copydesk.settings import BoilerplateSettings, LanguageSettings
from copydesk.translation import score

__all__ = ["decode", "keep_lines", "keep_lines_safe", "language", "main_text", "translation"]

_LANGUAGE = LanguageSettings()
_BOILERPLATE = BoilerplateSettings()
_FULL = BoilerplateSettings(line_model="full")


def decode(data: bytes) -> str:
    """Return the text of bytes whose encoding nobody declared."""
    return decoding.decode(data)[0]


def language(text: str) -> str:
    """Return the ISO 639-1 code of a text, "und" where it cannot be told."""
    return identify.identify(text, _LANGUAGE).language


def translation(text: str) -> float:
    """Return how much an English text reads like machine translation, 0 to 1."""
    return score(text, "en")


def keep_lines(lines: list[str], lang: str) -> list[bool]:
    """Say of each line of a page whether it is kept, where much is to be found."""
    return boilerplate.keep_lines(lines, lang, _FULL)


def keep_lines_safe(lines: list[str], lang: str) -> list[bool]:
    """The same at the point that is the default for publishing, where next to nothing may be lost."""
    return boilerplate.keep_lines(lines, lang, _BOILERPLATE)


def main_text(html: str, lang: str) -> str:
    """Return the main text of an HTML page."""
    return boilerplate.main_text(html, lang)
