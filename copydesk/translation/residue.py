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
# An English function word before it says that the sentence is English and the word no part of a name.
_ENGLISH = "the|an?|of|and|in|to|by|for|with|was|is|are|were|on|at|from|that|which|this|their|its|his|not|be|has|have|had|will|or|as|it"
_SCRIPTS = r"[\p{Cyrillic}\p{Greek}\p{Han}\p{Hangul}\p{Hiragana}\p{Katakana}\p{Arabic}\p{Hebrew}]"
_A, _O, _U = (
    "\N{LATIN SMALL LETTER A WITH DIAERESIS}",
    "\N{LATIN SMALL LETTER O WITH DIAERESIS}",
    "\N{LATIN SMALL LETTER U WITH DIAERESIS}",
)
_AE = "\N{LATIN SMALL LETTER AE}"
# Loans, and the learned words that English printers may set with a ligature (encyclopaedia, archaeology, mediaeval, anaesthetic).
_LOANS = f".* (?:{_U}ber.*|sp{_A}tzle.*|sm{_O}rg.*|doppelg{_A}nger.*|co{_O}p.*|.*(?:p{_AE}d|{_AE}olog|di{_AE}v|{_AE}sth|n{_AE}m|h{_AE}m|{_AE}on).*)"
# Less those that are English words or stand in the names of places and people.
_FOREIGN = (
    "und|nicht|oder|auch|wird|wurde|werden|pero|avec|dans|mais|sono|ikke|niet|voor|jest|ist|aber|sich|nach|durch|porque|ont|cette|leur|seine|einen|einer|keine"
)

RULES = (
    Rule(
        name="foreign_script",
        family="residue",
        weight="alone",
        means="a word in another script stands in an English sentence, in neither quotes nor brackets",
        languages=("en",),
        anchor=r"[a-z.,] [\x{370}-\x{1fff}\x{3040}-\x{fdff}]",
        find=by_pattern(rf"(?:[a-z]{{2,}},?|[.,]) ({_SCRIPTS}{{3,}})(?: [A-Za-z]|[.,] )", "'{found}' was left untranslated; expected an English word"),
    ),
    Rule(
        name="german_word",
        family="residue",
        weight="alone",
        means="a lower-case word with a German ending stands in an English sentence",
        languages=("en",),
        anchor=r"ungen|ungs[a-z]|keit|heiten|schaften|lichen|iert|ieren|ische",
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
        languages=("en",),
        anchor=f"[{_LETTERS}]",
        find=by_pattern(
            rf"\b(?:{_ENGLISH}) (\p{{Ll}}*[{_LETTERS}]\p{{Ll}}{{2,}})(?: [a-z]|[.,] )",
            "'{found}' was left untranslated; expected an English word",
            unless=_LOANS,
        ),
    ),
    Rule(
        name="untranslated_function_word",
        family="residue",
        weight="together",
        means="a function word of another language stands between English words",
        languages=("en",),
        anchor=rf"[a-z] (?:{_FOREIGN}) [a-z]",
        find=by_pattern(rf"\b[a-z]{{2,}} ({_FOREIGN}) [a-z]{{2,}}\b", "'{found}' was left untranslated; expected an English word"),
    ),
)
