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
_AFTER_THAT = "(?:the|he|she|it|they|we|this|these|his|her|their|a|an|in|there|I|you|is)"
_COUNTED = "(?:two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|several|many|some|more than [a-z]+|about [a-z]+|\\d{1,2})"
_FINITE = "has|have|had|is|are|was|were|will|would|can|could|must|should|does|did"

RULES = (
    Rule(
        name="adjective_after_noun_of",
        family="word_order",
        weight="alone",
        means="a quoted adjective stands between its noun and 'of', as in the Romance languages",
        languages=("en",),
        anchor=r'[a-z] "[a-z]+" of',
        find=by_pattern(rf"{_NOUN_PHRASE} ({_ADJECTIVE}) of\b", "{found} after its noun; expected before it", unless=_NAMING),
    ),
    Rule(
        name="adjective_after_noun",
        family="word_order",
        weight="together",
        means="a quoted adjective stands after its noun, at the end of the clause",
        languages=("en",),
        anchor=r'[a-z] "[a-z]+"[.,;]',
        find=by_pattern(rf"{_NOUN_PHRASE} ({_ADJECTIVE})[.,;]", "{found} after its noun; expected before it", unless=_NAMING),
    ),
    Rule(
        name="weekday_calque",
        family="word_order",
        weight="together",
        means="'this Friday' for a day that is past, in front of the sentence or between the verb and its object, as in Spanish",
        languages=("en",),
        anchor=rf"[Tt]his {_DAY}",
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
        languages=("en",),
        anchor=rf'that "(?:{_FINITE})',
        find=by_pattern(rf'\b(?:{_SAID}) that ("(?:{_FINITE}))\b', "'{found}' straight after 'that'; expected a subject before the verb"),
    ),
    Rule(
        name="assured_that",
        family="calque",
        weight="together",
        means="somebody 'assured that' or 'informed that' without saying whom, which the English verbs need",
        languages=("en",),
        anchor=r"(?:assure[ds]|inform(?:ed|s)) that",
        find=by_pattern(
            r"\b(?:[A-Z][a-z]+|he|she|they) ((?:assured|assures|informed|informs) that)\b", "'{found}'; expected whom, before 'that'", unless="rest .*"
        ),
    ),
    Rule(
        name="comma_before_that",
        family="calque",
        weight="together",
        means="a comma parts the verb from its that-clause, as German and the Slavic languages require",
        languages=("en",),
        anchor=rf", that {_AFTER_THAT}",
        find=by_pattern(
            r"\b(?:said|says?|believed?|believes|thinks?|thought|knows?|knew|hopes?|hoped|means?|meant|shows?|showed|fears?|feared|assumes?|claims?|claimed|stated"
            r"|states|reported|reports|announced|explained|explains|confirmed|decided|assured|wants?|expects?|expected|argues?|indicates?|suggests?|convinced|sure"
            r"|clear|possible|important)(, that) (?:the|he|she|it|they|we|this|these|his|her|their|a|an|in|there|I|you|is)\b",
            "'{found}'; expected no comma",
        ),
    ),
    Rule(
        name="want_that",
        family="calque",
        weight="together",
        means="somebody 'wants that' something happens, as in German or Spanish",
        languages=("en",),
        anchor=r"want(?:s|ed)? that [a-z]",
        find=by_pattern(
            r"\b(wants? that|wanted that) (?:he|she|it|they|we|you|the|a|this|his|her|their|our|all|people)\b", "'{found}'; expected 'want' with 'to'"
        ),
    ),
    Rule(
        name="said_me",
        family="calque",
        weight="alone",
        means="'said me that', 'explained us how': the verb has its listener without 'to'",
        languages=("en",),
        anchor=r"(?:explained|suggested|announced|said|proposed|explains|says|recommended|answered) (?:me|him|us|them) ",
        find=by_pattern(
            r"\b((?:explained|suggested|announced|said|proposed|explains|says|recommended) (?:me|him|us|them) (?:that|how|the|a)"
            r"|answered (?:me|him|us|them) that)\b",
            "'{found}'; expected 'to' before the listener",
        ),
    ),
    Rule(
        name="since_years",
        family="calque",
        weight="together",
        means="'since two years' for 'for two years', as in German and French",
        languages=("en",),
        anchor=r"ince [a-z0-9 ]{1,20} (?:years|months|weeks|days)",
        find=by_pattern(rf"\b([sS]ince {_COUNTED} (?:years|months|weeks|days))(?:[.,;]| [a-z])", "'{found}'; expected 'for'", unless=".* a$"),
    ),
    Rule(
        name="preposition_calque",
        family="calque",
        weight="together",
        means="a verb or a noun has the preposition of another language",
        languages=("en",),
        anchor=(
            r"depend(?:s|ed|ing)? (?:of|from) |ccording with|responsible of|onsists? (?:from|in the fact)"
            r"|n function of|n (?:the )?base (?:of|to)|n the frames? of"
        ),
        find=by_pattern(
            r"\b(depend(?:s|ed|ing)? (?:of|from)|[aA]ccording with|responsible of|consists? from|consists? in the fact|[iI]n (?:function|base) of|[iI]n base to"
            r"|[iI]n the frames? of|[oO]n the base of) [a-z]",
            "'{found}'; expected another preposition",
        ),
    ),
    Rule(
        name="the_own",
        family="calque",
        weight="together",
        means="'the own' or 'an own' for 'his own', as in German",
        languages=("en",),
        anchor=r"(?:the|an) own [a-z]",
        find=by_pattern(r"\b((?:the|an) own [a-z]+)\b", "'{found}'; expected a possessive before 'own'", unless=r".* goals?$"),
    ),
    Rule(
        name="next_time",
        family="calque",
        weight="alone",
        means="'in the next time' for 'soon', 'in the last time' for 'lately', as in German and Russian",
        languages=("en",),
        anchor=r"n the (?:next|last|nearest) time",
        find=by_pattern(
            r"\b([iI]n the (?:next|last|nearest) time)(?:[.,;]| (?:the|we|he|she|it|they|for|to|has|have|is|are|become|especially|will)\b)",
            "'{found}'; expected 'soon' or 'lately'",
        ),
    ),
    Rule(
        name="sentence_begins_with_also",
        family="word_order",
        weight="together",
        means="a sentence begins with 'Also' and its verb, as in German or Spanish",
        languages=("en",),
        anchor=r"Also (?:is|was|are|were|has|have|will|can|could) ",
        find=by_pattern(r"(?:^|[.!?] |\n)(Also (?:is|was|are|were|has|have|will|can|could)) [a-z]+ ", "'{found}'; expected the subject first"),
    ),
    Rule(
        name="perfect_in_the_past",
        family="word_order",
        weight="together",
        means="the perfect stands with a time that is past, as in German and French",
        languages=("en",),
        anchor=rf"(?:has|have) (?:yesterday|on {_DAY}|last (?:week|year|month)|[a-z]+ (?:yesterday|on {_DAY}|last (?:week|year|month)))",
        find=by_pattern(
            rf"\b(?:he|she|it|they|we|I|who|which|[A-Z][a-z]+) ((?:has|have) (?:yesterday|on {_DAY}|last (?:week|year|month)"
            rf"|[a-z]+(?:ed|en|id|ade|one) (?:yesterday|on {_DAY}|last (?:week|year|month))))\b",
            "'{found}'; expected the simple past",
        ),
    ),
)
