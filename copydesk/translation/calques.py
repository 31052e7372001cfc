"""English words in the order, or with the grammar, of the language that they came from."""

from copydesk.translation.rule import Rule, by_pattern

__all__ = ["RULES"]

_DAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_ADJECTIVE = r'"[a-z]{3,}(?:ing|ed|ive|ous|able|ible|al|ic|ary|ful|less|ant|ent)"'
_NOUN_PHRASE = r"\b(?:the|a|an|its|his|her|their|this) [a-z]{3,}"
# Nouns that announce a word as a word, and words that are no noun.
_NAMING = (
    r".* (?:words?|terms?|phrase|adjective|label|name|expression|title|slogan|headline|hashtag|group|called|question|username|claim|is|was|be|are|were|very"
    r'|more|most|of|too|so|and|as|being|been|film|book|song|album|verb|noun|category|status|password|message|vote|command) ".*'
)
_SAID = (
    "said|says|saying|stated|states|stating|added|adds|adding|claimed|claims|claiming|insisted|insisting|noted|noting|argued|arguing|warned|warning"
    "|explained|explaining|announced|believes|assured|assures|assuring|emphasi[sz]ed|stressed|stressing|declared|declaring|pointed out|confirmed"
    "|recalled|considers?"
)
_FINITE = "has|have|had|is|are|was|were|will|would|can|could|must|should|does|did"

RULES = (
    Rule(
        name="adjective_after_noun_of",
        family="word_order",
        weight="alone",
        means="a quoted adjective stands between its noun and 'of', as in the Romance languages",
        human=0.00,  # 0 of 1,723 in WMT, 0 of 27,632 other news texts
        lift=None,  # fewer than three windows of any kind of system
        languages=("en",),
        find=by_pattern(rf"{_NOUN_PHRASE} ({_ADJECTIVE}) of\b", "{found} after its noun; expected before it", unless=_NAMING),
    ),
    Rule(
        name="adjective_after_noun",
        family="word_order",
        weight="together",
        means="a quoted adjective stands after its noun, at the end of the clause",
        human=0.29,  # 0 of 1,723 in WMT, 8 of 27,632 other news texts
        lift=5.0,  # statistical systems, 4 windows
        languages=("en",),
        find=by_pattern(rf"{_NOUN_PHRASE} ({_ADJECTIVE})[.,;]", "{found} after its noun; expected before it", unless=_NAMING),
    ),
    Rule(
        name="weekday_calque",
        family="word_order",
        weight="together",
        means="'this Friday' for a day that is past, in front of the sentence or between the verb and its object, as in Spanish",
        human=0.58,  # 1 of 1,723 in WMT, 1 of 27,632 other news texts
        lift=None,  # fewer than three windows of any kind of system
        languages=("en",),
        find=by_pattern(
            rf"(?:\b[a-z]+ed (this {_DAY}) (?:the|a|an|his|its|their|that)\b|(?:^|\n|[.!?\"] )(This {_DAY}), [^.\n]*(?:ed|was|were|had)\b)",
            "'this' and a weekday for a past day; expected 'on' and the weekday, after the object",
        ),
    ),
    Rule(
        name="quoted_clause_without_subject",
        family="calque",
        weight="alone",
        means="a quotation after 'said that' begins with a finite verb: the language it came from needs no subject",
        human=0.04,  # 0 of 1,723 in WMT, 1 of 27,632 other news texts
        lift=None,  # fewer than three windows of any kind of system
        languages=("en",),
        find=by_pattern(rf'\b(?:{_SAID}) that ("(?:{_FINITE}))\b', "'{found}' straight after 'that'; expected a subject before the verb"),
    ),
    Rule(
        name="assured_that",
        family="calque",
        weight="together",
        means="somebody 'assured that' or 'informed that' without saying whom, which the English verbs need",
        human=1.74,  # 3 of 1,723 in WMT, 1 of 27,632 other news texts
        lift=10.1,  # rule-based systems, 7 windows
        languages=("en",),
        find=by_pattern(
            r"\b(?:[A-Z][a-z]+|he|she|they) ((?:assured|assures|informed|informs) that)\b", "'{found}'; expected whom, before 'that'", unless="rest .*"
        ),
    ),
    Rule(
        name="comma_before_that",
        family="calque",
        weight="together",
        means="a comma parts the verb from its that-clause, as German and the Slavic languages require",
        human=1.16,  # 2 of 1,723 in WMT, 12 of 27,632 other news texts
        lift=1.9,  # statistical systems, 8 windows
        languages=("en",),
        find=by_pattern(
            r"\b(?:said|says?|believed?|believes|thinks?|thought|knows?|knew|hopes?|hoped|means?|meant|shows?|showed|fears?|feared|assumes?|claims?|claimed|stated"
            r"|states|reported|reports|announced|explained|explains|confirmed|decided|assured|wants?|expects?|expected|argues?|indicates?|suggests?|convinced|sure"
            r"|clear|possible|important)(, that) (?:the|he|she|it|they|we|this|these|his|her|their|a|an|in|there|I|you|is)\b",
            "'{found}'; expected no comma",
        ),
    ),
    Rule(
        name="the_year",
        family="calque",
        weight="together",
        means="'in the year 2012' for 'in 2012'",
        human=2.90,  # 5 of 1,723 in WMT, 30 of 27,632 other news texts
        lift=5.2,  # rule-based systems, 8 windows
        languages=("en",),
        find=by_pattern(r"\b(?:in|of|for|since|from) (the year) (?:19|20)\d\d\b", "'{found}' before a date; expected the date alone"),
    ),
)
