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
_ANCHOR = r'(?:^|[\s"(])(?:a (?:[aio][a-z]|e[a-tv-z]|u[a-mo-qtv-z]|un[a-hj-z])|an (?:[bcdfgjklmnpqrstvwyz][a-z][a-z][a-z]|uni|use|european))'
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
_CLASH = (
    r"(?:do|does|did) not (?:was|were|is|are|has|had|been|can|could|will|would|must|should|went|made|said|took|came|got|gave|knew|saw|left|found|wanted"
    r"|complained|realized|believed|believes|wants|works|became)"
    r"|(?:could|would|must|should) (?:not )?(?:are|was|were|has|had|been|does|did|went|made|said|took|became|came|gave|known|seen|done|taken|given)"
)
_BASE = "be|go|have|do|make|take|get|give|become|come|see|find|use|say|keep|leave|pay|buy|help|show|create|bring|put"
_DETERMINERS = "the (?:a|an|this|these|those|his|her|its|their|our|my)|(?:an|a|his|its|their) the|(?:an|a) (?:this|his|their)"
_NO_NOUN = "and|of|is|are|was|were|has|have|with|from|for|to|which|because|but|that|it|they|he|we"
_BEFORE = r"(?:^|[^A-Za-z])"
_COMPARATIVES = "better|bigger|easier|faster|higher|larger|stronger|smaller|cheaper|younger|worse|deeper|longer|richer"
_SUPERLATIVES = "biggest|best|largest|strongest|highest"
_PLURALS = "years|days|countries|women|men|people|children|months|companies|problems"
_SINGULARS = "man|woman|year|country|company|problem|person|thing|day"
_ONE_COUNTRY = "Germany|France|Russia|China|Iraq|Iran|Spain|Italy|Poland|Turkey|Japan|Brazil|Mexico|Israel|Syria|Egypt|Greece|India"
_BEFORE_TO = "have|has|had|wants?|wanted|able|tried|trying|order|going|need|needs"
_FINITE = "was|were|has|had|went|said|did|made|took|gave|became|came|saw|knew|found|been"
_WITH_HE = "have|are|do|go|make|want|say|take|give|need|know|think"
_WITH_THEY = "was|is|has|does|wants|goes|says|makes|takes|gives|needs|knows|thinks"
_AFTER_MODAL = (
    "will (?:can|must|would|could|should)|would (?:can|will|must)|can (?:will|must|would|shall)|could (?:can|will|must)|must (?:can|will|could)"
    "|should (?:can|will|must)"
)

RULES = (
    Rule(
        name="wrong_article",
        family="article",
        weight="together",
        means="'a' before a vowel or 'an' before a consonant: the noun was exchanged after the article was set",
        languages=("en",),
        anchor=_ANCHOR,
        find=_wrong_articles,
    ),
    Rule(
        name="wrong_article_often",
        family="article",
        weight="alone",
        means="the third wrong 'a' or 'an' of a text: one is a slip, three are a substitution program",
        languages=("en",),
        anchor=_ANCHOR,
        find=_often_wrong,
    ),
    Rule(
        name="negation_without_do",
        family="grammar",
        weight="alone",
        means="a verb is negated without 'does', as in German, or as English was until Shakespeare",
        languages=("en",),
        anchor=rf"(?:{_VERBS}) not [a-zA-Z]",
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
        languages=("en",),
        anchor=_CLASH,
        find=by_pattern(
            rf"\b({_CLASH})\b",
            "'{found}'; expected the verb's base form",
        ),
    ),
    Rule(
        name="preposition_infinitive",
        family="grammar",
        weight="alone",
        means="a preposition governs an infinitive where English has the -ing form",
        languages=("en",),
        anchor=rf"(?:from|of|with|without|into|despite|during) to (?:{_BASE})",
        find=by_pattern(
            rf"\b((?:from|of|with|without|into|despite|during) to (?:{_BASE}))\b",
            "'{found}'; expected the -ing form",
        ),
    ),
    Rule(
        name="double_determiner",
        family="grammar",
        weight="together",
        means="two determiners stand before one noun",
        languages=("en",),
        anchor=rf"{_BEFORE}(?:{_DETERMINERS})(?:[^A-Za-z]|$)",
        find=by_pattern(
            rf"\b({_DETERMINERS})\b",
            "'{found}'; expected one of the two",
        ),
    ),
    Rule(
        name="determiner_without_noun",
        family="grammar",
        weight="together",
        means="an article is followed by a verb, a preposition or a conjunction: its noun is gone",
        languages=("en",),
        anchor=rf"{_BEFORE}(?:the|a|an|The|A|An) (?:{_NO_NOUN})[ ,]",
        find=by_pattern(
            rf"\b((?:the|a|an) (?:{_NO_NOUN}))[ ,]",
            "'{found}'; expected a noun after the article",
        ),
    ),
    Rule(
        name="not_before_verb",
        family="grammar",
        weight="alone",
        means="'not' stands between the subject and its auxiliary verb",
        languages=("en",),
        anchor=r" not (?:is|was|are|were|can|could|will|would|should|must) ",
        find=by_pattern(
            r"\b((?:he|she|they|we|who|which|that|this) not (?:is|was|are|were|can|could|will|would|should|must)) [a-z]",
            "'{found}'; expected 'not' behind the verb",
        ),
    ),
    Rule(
        name="infinitive_in_past_form",
        family="grammar",
        weight="alone",
        means="'to' is followed by a finite verb",
        languages=("en",),
        anchor=rf"(?:{_BEFORE_TO}) to (?:{_FINITE})",
        find=by_pattern(
            rf"\b((?:{_BEFORE_TO}) to"
            rf" (?:{_FINITE}))\b",
            "'{found}'; expected the verb's base form",
        ),
    ),
    Rule(
        name="two_modals",
        family="grammar",
        weight="together",
        means="two different modal verbs stand side by side",
        languages=("en",),
        anchor=rf" (?:{_AFTER_MODAL}) ",
        find=by_pattern(rf"[a-z] ({_AFTER_MODAL}) [a-z]", "'{found}'; expected one of the two"),
    ),
    Rule(
        name="two_subjects",
        family="grammar",
        weight="together",
        means="two different pronouns stand side by side where one subject belongs",
        languages=("en",),
        anchor=r"(?:[Hh]e|[Ss]he) (?:they|we|I) |(?:[Tt]hey|[Ww]e) (?:he|she|I) ",
        find=by_pattern(r"(?:^|[.!?,] |[a-z] )((?:[Hh]e|[Ss]he) (?:they|we|I)|(?:[Tt]hey|[Ww]e) (?:he|she|I)) [a-z]", "'{found}'; expected one of the two"),
    ),
    Rule(
        name="person_and_verb",
        family="grammar",
        weight="alone",
        means="the subject and its verb do not agree",
        languages=("en",),
        anchor=rf"(?:He|She|It) (?:{_WITH_HE})[ ,]|(?:They|We) (?:{_WITH_THEY})[ ,]",
        find=by_pattern(
            rf"(?:^|[.!?] |[.!?]\" |\n)((?:He|She|It) (?:{_WITH_HE})"
            rf"|(?:They|We) (?:{_WITH_THEY}))[ ,]",
            "'{found}'; expected another form of the verb",
        ),
    ),
    Rule(
        name="determiner_and_number",
        family="grammar",
        weight="together",
        means="a determiner of the singular stands before a plural, or the other way round",
        languages=("en",),
        anchor=rf"(?:ach|very|nother) (?:{_PLURALS})[ ,.]|any (?:time|woman|water|information|child)[ ,.]|(?:hese|hose) (?:{_SINGULARS})[ ,.]",
        find=by_pattern(
            rf"\b((?:[eE]ach|[eE]very|[aA]nother) (?:{_PLURALS})"
            rf"|[mM]any (?:time|woman|water|information|child)|(?:[tT]hese|[tT]hose) (?:{_SINGULARS}))[ ,.]",
            "'{found}'; expected both in one number",
        ),
    ),
    Rule(
        name="an_other",
        family="article",
        weight="together",
        means="'an other' or 'a another' for 'another'",
        languages=("en",),
        anchor=r"an other |a another ",
        find=by_pattern(r"\b(an other|a another) [a-z]", "'{found}'; expected 'another'"),
    ),
    Rule(
        name="article_before_country",
        family="article",
        weight="alone",
        means="a country that has no article in English has one",
        languages=("en",),
        anchor=rf"the (?:{_ONE_COUNTRY})[.,;]",
        find=by_pattern(
            rf"\b(?:in|of|to|from|with|by) (the (?:{_ONE_COUNTRY}))"
            r"[.,;] ",
            "'{found}'; expected no article",
        ),
    ),
    Rule(
        name="double_comparative",
        family="grammar",
        weight="together",
        means="'more' stands before a comparative, or 'most' before a superlative",
        languages=("en",),
        anchor=rf"ore (?:{_COMPARATIVES})[ ,.]|ost (?:{_SUPERLATIVES})[ ,.]",
        find=by_pattern(
            rf"\b(more (?:{_COMPARATIVES})"
            rf"|most (?:{_SUPERLATIVES}))[ ,.]",
            "'{found}'; expected one of the two",
            unless=r".* (?:best|longer)[ ,.]",
        ),
    ),
)
