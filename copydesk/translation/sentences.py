"""Where sentences and abbreviations were cut by a program: the full stop of "U.S." taken for an end, or an end without a beginning behind it."""

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

RULES = (
    Rule(
        name="split_abbreviation",
        family="abbreviation",
        weight="alone",
        means="a program took the stop of an abbreviation for the end of a sentence and put a space behind it",
        human=0.07,  # 0 of 1,723 in WMT, 2 of 27,632 other news texts
        lift=None,  # fewer than three windows of any kind of system
        languages=("en",),
        find=by_pattern(r"\b(U\. S\.(?: A\.)?|U\. K\.|U\. N\.|E\. U\.|D\. C\.)", "'{found}'; expected without the space"),
    ),
    Rule(
        name="lower_case_function_word",
        family="sentence",
        weight="alone",
        means="after a full stop the text goes on in lower case with a function word: a sentence lost its beginning",
        human=0.90,  # 1 of 1,723 in WMT, 25 of 27,632 other news texts
        lift=118.2,  # statistical systems, 105 windows
        languages=("en",),
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
        human=1.74,  # 3 of 1,723 in WMT, 32 of 27,632 other news texts
        lift=52.5,  # statistical systems, 140 windows
        languages=("en",),
        find=by_pattern(
            rf'(?:^|[\s"(]){_LAST_WORD}\. ([a-z]{{2,}}) [a-z]',
            "'{found}' after a full stop; expected a capital letter, or no stop",
            unless=_ABBREVIATIONS + rf"|.*\. (?:{_FUNCTION_WORDS}|week to date) .*",
        ),
    ),
    Rule(
        name="space_before_mark",
        family="spacing",
        weight="together",
        means="a space stands before a comma or a full stop, as between the tokens of a program",
        human=9.87,  # 17 of 1,723 in WMT, 86 of 27,632 other news texts
        lift=19.3,  # round trips through Apertium, 28 windows
        languages=("en",),
        find=by_pattern(r'[a-z]{2}( [,.;]) (?:[A-Za-z][a-z]|")', "'{found}' with a space before it; expected none"),
    ),
)
