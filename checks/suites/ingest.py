"""After ingest: every record was read, decoded without much guessing, and holds a text."""

from checks.check import Check
from checks.limits import Limits
from checks.suites.common import quarantine_is_bounded, same_documents

__all__ = ["suite"]


def suite(limits: Limits) -> list[Check]:
    """Return what must hold after ingest."""
    return [
        *same_documents("ingest"),
        Check(
            name="record_is_readable",
            expectation="ColumnValuesToBeInSet",
            arguments={"column": "reason", "value_set": ["", "forgotten"]},
            severity="warning",
            on_rows=True,
            words="The record could be read: it is not broken, not too large, and has the fields that hold text.",
            advice="The quarantined row's detail says what was wrong; name the right fields under [ingest], or mend the source. "
            "A row 'passed_over' is the account of a web archive's other responses, and needs nothing done.",
        ),
        Check(
            name="record_is_not_forgotten",
            expectation="ColumnValuesToNotBeInSet",
            arguments={"column": "reason", "value_set": ["forgotten"]},
            severity="info",
            on_rows=True,
            words="Nobody has taken the document out of the corpus: its record is still in its source, and its text goes no further than this.",
            advice="Nothing needs to be done; take the record out of its source if it should not be read at all.",
        ),
        Check(
            name="text_is_not_empty",
            expectation="ColumnValuesToBeBetween",
            arguments={"column": "chars", "min_value": limits.min_chars},
            where=("reason", "==", ""),
            severity="warning",
            on_rows=True,
            words="The document has a text: an empty one is of use to nobody and a near-copy of every other empty one.",
            advice="If many are empty, the text is probably in another field than the one named under [ingest].",
        ),
        Check(
            name="bytes_are_explained",
            expectation="ColumnValuesToBeBetween",
            arguments={"column": "replaced_share", "max_value": limits.max_replaced_share},
            severity="warning",
            on_rows=True,
            words="Nearly all bytes could be decoded: what was replaced is lost, and no later stage brings it back.",
            advice="Fetch the document again; a file cut in the middle or a binary one looks like this.",
        ),
        Check(
            name="decoding_is_confident",
            expectation="ColumnValuesToBeBetween",
            arguments={"column": "confidence", "min_value": limits.min_confidence, "mostly": 1 - limits.max_unsure_share},
            severity="info",
            where=("encoding", "!=", ""),
            needs_rows=limits.min_rows_for_shares,
            words="Few decodings are unsure: most unsure ones are right, but a rise means that a source changed its encoding.",
            advice="Keep the charset that the server declared with each record, or have the source send UTF-8.",
        ),
        quarantine_is_bounded("ingest", limits),
    ]
