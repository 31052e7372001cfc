"""Tortured phrases: an established expression whose words were exchanged one by one for synonyms ("local weather change" for "climate change").

The list is `tortured.tsv` beside this file: the phrase in lower case, a tab, what was meant; sorted, one a line, and its source at the head. A phrase belongs
there when it is not English in any other sense and does not occur in the human texts that the rule's figure was measured on. That makes the figure too good:
of the phrases that one half of 29,355 human texts did not hold, those about news occurred in one text of the other half. The idea and the name are those of
Cabanac, Labbe and Magazinov, "Tortured phrases" (2021).
"""

from collections.abc import Iterator
from importlib import resources

from copydesk.translation.rule import Hit, Rule, compiled
from copydesk.translation.view import View

__all__ = ["RULES", "TORTURED"]


def _listed() -> dict[str, str]:
    lines = resources.files(__package__).joinpath("tortured.tsv").read_text(encoding="utf-8").splitlines()
    return dict(line.split("\t") for line in lines if not line.startswith("#"))


TORTURED = _listed()
"""Each tortured phrase with the expression that was meant."""

# Of two phrases that begin alike the longer is tried first.
_ALTERNATION = "|".join(phrase.replace(".", r"\.") for phrase in sorted(TORTURED, key=lambda phrase: (-len(phrase), phrase)))
_ANY = compiled(rf"(?:^|[^\pL\pN-])({_ALTERNATION})(?:[^\pL\pN-]|$)", ignore_case=True)


def _tortured(view: View) -> Iterator[Hit]:
    for match in _ANY.finditer(view.text):
        found = match.group(1)
        yield Hit(match.start(1), match.end(1), f"'{found}'; expected '{TORTURED.get(found.lower(), 'another phrase')}'")


RULES = (
    Rule(
        name="tortured_phrase",
        family="phrase",
        weight="alone",
        means="the words of an established expression were exchanged for synonyms",
        languages=("en",),
        anchor="",
        find=_tortured,
    ),
)
