"""After boilerplate: an article is left, and every line that went can be put back."""

from checks.check import Check
from checks.limits import Limits
from checks.suites.common import quarantine_is_bounded, same_documents, stage_did_not_fail

__all__ = ["suite"]


def suite(limits: Limits) -> list[Check]:
    """Return what must hold after the boilerplate stage."""
    return [
        *same_documents("boilerplate"),
        stage_did_not_fail("boilerplate"),
        Check(
            name="boilerplate_edits_revert",
            expectation="ColumnValuesToBeInSet",
            arguments={"column": "reverts", "value_set": [True]},
            words="Text only changes by recorded edits: taking them all back gives the decoded text, to the byte (laws 1 and 7).",
            advice="A stage changed text past the ledger, or an edit's span is wrong: a bug. Nothing was published.",
        ),
        Check(
            name="words_are_left",
            expectation="ColumnValuesToBeBetween",
            arguments={"column": "words_out", "min_value": 1},
            severity="warning",
            on_rows=True,
            words="Words are left: a page that was nothing but boilerplate, or nothing but signs, is no article.",
            advice="Look at some of them: listing pages, cookie walls and pictures without text belong in quarantine; articles do not.",
        ),
        Check(
            name="document_is_not_hollow",
            expectation="ColumnValuesToBeBetween",
            arguments={"column": "removed_share", "max_value": limits.max_removed_share},
            where=("words_out", "<", limits.hollow_words),
            severity="warning",
            on_rows=True,
            words="The document is not hollow: most of its words did not go as boilerplate with only a few left, as on teaser pages and pay walls.",
            advice="If these are short articles on long pages, raise max_removed_share or lower hollow_words.",
        ),
        Check(
            name="little_is_removed_overall",
            expectation="ColumnMeanToBeBetween",
            arguments={"column": "removed_share", "max_value": limits.max_mean_removed_share},
            severity="warning",
            needs_rows=limits.min_rows_for_shares,
            words="The mean document keeps most of its words: a sudden rise means that a source changed its pages or that a rule runs wild.",
            advice="See in the report which rule removed most, and compare with the run before.",
        ),
        quarantine_is_bounded("boilerplate", limits),
    ]
