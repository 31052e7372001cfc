"""After encoding: the text is repaired, and every repair can be taken back."""

from checks.check import Check
from checks.limits import Limits
from checks.suites.common import quarantine_is_bounded, same_documents, stage_did_not_fail

__all__ = ["suite"]


def suite(limits: Limits) -> list[Check]:
    """Return what must hold after the encoding stage."""
    return [
        *same_documents("encoding"),
        stage_did_not_fail("encoding"),
        Check(
            name="encoding_edits_revert",
            expectation="ColumnValuesToBeInSet",
            arguments={"column": "reverts", "value_set": [True]},
            words="Text only changes by recorded edits: taking them all back gives the decoded text, to the byte (laws 1 and 7).",
            advice="A stage changed text past the ledger, or an edit's span is wrong: a bug. Nothing was published.",
        ),
        Check(
            name="no_nul_is_left",
            expectation="ColumnValuesToBeInSet",
            arguments={"column": "nuls", "value_set": [0]},
            severity="warning",
            on_rows=True,
            words="No NUL character is left: databases and C programs cut a text where one stands.",
            advice="Set encoding.remove_control_chars, or look whether the source is text at all (UTF-16 without its mark looks like this).",
        ),
        Check(
            name="mojibake_is_repaired",
            expectation="ColumnValuesToBeBetween",
            arguments={"column": "mojibake_per_1000", "max_value": limits.max_mojibake},
            severity="warning",
            on_rows=True,
            words="Little garbled text is left after the repair: what ftfy still finds bad was damaged in a way that cannot be undone.",
            advice="Fetch the document again in its original encoding; the damage was done before it came here.",
        ),
        quarantine_is_bounded("encoding", limits),
    ]
