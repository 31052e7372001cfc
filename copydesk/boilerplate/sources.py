"""The sources that an article names, kept when their lines are cut: a flag stands where each of them stood, with the name as its value."""

from copydesk import ledger
from copydesk.boilerplate.credits import is_name
from copydesk.boilerplate.inline import rules
from copydesk.boilerplate.lexicon import lexicon
from copydesk.document import Document, Edit, Flag
from copydesk.settings import BoilerplateSettings

__all__ = ["RULE", "sources"]

RULE = "source-credit"
_LONGEST = 200  # characters


def sources(document: Document, settings: BoilerplateSettings) -> tuple[Flag, ...]:
    r"""Return a flag for each source credit that was cut, in the order of the text.

    >>> from copydesk.document import Edit
    >>> cut = Edit("boilerplate", "source-credit", 30, 46, "\nSource: Gazette", "")
    >>> sources(Document(id="1", source="s", site="", text="A fire broke out at the mill.", edits=(cut,)), BoilerplateSettings())[0].value
    'Gazette'
    """
    flags: tuple[Flag, ...] = ()
    for run in ledger.runs(document.edits):
        cut = [edit for edit in run if edit.stage == "boilerplate" and (edit.rule == RULE or _is_credit(edit, settings))]
        found = (Flag("boilerplate", RULE, edit.start, edit.start, " ".join(edit.before.split()), _named(edit.before, settings)) for edit in cut)
        flags = ledger.carried((*flags, *found), run)
    return tuple(sorted(flags, key=lambda flag: flag.start))


def _is_credit(edit: Edit, settings: BoilerplateSettings) -> bool:
    """Say whether a line that went for another reason, with its site's lines or under a teaser heading, is a credit all the same."""
    if not settings.lift_source_credit or edit.after or len(edit.before) > _LONGEST:
        return False
    match = rules(lexicon(), settings).source.fullmatch(edit.before.strip())
    return bool(match) and is_name(match.group("name"), ())


def _named(credit: str, settings: BoilerplateSettings) -> str:
    """Return the name in a source credit."""
    match = rules(lexicon(), settings).source.search(credit)
    return str(match.group("name")).strip(" \t)]\N{FULLWIDTH RIGHT PARENTHESIS}\N{NO-BREAK SPACE}") if match else " ".join(credit.split())
