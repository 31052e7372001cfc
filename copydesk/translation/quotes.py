"""Quotation marks that no writer sets: a translator or a rewriter handled the words, and the marks fell where they fell.

Only the neighbours of a mark are judged, never its glyph. A mark is *opening* with a space (or the line's start) before it and none behind, *closing* the
other way round, *loose* between two spaces, *glued* between two letters.
"""

from collections.abc import Iterator

from copydesk.translation.rule import Hit, Rule, by_pattern
from copydesk.translation.view import View

__all__ = ["RULES"]

_BEFORE_OPENING = " ([{-\N{EN DASH}\N{EM DASH}/'"
_AFTER_CLOSING = " )]}-\N{EN DASH}\N{EM DASH}/'.,;:!?\N{HORIZONTAL ELLIPSIS}"
_STOPS = ".!?,"


def _shapes(view: View, start: int, end: int) -> Iterator[tuple[int, str]]:
    """Give each double quote of a paragraph with its shape."""
    text = view.text
    at = text.find('"', start, end)
    while at >= 0:
        space_before = at == start or text[at - 1] in _BEFORE_OPENING
        space_behind = at + 1 >= end or text[at + 1] in _AFTER_CLOSING
        yield at, ("loose" if space_behind else "opening") if space_before else ("closing" if space_behind else "glued")
        at = text.find('"', at + 1, end)


def _loose_closing(view: View) -> Iterator[Hit]:
    for start, end in view.paragraphs:
        is_open, last = False, start + len(view.text[start:end].rstrip()) - 1
        for at, shape in _shapes(view, start, end):
            if shape == "loose":
                after_stop = at - 2 >= start and view.text[at - 1] == " " and view.text[at - 2] in _STOPS
                if after_stop and (is_open or at == last):
                    yield Hit(at - 2, at + 1, "a closing quote after a full stop and a space; expected right after the stop")
                is_open = not is_open
            elif shape != "glued":
                is_open = shape == "opening"
            else:
                is_open = not is_open


def _unbalanced(view: View) -> Iterator[Hit]:
    for number, (start, end) in enumerate(view.paragraphs):
        opened = -1
        for at, shape in _shapes(view, start, end):
            if shape == "opening":
                if opened >= 0:
                    yield Hit(opened, opened + 1, "a quote opens here and another before it is closed")
                opened = at
            elif shape == "closing":
                # After a figure the mark may stand for inches.
                if opened < 0 and not view.text[at - 1].isdigit():
                    yield Hit(at, at + 1, "a quote closes here that was never opened in its paragraph")
                opened = -1
            else:
                opened = -1 if opened >= 0 else at if shape == "glued" else -1
        if opened >= 0 and not _goes_on(view, number):
            yield Hit(opened, opened + 1, "a quote opens here and is not closed in its paragraph")


def _goes_on(view: View, number: int) -> bool:
    """A quotation over several paragraphs opens each of them and closes the last."""
    following = view.paragraphs[number + 1 : number + 2]
    return any(view.text[start:end].lstrip().startswith('"') for start, end in following)


RULES = (
    Rule(
        name="glued_quote",
        family="quotes",
        weight="alone",
        means="a quotation mark stands between two words without any space",
        # Not in languages that put an ending to a quoted word: Azerbaijani, Tatar, Somali, Uzbek and Turkish writers set no space there.
        languages=("en", "de", "fr", "es", "pt", "it", "nl", "ca", "sv", "da", "nb", "no", "ro", "pl", "cs", "sk", "sl", "hr", "ru", "uk", "bg", "el"),
        web_only=True,
        anchor=r'[^ \n(\[{"-]"[^ \n.,;:!?)"]',
        find=by_pattern(
            r'(?:^|[\s(])\p{L}\p{Ll}+(")\p{Ll}{2,}(?:[\s.,;:!?")]|$)',
            "a quote between two letters; expected a space on one side of it",
        ),
    ),
    Rule(
        name="stray_quote",
        family="quotes",
        weight="alone",
        means="quotation marks and full stops follow each other with nothing between them",
        languages=("*",),
        web_only=True,
        anchor=r'[.!?] ""?[.!?]|""[.!?]|" "[.!?]',
        find=by_pattern(
            r'((?:[.!?] "{1,2}|""|" ")[.!?])(?:[ "\n]|$)',
            "'{found}': marks that close nothing; expected one stop and one closing quote",
        ),
    ),
    Rule(
        name="loose_closing_quote",
        family="quotes",
        weight="together",
        means="a closing quotation mark stands apart from its sentence, after the full stop and a space",
        languages=("*",),
        web_only=True,
        anchor=r'[.!?,] "',
        find=_loose_closing,
    ),
    Rule(
        name="unbalanced_quote",
        family="quotes",
        weight="together",
        means="a quotation is closed that was not opened in its paragraph, or the other way round",
        languages=("*",),
        anchor='"',
        find=_unbalanced,
    ),
)
