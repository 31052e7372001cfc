"""After language: each document has a code, "und" where it cannot be known, and that is rare."""

from checks.check import Check
from checks.limits import Limits
from checks.suites.common import quarantine_is_bounded, same_documents, stage_did_not_fail

__all__ = ["suite"]

_MOSTLY_PURE = 0.9  # of 11,175 clean news documents in 100 languages .998 are in one language throughout


def suite(limits: Limits) -> list[Check]:
    """Return what must hold after the language stage."""
    return [
        *same_documents("language"),
        stage_did_not_fail("language"),
        Check(
            name="language_code_is_well_formed",
            expectation="ColumnValuesToMatchRegex",
            # ISO 639 with an optional region or script; no repetition here can backtrack.
            arguments={"column": "language", "regex": r"\A[a-z]{2,3}(?:-[A-Za-z]{2,4})?\Z"},
            words="The language is an ISO 639 code: downstream tools select and partition by it.",
            advice="The detector returned something else: a bug in copydesk.language.",
        ),
        Check(
            name="language_probability_is_a_share",
            expectation="ColumnValuesToBeBetween",
            arguments={"column": "probability", "min_value": 0, "max_value": 1},
            words="The detector's probability lies between 0 and 1; where there is none, it is missing.",
            advice="The detector returned something else: a bug in copydesk.language.",
        ),
        Check(
            name="long_texts_have_a_language",
            expectation="ColumnValuesToNotBeInSet",
            arguments={"column": "language", "value_set": ["und"], "mostly": 1 - limits.max_long_und_share},
            where=("letters", ">=", limits.long_text_letters),
            severity="info",
            needs_rows=limits.min_rows_for_shares,
            words="Texts that are long enough have a language: one without is in a language that no identifier knows, or in none.",
            advice="Look at some of them: tables, code, lists of names and languages that no identifier knows look like this.",
        ),
        Check(
            name="most_languages_are_known",
            expectation="ColumnValuesToNotBeInSet",
            arguments={"column": "language", "value_set": ["und"], "mostly": 1 - limits.max_und_share},
            severity="warning",
            needs_rows=limits.min_rows_for_shares,
            words="Most documents have a language: a rise of unknown ones means shorter texts or a new language.",
            advice="See in the report which sites they come from.",
        ),
        Check(
            name="most_documents_are_in_one_language",
            expectation="ColumnValuesToBeBetween",
            arguments={"column": "passages", "max_value": 0, "mostly": _MOSTLY_PURE},
            severity="info",
            needs_rows=limits.min_rows_for_shares,
            words="Nearly all documents are in one language throughout: many with passages in another were put together by a scraper, or half translated.",
            advice="Look at the flagged passages: menus and footers belong to boilerplate, sentences left standing to translation.",
        ),
        quarantine_is_bounded("language", limits),
    ]
