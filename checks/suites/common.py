"""What must hold after every stage: the figures are whole, and the documents that left are those that came in (law 4).

Names carry the stage, for each name is unique over all suites.
"""

from checks.check import Check
from checks.limits import Limits

__all__ = ["quarantine_is_bounded", "same_documents", "stage_did_not_fail"]


def same_documents(stage: str) -> list[Check]:
    """Return the checks on the metrics frame's schema and on the ids."""
    return [
        Check(
            name=f"{stage}_metrics_keep_their_schema",
            of="schema",
            expectation="ColumnPairValuesToBeEqual",
            arguments={"column_A": "declared", "column_B": "found"},
            words="The frame has just the columns and types that copydesk.metrics.METRICS declares: with others, all later checks judge wrongly.",
            advice="Bring the stage's measuring and METRICS together again; a new column is declared in both.",
        ),
        Check(
            name=f"{stage}_metrics_are_complete",
            of="schema",
            expectation="ColumnValuesToBeInSet",
            arguments={"column": "missing", "value_set": [0]},
            words="No figure is missing where every document has one: an expectation passes over missing values, so a gap would pass as good.",
            advice="Look at how the stage measures the column that is named.",
        ),
        Check(
            name=f"{stage}_ids_are_present",
            expectation="ColumnValuesToNotBeNull",
            arguments={"column": "id"},
            words="Every document has an id: without one it can be neither published nor quarantined.",
            advice="Look at how ingest makes ids; an empty id field falls back to the source's name.",
        ),
        Check(
            name=f"{stage}_ids_are_unique",
            expectation="ColumnValuesToBeUnique",
            arguments={"column": "id"},
            words="No document is there twice: one of the two would overwrite the other in the table.",
            advice="Look for two sources that give the same id, or a shard that was read twice.",
        ),
        Check(
            name=f"{stage}_loses_no_document",
            of="identities",
            expectation="ColumnValuesToBeInSet",
            arguments={"column": "in_output", "value_set": [True]},
            words="Every document that came in also left: nothing disappears without a row that says why (law 4).",
            advice="Compare the shards before and after the stage; the ids are named here.",
        ),
        Check(
            name=f"{stage}_adds_no_document",
            of="identities",
            expectation="ColumnValuesToBeInSet",
            arguments={"column": "in_input", "value_set": [True]},
            words="Every document that left also came in: a stage makes no documents of its own (law 4).",
            advice="Look for a shard of another run in the work folder; the ids are named here.",
        ),
    ]


def stage_did_not_fail(stage: str) -> Check:
    """Return the check that the stage could judge each document."""
    return Check(
        name=f"{stage}_did_not_fail",
        expectation="ColumnValuesToBeInSet",
        arguments={"column": "failed", "value_set": [""]},
        severity="warning",
        on_rows=True,
        words="The stage could judge the document: whatever a text provokes costs that document and no other (law 9).",
        advice="The quarantined row's detail has the fault's gist; a text that makes a stage fail is a bug worth a report.",
    )


def quarantine_is_bounded(stage: str, limits: Limits) -> Check:
    """Return the check that a stage does not throw the corpus away."""
    return Check(
        name=f"{stage}_quarantines_few",
        of="acceptance",
        expectation="ColumnValuesToBeInSet",
        arguments={"column": "accepted", "value_set": [True], "mostly": 1 - limits.max_quarantined_share},
        needs_rows=limits.min_rows_for_shares,
        words="Only a part of the documents is held back here: if it is most of them, the source or a limit is wrong, not the documents.",
        advice="See which check holds back most, look at some of its documents, then mend the source or the limit.",
    )
