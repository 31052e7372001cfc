"""Where sentences, abbreviations and figures were cut by a program: the full stop of "U.S." taken for an end, or an end without a beginning behind it."""

from copydesk.translation.rule import Rule, by_pattern

__all__ = ["RULES"]

# Words of two letters that can end a sentence; longer ones are taken whatever they are, less the abbreviations.
_LAST_WORD = r"(?:[a-z]{3,}|it|is|in|on|up|us|me|him|so|do|by|[A-Z][a-z]{5,})"
_ABBREVIATIONS = (
    r"[\s\"(]?(?:etc|vs|nos?|inc|ltd|corp|cos?|approx|al|dept|est|min|max|mio|sec|fig|vol|pp|eds?|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|mln|bln|pct"
    r"|dlrs|cts|avg|shrs|ehf|hf|bzw|usw|resp|incl|esp|cf|viz|tel|ext|gen|gov|prof|rev|hon|messrs|ft|oz|lbs?|hrs|mins|yrs|sq|misc|bros|intl|govt|univ|dist|com"
    r"|net|org|www|ca|tsd|comm)\. .*"
)
_FUNCTION_WORDS = (
    "the|a|an|it|he|she|they|we|in|on|and|but|that|of|to|for|with|his|her|their|which|who|is|are|was|were|has|have|will|as|at|by|from|there|these"
    "|when|if|because|after|its"
)
_UNITS = "percent|per cent|percentage|pct|%|million|billion|trillion|kilomet|met|miles|times|points"
_CLOCK_WORDS = "at|from|until|till|to|by|of|around|about|before|after|between|since|and"
_NAMES = "monday|tuesday|wednesday|thursday|friday|saturday|sunday|german|french|russian|chinese|american|british|spanish|italian|english|european"

RULES = (
    Rule(
        name="split_abbreviation",
        family="abbreviation",
        weight="alone",
        means="a program took the stop of an abbreviation for the end of a sentence and put a space behind it",
        languages=("en",),
        anchor=r"U\. S\.|U\. K\.|U\. N\.|E\. U\.|D\. C\.|U\. A\. E|N\. A\. T\. O|W\. H\. O",
        find=by_pattern(
            r"\b(U\. S\.(?: A\.)?|U\. K\.|U\. N\.|E\. U\.|D\. C\.|U\. A\. E\.|N\. A\. T\. O\.|W\. H\. O\.)", "'{found}'; expected without the space"
        ),
        web_only=True,
    ),
    Rule(
        name="split_clock",
        family="abbreviation",
        weight="alone",
        means="a space was put into 'a.m.' or 'p.m.'",
        languages=("en",),
        anchor=r"\d [ap]\. m",
        find=by_pattern(r"\d ([ap]\. m\b\.?)", "'{found}'; expected without the space"),
    ),
    Rule(
        name="split_time",
        family="abbreviation",
        weight="alone",
        means="a space was put behind the colon of a time of day",
        languages=("en",),
        anchor=r" \d\d?: [0-5]\d",
        find=by_pattern(rf"\b(?:{_CLOCK_WORDS}) (\d{{1,2}}: [0-5]\d)\b", "'{found}'; expected without the space"),
    ),
    Rule(
        name="split_decimal",
        family="abbreviation",
        weight="alone",
        means="a space was put behind the decimal point",
        languages=("en",),
        anchor=rf"\d\. \d+ (?:{_UNITS})",
        find=by_pattern(rf"(?:^|[\s$(])(\d{{1,3}}\. \d+) (?:{_UNITS})", "'{found}'; expected without the space"),
        web_only=True,
    ),
    Rule(
        name="split_thousand",
        family="abbreviation",
        weight="alone",
        means="a space was put behind the comma of a number",
        languages=("en",),
        anchor=r"\d, 000",
        find=by_pattern(r"(?:^|[\s$(])(\d{1,3}, 000)\b", "'{found}'; expected without the space"),
        web_only=True,
    ),
    Rule(
        name="lower_case_function_word",
        family="sentence",
        weight="alone",
        means="after a full stop the text goes on in lower case with a function word: a sentence lost its beginning",
        languages=("en",),
        anchor=rf"[a-z]\. (?:{_FUNCTION_WORDS}) ",
        find=by_pattern(
            rf'(?:^|[\s"(]){_LAST_WORD}\. ((?:{_FUNCTION_WORDS})) ',
            "'{found}' after a full stop; expected a capital letter, or no stop",
            unless=_ABBREVIATIONS,
        ),
    ),
    Rule(
        name="lower_case_start",
        family="sentence",
        weight="together",
        means="after a full stop the text goes on in lower case",
        languages=("en",),
        anchor=r"[a-z]\. [a-z][a-z]",
        find=by_pattern(
            rf'(?:^|[\s"(]){_LAST_WORD}\. ([a-z]{{2,}}) [a-z]',
            "'{found}' after a full stop; expected a capital letter, or no stop",
            unless=_ABBREVIATIONS + rf"|.*\. (?:{_FUNCTION_WORDS}|week to date) .*",
        ),
    ),
    Rule(
        name="lower_case_name",
        family="sentence",
        weight="together",
        means="the name of a day or of a people is in lower case",
        languages=("en",),
        anchor=rf" (?:{_NAMES})",
        find=by_pattern(
            r" (?:on|the|of|and|by|in|to|with|from|for) "
            rf"({_NAMES})s?[ .,]",
            "'{found}'; expected a capital letter",
        ),
    ),
    Rule(
        name="lower_case_i",
        family="sentence",
        weight="together",
        means="the pronoun 'I' is in lower case",
        languages=("en",),
        anchor=r"[a-z\",] i [a-z]|^i [a-z]",
        find=by_pattern(
            r"(?:[a-z,] |\"|^)(i) (?:am|was|have|had|will|would|can|could|do|did|think|know|want|see|say|said|got|like|believe|hope|need|never|just|also)\b",
            "'{found}'; expected 'I'",
        ),
    ),
    Rule(
        name="space_before_mark",
        family="spacing",
        weight="together",
        means="a space stands before a comma or a full stop, as between the tokens of a program",
        languages=("en",),
        anchor=r'[a-z] [,.;] [A-Za-z"]',
        find=by_pattern(r'[a-z]{2}( [,.;]) (?:[A-Za-z][a-z]|")', "'{found}' with a space before it; expected none"),
    ),
    Rule(
        name="doubled_comma",
        family="spacing",
        weight="together",
        means="two commas, or a comma and a full stop, follow each other: the word between them is gone",
        languages=("*",),
        anchor=r"[\pL\"] ?(?:,,|, ,|,\. |;,|, ;)",
        find=by_pattern(r"\pL[\"]?( ?(?:,,|, ,|,\.|;,|, ;)) ", "'{found}'; expected one mark"),
    ),
    Rule(
        name="space_before_hyphen",
        family="spacing",
        weight="together",
        means="a compound has a space before its hyphen",
        languages=("en",),
        anchor=r"[a-z] -[a-z]",
        find=by_pattern(r"[A-Za-z]{3}( -[a-z]{2,})\b", "'{found}'; expected without the space"),
    ),
    Rule(
        name="split_possessive",
        family="spacing",
        weight="together",
        means="a space stands before the possessive 's, as between the tokens of a program",
        languages=("en",),
        anchor=r"[a-z] 's [a-z]",
        find=by_pattern(r"[A-Za-z]{2}( 's) [a-z]", "'{found}'; expected without the space"),
    ),
)
