"""All rules, by family, with what was measured of each: the one list that the stage walks."""

import dataclasses
import json
from importlib import resources

from copydesk.translation import calques, figures, grammar, markup, names, phrases, quotes, repetition, residue, sentences
from copydesk.translation.rule import UNMEASURED, Rates, Rule
from copydesk.translation.scan import Scan
from copydesk.translation.view import View

__all__ = ["RULES", "candidates"]


def _measured(rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
    stored = json.loads(resources.files(__package__).joinpath("rates.json").read_text(encoding="utf-8"))
    rates = {name: Rates(**figures) for name, figures in stored.items()}
    return tuple(dataclasses.replace(rule, rates=rates.get(rule.name, UNMEASURED)) for rule in rules)


RULES = _measured(
    (
        *quotes.RULES,
        *sentences.RULES,
        *repetition.RULES,
        *names.RULES,
        *grammar.RULES,
        *calques.RULES,
        *phrases.RULES,
        *residue.RULES,
        *figures.RULES,
        *markup.RULES,
    )
)

_SCAN = Scan(RULES)


def candidates(view: View, language: str) -> list[Rule]:
    """Give the rules that may judge the language and may have a hit in the text; all others have none.

    >>> [rule.name for rule in candidates(View.of("The U. S. office."), "en") if rule.anchor]
    ['split_abbreviation']
    """
    fit = [rule for rule in _SCAN.candidates(view) if rule.speaks(language)]
    # A rule without an anchor compares the text with itself or with a list, and judges no grammar.
    doubtful = [rule for rule in fit if rule.anchor and rule.languages == ("en",)]
    return fit if not doubtful or view.english else [rule for rule in fit if rule not in doubtful]
