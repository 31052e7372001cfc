"""Numbers, dates, times and sums as another language writes them."""

from copydesk.translation.rule import Rule, by_pattern

__all__ = ["RULES"]

_MONTH = "(?:January|February|March|April|May|June|July|August|September|October|November|December)"
_MEASURED = "percent|per cent|%|million|billion|euros?|kilomet|met"

RULES = (
    Rule(
        name="decimal_comma",
        family="figures",
        weight="together",
        means="a decimal comma, as on the continent",
        languages=("en",),
        anchor=rf"\d,\d\d? (?:{_MEASURED})",
        find=by_pattern(rf"\b(\d{{1,2}},\d{{1,2}}) (?:{_MEASURED})", "'{found}'; expected a decimal point"),
    ),
    Rule(
        name="point_in_thousands",
        family="figures",
        weight="together",
        means="thousands are parted by a point, as on the continent",
        languages=("en",),
        anchor=r"\d\.000",
        find=by_pattern(r"(?:^|[\s(])(\d{1,3}\.000)(?:[\s,;)]|$)", "'{found}'; expected a comma"),
    ),
    Rule(
        name="space_in_thousands",
        family="figures",
        weight="together",
        means="thousands are parted by a space, as on the continent",
        languages=("en",),
        anchor=r"\d 000",
        find=by_pattern(r"(?:^|[\s(])(\d{1,3} 000)(?:[\s.,;)]|$)", "'{found}'; expected a comma"),
    ),
    Rule(
        name="space_before_percent",
        family="figures",
        weight="together",
        means="a space before the per cent sign, as on the continent",
        languages=("en",),
        anchor=r"\d %",
        find=by_pattern(r"\d( %)(?:[\s.,;)]|$)", "a space before the sign; expected none"),
    ),
    Rule(
        name="currency_behind",
        family="figures",
        weight="together",
        means="the sign of a currency stands behind the sum, as on the continent",
        languages=("en",),
        anchor=r"\d ?[$\x{20AC}\x{A3}][ ,.;)\n]",
        find=by_pattern(r"\d( ?[$\x{20AC}\x{A3}])[ ,.;)\n]", "'{found}' behind the sum; expected before it"),
    ),
    Rule(
        name="space_behind_currency",
        family="figures",
        weight="together",
        means="a space stands between the sign of a currency and the sum",
        languages=("en",),
        anchor=r"\$ \d",
        find=by_pattern(r"(?:^|[\s(])(\$ )\d", "'{found}' before the sum; expected no space"),
    ),
    Rule(
        name="clock_on_the_continent",
        family="figures",
        weight="together",
        means="a time of day is written with an h, as in French",
        languages=("en",),
        anchor=r" \d\d? ?h[0-5]\d",
        find=by_pattern(r"\b(?:at|to|from|until|since|by|before|after) ((?:[01]?\d|2[0-3]) ?h[0-5]\d)\b", "'{found}'; expected a colon"),
    ),
    Rule(
        name="minutes_o_clock",
        family="figures",
        weight="alone",
        means="'o'clock' stands after minutes, as German 'Uhr' does",
        languages=("en",),
        anchor=r"\d[.:]\d\d o'clock",
        find=by_pattern(r"\b(\d{1,2}[.:]\d\d o'clock)\b", "'{found}'; expected the time alone"),
    ),
    Rule(
        name="thousand_million",
        family="figures",
        weight="together",
        means="'a thousand million', as in Spanish, or 'milliard' for a billion",
        languages=("en",),
        anchor=r"thousand million|[mM]illiard",
        find=by_pattern(r"\b(thousand million|[mM]illiard(?:en|s)?)\b", "'{found}'; expected 'billion'"),
    ),
    Rule(
        name="day_with_article",
        family="figures",
        weight="together",
        means="'the 21 December' for '21 December', as in French or German",
        languages=("en",),
        anchor=rf"the \d\d? {_MONTH}",
        find=by_pattern(rf"\b(?:on|since|until|from|for|that|of|by) (the \d{{1,2}} {_MONTH})\b", "'{found}'; expected without the article"),
    ),
    Rule(
        name="roman_century",
        family="figures",
        weight="together",
        means="a century has a Roman numeral, as in French, Spanish and Russian",
        languages=("en",),
        anchor=r"[XVI]{2}(?:th|st)? century",
        find=by_pattern(r"\b([XVI]{2,5}(?:th|st)? century)\b", "'{found}'; expected Arabic figures"),
    ),
    Rule(
        name="the_year",
        family="figures",
        weight="together",
        means="'in the year 2012' for 'in 2012'",
        languages=("en",),
        anchor=r"the year (?:19|20)\d\d",
        find=by_pattern(r"\b(?:in|of|for|since|from) (the year) (?:19|20)\d\d\b", "'{found}' before a date; expected the date alone"),
    ),
)
