"""Names and titles that were carried over from two languages at once."""

from collections import Counter
from collections.abc import Iterator
from importlib import resources

from copydesk.translation.rule import Hit, Rule, compiled
from copydesk.translation.view import View

__all__ = ["RULES"]

# The word before must be lower case or a mark: "Anthony M. Kennedy" has an initial, not a title.
_FRENCH = compiled(r"(?:^|\n|[.!?,;:] |\b[a-z]+ |\")(M\. ([A-Z][a-z]{2,}))")
_ENGLISH = compiled(r"\bMr\.? [A-Z]")


def _two_titles(view: View) -> Iterator[Hit]:
    if next(_ENGLISH.finditer(view.text), None) is None:
        return
    titled = list(_FRENCH.finditer(view.text))
    times = Counter(view.text[a:b] for a, b in view.tokens(0, len(view.text))) if titled else Counter[str]()
    for match in titled:
        name = match.group(2)
        if times[name] > 1:
            yield Hit(match.start(1), match.end(1), f"'{match.group(1)}' in a text that says 'Mr.'; expected 'Mr. {name}'")


def _spellings() -> dict[str, str]:
    lines = resources.files(__package__).joinpath("spellings.tsv").read_text(encoding="utf-8").splitlines()
    return {foreign: english for english, _, foreigns in (line.partition("\t") for line in lines) for foreign in foreigns.split(",")}


_ENGLISH_OF = _spellings()
_FOREIGN = compiled(r"(?:^|[^\pL\pN_-])(" + "|".join(sorted(_ENGLISH_OF)) + r")(?:[^\pL\pN_-]|$)")


def _two_spellings(view: View) -> Iterator[Hit]:
    found = list(_FOREIGN.finditer(view.text))
    present = {english for english in {_ENGLISH_OF[match.group(1)] for match in found} if english in view.text}
    for match in found:
        english = _ENGLISH_OF[match.group(1)]
        if english in present:
            yield Hit(match.start(1), match.end(1), f"'{match.group(1)}' in a text that also says '{english}'; expected one spelling")


RULES = (
    Rule(
        name="two_titles",
        family="names",
        weight="alone",
        means="the French 'M.' stands before a name in a text that elsewhere says 'Mr.'",
        languages=("en",),
        web_only=True,
        anchor=r"M\. [A-Z][a-z][a-z]",
        find=_two_titles,
    ),
    Rule(
        name="two_spellings",
        family="names",
        weight="together",
        means="a name is spelt the English way and, in the same text, as another language transliterates or calls it",
        languages=("en",),
        anchor="|".join(sorted(_ENGLISH_OF)),
        find=_two_spellings,
    ),
)
