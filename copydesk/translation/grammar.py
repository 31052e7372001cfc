"""Constructions that English grammar does not have, and that word-for-word substitution leaves behind."""

from collections.abc import Iterator

from copydesk.translation.rule import Hit, Rule, by_pattern
from copydesk.translation.view import View

__all__ = ["RULES"]

_A = by_pattern(
    r"(?:^|[\s\"(])(a (?:[aio][a-z]+|e[a-tv-z][a-z]+|u[a-mo-qtv-z][a-z]+|un[a-hj-z][a-z]+))(?:[\s.,;:\")]|$)",
    "'{found}'; expected 'an'",
    unless=r"[\s\"(]?a (?:one|once|one(?:time|ness|sie|r)|ouija|ewer?|unanim[a-z]*|utopia[a-z]*|utili[a-z]*|urani[a-z]*|uro[a-z]*|uter[a-z]*"
    r"|ufo[a-z]*|iota|ubiqu[a-z]*|ul[a-z]*|el|al|au|en|est|ou|as|at|is|in|it|of|on|or|if|and|are|also|any|all|an|about|after)(?:[\s.,;:\")]|$)",
)
_AN = by_pattern(
    r"(?:^|[\s\"(])(an (?:[bcdfgjklmnpqrstvwyz][a-z]{3,}|uni[a-z]+|use[a-z]*|european))(?:[\s.,;:\")]|$)",
    "'{found}'; expected 'a'",
    unless=r"[\s\"(]?an (?:uni[mn][a-z]+|unid[a-z]+|[bcdfghjklmnpqrstvwxz]+)(?:[\s.,;:\")]|$)",
)
_OFTEN = 3


def _wrong_articles(view: View) -> Iterator[Hit]:
    yield from sorted((*_A(view), *_AN(view)), key=lambda hit: hit.start)


def _often_wrong(view: View) -> Iterator[Hit]:
    for number, hit in enumerate(_wrong_articles(view), start=1):
        if number >= _OFTEN:
            yield Hit(hit.start, hit.end, f"{hit.evidence}; the article is wrong {number} times up to here")


_VERBS = (
    "deserves|wants|likes|supports|accepts|allows|understands|gives|takes|uses|gets|makes|loves|recognizes|recognises|respects|excludes|fears|sees|finds|helps"
    "|offers|shows|brings|leads|leaves|keeps|holds|serves|stops|plays|lives|begins|starts|exists|functions|works"
)

RULES = (
    Rule(
        name="wrong_article",
        family="article",
        weight="together",
        means="'a' before a vowel or 'an' before a consonant: the noun was exchanged after the article was set",
        human=7.54,  # 13 of 1,723 in WMT, 96 of 27,632 other news texts
        lift=39.3,  # simulated spins, 104 windows
        languages=("en",),
        find=_wrong_articles,
    ),
    Rule(
        name="wrong_article_often",
        family="article",
        weight="alone",
        means="the third wrong 'a' or 'an' of a text: one is a slip, three are a substitution program",
        human=0.00,  # 0 of 1,723 in WMT, 0 of 27,632 other news texts
        lift=90.8,  # simulated spins, 10 windows
        languages=("en",),
        find=_often_wrong,
    ),
    Rule(
        name="negation_without_do",
        family="grammar",
        weight="alone",
        means="a verb is negated without 'does', as in German, or as English was until Shakespeare",
        human=0.00,  # 0 of 1,723 in WMT, 0 of 27,632 other news texts
        lift=None,  # fewer than three windows of any kind of system
        languages=("en",),
        find=by_pattern(
            rf"\b((?:{_VERBS}) not (?:the|to|his|her|its|their|this|any|[A-Z][a-z]+))\b",
            "'{found}'; expected 'does not' before the verb",
        ),
    ),
    Rule(
        name="auxiliary_clash",
        family="grammar",
        weight="alone",
        means="an auxiliary verb stands before a verb form that it cannot govern",
        human=0.04,  # 0 of 1,723 in WMT, 1 of 27,632 other news texts
        lift=6.2,  # statistical systems, 5 windows
        languages=("en",),
        find=by_pattern(
            r"\b((?:do|does|did) not (?:was|were|is|are|has|had|been|can|could|will|would|must|should|went|made|said|took|came|got|gave|knew|saw)"
            r"|(?:could|would|must|should) (?:not )?(?:are|was|were|has|had|been|does|did|went|made|said|took|became|came|gave|known|seen|done|taken|given))\b",
            "'{found}'; expected the verb's base form",
        ),
    ),
    Rule(
        name="preposition_infinitive",
        family="grammar",
        weight="alone",
        means="a preposition governs an infinitive where English has the -ing form",
        human=0.04,  # 0 of 1,723 in WMT, 1 of 27,632 other news texts
        lift=3.9,  # statistical systems, 3 windows
        languages=("en",),
        find=by_pattern(
            r"\b((?:from|of|with|without|into|despite|during) to (?:be|go|have|do|make|take|get|give|become|come|see|find|use|say|keep|leave|pay|buy|help|show"
            r"|create|bring|put))\b",
            "'{found}'; expected the -ing form",
        ),
    ),
    Rule(
        name="double_determiner",
        family="grammar",
        weight="together",
        means="two determiners stand before one noun",
        human=1.74,  # 3 of 1,723 in WMT, 47 of 27,632 other news texts
        lift=89.2,  # Apertium, 3 windows
        languages=("en",),
        find=by_pattern(
            r"\b(the (?:a|an|this|these|those|his|her|its|their|our|my)|(?:an|a|his|its|their) the|(?:an|a) (?:this|his|their))\b",
            "'{found}'; expected one of the two",
        ),
    ),
    Rule(
        name="determiner_without_noun",
        family="grammar",
        weight="together",
        means="an article is followed by a verb, a preposition or a conjunction: its noun is gone",
        human=5.80,  # 10 of 1,723 in WMT, 32 of 27,632 other news texts
        lift=5.7,  # round trips through Apertium, 5 windows
        languages=("en",),
        find=by_pattern(
            r"\b((?:the|a|an) (?:and|of|is|are|was|were|has|have|with|from|for|to|which|because|but|that|it|they|he|we))[ ,]",
            "'{found}'; expected a noun after the article",
        ),
    ),
)
