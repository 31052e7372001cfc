r"""Words that a narrow column broke are joined again; asked for only, since not every hyphen at the end of a line is one of a column.

A compound loses its own hyphen that way ("well-" above "known"), unless the text writes it with its hyphen elsewhere: then it keeps it. The end of the word
moves up to its beginning, so that lines stay lines.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from copydesk import ledger
from copydesk.document import Document, Edit, Edits

__all__ = ["join_hyphenated"]

RULE = "typography:hyphenation"
_WHY = "a word that was divided at the end of a line, joined"
_DIVIDED = re.compile("(?<=[^\\W\\d_])[-\\xad\\u2010]\\n([^\\W\\d_]\\S*)( ?)")
_COMPOUND = re.compile("(?<![^\\W\\d_])[^\\W\\d_]++-[^\\W\\d_]++")
_LAST_WORD = re.compile("[^\\W\\d_]++\\Z")
_FIRST_WORD = re.compile("[\\W\\d_].*", re.DOTALL)
_MOST_LETTERS = 40  # of a word's beginning
# Conjunctions after a suspended hyphen ("pre- and post-war"). One that as often is the last syllable of a word in another language is left out (Italian "to").
_ASCII_CONJUNCTIONS = "and or und oder bis sowie bzw et ou y e o u i lub oraz a ani nebo alebo en of och eller og ja tai vagy"
_CONJUNCTIONS = frozenset(_ASCII_CONJUNCTIONS.split()) | {
    "sek\N{LATIN SMALL LETTER A WITH DIAERESIS}",
    "\N{LATIN SMALL LETTER E WITH ACUTE}s",
    "\N{CYRILLIC SMALL LETTER I}",
    "\N{CYRILLIC SMALL LETTER I}\N{CYRILLIC SMALL LETTER EL}\N{CYRILLIC SMALL LETTER I}",
}
_HYPHENS = "-\N{SOFT HYPHEN}\N{HYPHEN}"


def join_hyphenated(document: Document, repair: Edits) -> list[Edit]:
    r"""Propose to join what the ends of lines divide, where that leaves nothing that the repair would change.

    >>> [edit] = join_hyphenated(Document(id="1", source="a.txt", site="a", text="the light-\nhouse is lit"), lambda document: [])
    >>> edit.before, edit.after
    ('-\nhouse ', 'house\n')
    """
    text = document.text
    edits = ledger.ordered(_joined(text))
    if not edits:
        return []
    after = ledger.replay(text, edits)
    stable = not any(_joined(after)) and not repair(replace(document, text=after))
    return list(edits) if stable else []


def _joined(text: str) -> Iterator[Edit]:
    divided = list(_DIVIDED.finditer(text))
    compounds = set(_COMPOUND.findall(text)) if divided else set()
    for match in divided:
        rest = match[1]
        if text[match.start() - 1].islower() and rest[0].islower() and rest[-1] not in _HYPHENS and _FIRST_WORD.sub("", rest) not in _CONJUNCTIONS:
            head = _LAST_WORD.search(text, max(0, match.start() - _MOST_LETTERS), match.start())
            whole = f"{head[0] if head else ''}-{_FIRST_WORD.sub('', rest)}"
            hyphen = match[0][0] if whole in compounds and match[0][0] != "\N{SOFT HYPHEN}" else ""
            yield Edit("encoding", RULE, match.start(), match.end(), match[0], f"{hyphen}{rest}\n", _WHY)
