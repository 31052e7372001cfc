"""Tortured phrases: an established expression whose words were exchanged one by one for synonyms ("local weather change" for "climate change").

The list is `tortured.tsv` beside this file: the phrase in lower case, a tab, what was meant; sorted, one a line. A phrase belongs there when it is not
English in any other sense and does not occur in the human texts that the rule's figure was measured on. The idea and the name are those of Cabanac,
Labbe and Magazinov, "Tortured phrases" (2021).
"""

from collections.abc import Iterator
from importlib import resources

from copydesk.translation.rule import Hit, Rule, compiled
from copydesk.translation.view import View

__all__ = ["RULES", "TORTURED"]


def _listed() -> dict[str, str]:
    lines = resources.files(__package__).joinpath("tortured.tsv").read_text(encoding="utf-8").splitlines()
    return dict(line.split("\t") for line in lines)


TORTURED = _listed()
"""Each tortured phrase with the expression that was meant."""

_ANY = compiled(
    r"(?:^|[^\pL\pN-])(" + "|".join(p.replace(".", r"\.") for p in sorted(TORTURED, key=len, reverse=True)) + r")(?:[^\pL\pN-]|$)",
    ignore_case=True,
)


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
        human=0.00,  # 0 of 1,723 in WMT, 0 of 27,632 other news texts
        lift=None,  # 43 on WMT, but a few phrases of the list were found there
        languages=("en",),
        find=_tortured,
    ),
)
