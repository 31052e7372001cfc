"""All rules, by family: the one list that the stage walks."""

from copydesk.translation import calques, grammar, names, phrases, quotes, repetition, residue, sentences

__all__ = ["RULES"]

RULES = (
    *quotes.RULES,
    *sentences.RULES,
    *repetition.RULES,
    *names.RULES,
    *grammar.RULES,
    *calques.RULES,
    *phrases.RULES,
    *residue.RULES,
)
