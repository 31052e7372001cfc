"""Whether a text was written by people: named rules for what machine translation and article spinning leave behind, and a score made of them.

The stage never changes text. Each rule is one entry of the module of its family (see `copydesk.translation.rule`); `RULES` lists all.
"""

from copydesk.translation.rule import Hit, Rule
from copydesk.translation.rules import RULES
from copydesk.translation.scoring import judge, score, stage

__all__ = ["RULES", "Hit", "Rule", "judge", "score", "stage"]
