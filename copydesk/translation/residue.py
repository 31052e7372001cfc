"""What a translation system did not know and left as it was: words and figures of the source language inside an English sentence."""

from copydesk.translation.rule import Rule, by_pattern

__all__ = ["RULES"]

# Letters of the European languages with large news sites, less those of common loan words (cafe, naive, facade).
_LETTERS = (
    "\N{LATIN SMALL LETTER SHARP S}\N{LATIN SMALL LETTER A WITH DIAERESIS}\N{LATIN SMALL LETTER O WITH DIAERESIS}\N{LATIN SMALL LETTER U WITH DIAERESIS}"
    "\N{LATIN SMALL LETTER E WITH CARON}\N{LATIN SMALL LETTER S WITH CARON}\N{LATIN SMALL LETTER C WITH CARON}\N{LATIN SMALL LETTER R WITH CARON}"
    "\N{LATIN SMALL LETTER Z WITH CARON}\N{LATIN SMALL LETTER U WITH RING ABOVE}\N{LATIN SMALL LETTER D WITH CARON}\N{LATIN SMALL LETTER N WITH CARON}"
    "\N{LATIN SMALL LETTER A WITH OGONEK}\N{LATIN SMALL LETTER E WITH OGONEK}\N{LATIN SMALL LETTER L WITH STROKE}\N{LATIN SMALL LETTER Z WITH DOT ABOVE}"
    "\N{LATIN SMALL LETTER O WITH DOUBLE ACUTE}\N{LATIN SMALL LETTER U WITH DOUBLE ACUTE}\N{LATIN SMALL LETTER A WITH RING ABOVE}\N{LATIN SMALL LETTER AE}"
    "\N{LATIN SMALL LETTER O WITH STROKE}\N{LATIN SMALL LETTER G WITH BREVE}\N{LATIN SMALL LETTER DOTLESS I}\N{LATIN SMALL LETTER ETH}"
    "\N{LATIN SMALL LETTER THORN}"
)
_ANY_LETTER = r"\p{Ll}"
# An English function word before it says that the sentence is English and the word no part of a name.
_ENGLISH = "the|an?|of|and|in|to|by|for|with|was|is|are|were|on|at|from|that|which|this|their|its|his|not|be|has|have|had|will|or|as|it"
_SCRIPTS = r"[\p{Cyrillic}\p{Greek}\p{Han}\p{Hangul}\p{Hiragana}\p{Katakana}\p{Arabic}\p{Hebrew}]"
_LOANS = (
    r".* (?:\N{LATIN SMALL LETTER U WITH DIAERESIS}ber.*|sp\N{LATIN SMALL LETTER A WITH DIAERESIS}tzle.*|sm\N{LATIN SMALL LETTER O WITH DIAERESIS}rg.*"
    r"|doppelg\N{LATIN SMALL LETTER A WITH DIAERESIS}nger.*|co\N{LATIN SMALL LETTER O WITH DIAERESIS}p.*)"
).encode().decode("unicode_escape")

RULES = (
    Rule(
        name="foreign_script",
        family="residue",
        weight="alone",
        means="a word in another script stands in an English sentence, in neither quotes nor brackets",
        human=0.0,
        lift=None,
        languages=("en",),
        find=by_pattern(rf"(?:[a-z]{{2,}},?|[.,]) ({_SCRIPTS}{{3,}})(?: [A-Za-z]|[.,] )", "'{found}' was left untranslated; expected an English word"),
    ),
    Rule(
        name="german_word",
        family="residue",
        weight="alone",
        means="a lower-case word with a German ending stands in an English sentence",
        human=0.0,
        lift=None,
        languages=("en",),
        find=by_pattern(
            r"(?:^|[\s\"(])([a-z]{4,}(?:ungen|ungs[a-z]{3,}|keiten|keit|heiten|schaften|lichen|ischen|ierten|iert|ieren|ische|ischer|ischem))(?:[\s.,;:!?\")]|$)",
            "'{found}' was left untranslated; expected an English word",
        ),
    ),
    Rule(
        name="accented_word",
        family="residue",
        weight="alone",
        means="a lower-case word with letters that English does not have follows an English function word",
        human=0.0,
        lift=None,
        languages=("en",),
        find=by_pattern(
            rf"\b(?:{_ENGLISH}) ({_ANY_LETTER}*[{_LETTERS}]{_ANY_LETTER}{{2,}})(?: [a-z]|[.,] )",
            "'{found}' was left untranslated; expected an English word",
            unless=_LOANS,
        ),
    ),
    Rule(
        name="decimal_comma",
        family="figures",
        weight="together",
        means="a decimal comma, as on the continent",
        human=0.0,
        lift=None,
        languages=("en",),
        find=by_pattern(r"\b(\d{1,2},\d{1,2}) (?:percent|per cent|%|million|billion|euros?|kilomet|met)", "'{found}'; expected a decimal point"),
    ),
    Rule(
        name="point_in_thousands",
        family="figures",
        weight="together",
        means="thousands are parted by a point, as on the continent",
        human=0.0,
        lift=None,
        languages=("en",),
        find=by_pattern(r"(?:^|[\s(])(\d{1,3}\.000)(?:[\s,;)]|$)", "'{found}'; expected a comma"),
    ),
    Rule(
        name="space_in_thousands",
        family="figures",
        weight="together",
        means="thousands are parted by a space, as on the continent",
        human=0.0,
        lift=None,
        languages=("en",),
        find=by_pattern(r"(?:^|[\s(])(\d{1,3} 000)(?:[\s.,;)]|$)", "'{found}'; expected a comma"),
    ),
    Rule(
        name="space_before_percent",
        family="figures",
        weight="together",
        means="a space before the per cent sign, as on the continent",
        human=0.0,
        lift=None,
        languages=("en",),
        find=by_pattern(r"\d( %)(?:[\s.,;)]|$)", "a space before the sign; expected none"),
    ),
)
