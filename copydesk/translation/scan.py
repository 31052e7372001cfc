"""Which rules a text could break at all: one pass that spares asking each of them.

Nearly every text holds no artifact of nearly every rule, and asking a rule costs microseconds even then. RE2 matches any number of patterns in one pass
over the text (`re2.Set`), so all rules' anchors are looked for at once, and a rule is asked only where its anchor stands. What the scan may leave out is
tested: with and without it, the findings are the same.
"""

from collections.abc import Sequence

import re2

from copydesk.translation.rule import Rule
from copydesk.translation.view import View

__all__ = ["Scan"]

_MEMORY = 1 << 26  # bytes for the automaton, which grows with what it meets
_BEGINNING = 0


class Scan:
    """All anchors of some rules as one automaton.

    >>> from copydesk.translation.rules import RULES
    >>> [rule.name for rule in Scan(RULES).candidates(View.of("The U. S. office.")) if rule.anchor]
    ['split_abbreviation']
    """

    __slots__ = ("_anchors", "_numbers", "_rules", "_unanchored")

    def __init__(self, rules: Sequence[Rule]) -> None:
        """Compile the anchors; the order of the rules is kept."""
        options = re2.Options()
        options.log_errors = False
        options.max_mem = _MEMORY
        self._rules = tuple(rules)
        self._numbers: list[int] = []
        self._unanchored = [number for number, rule in enumerate(rules) if not rule.anchor]
        self._anchors = re2.Set.SearchSet(options)
        # Matches the beginning of every text: where even this one is missing, the automaton gave up, and nothing may be concluded.
        self._anchors.Add(r"\A")
        for number, rule in enumerate(rules):
            if rule.anchor:
                self._anchors.Add(rule.anchor)
                self._numbers.append(number)
        self._anchors.Compile()

    def candidates(self, view: View) -> Sequence[Rule]:
        """Give the rules that may have a hit in a text, in their order."""
        found = self._anchors.Match(view.utf8) or ()
        if _BEGINNING not in found:
            return self._rules
        return [self._rules[number] for number in sorted(self._unanchored + [self._numbers[index - 1] for index in found if index != _BEGINNING])]
