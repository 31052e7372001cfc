"""After duplicates: each near-copy names a kept document and an exact score that reaches the threshold (law 5).

Needs the fact "threshold": the Jaccard similarity that the run's settings ask for.
"""

from checks.check import Check, Where, fact
from checks.limits import Limits
from checks.suites.common import same_documents

__all__ = ["suite"]

_COPIES: Where = ("status", "==", "duplicate")


def suite(limits: Limits) -> list[Check]:
    """Return what must hold after near-copies were found."""
    return [
        *same_documents("duplicates"),
        Check(
            name="verdict_is_known",
            expectation="ColumnValuesToBeInSet",
            arguments={"column": "status", "value_set": ["kept", "duplicate"]},
            words="Every document is kept or is a near-copy: there is no third verdict.",
            advice="A verdict is missing or misspelt: a bug in copydesk.duplicates. Nothing was published.",
        ),
        Check(
            name="copies_name_a_kept_document",
            expectation="ColumnValuesToBeInSet",
            arguments={"column": "kept_status", "value_set": ["kept"]},
            where=_COPIES,
            words="Every near-copy names a document that is kept (law 5): with chains, a story could go and no copy of it stay.",
            advice="A copy points to a copy or to nothing: a bug in copydesk.duplicates. Nothing was published.",
        ),
        Check(
            name="copies_give_their_score",
            expectation="ColumnValuesToNotBeNull",
            arguments={"column": "jaccard"},
            where=_COPIES,
            words="Every near-copy carries the exact score of its pair (law 5): a removal without evidence cannot be checked.",
            advice="A pair was not verified: a bug in copydesk.duplicates. Nothing was published.",
        ),
        Check(
            name="copies_reach_the_threshold",
            expectation="ColumnValuesToBeBetween",
            arguments={"column": "jaccard", "min_value": fact("threshold"), "max_value": 1},
            where=_COPIES,
            words="Every near-copy is as similar to the kept document as the settings ask (law 5), and no more than wholly.",
            advice="A pair was taken on its estimate instead of its exact score: a bug in copydesk.duplicates. Nothing was published.",
        ),
        Check(
            name="kept_documents_name_no_other",
            expectation="ColumnValuesToBeInSet",
            arguments={"column": "kept_id", "value_set": [""]},
            where=("status", "==", "kept"),
            words="A kept document names no other that it would be a copy of.",
            advice="A verdict contradicts itself: a bug in copydesk.duplicates. Nothing was published.",
        ),
        Check(
            name="few_documents_are_copies",
            expectation="ColumnValuesToNotBeInSet",
            arguments={"column": "status", "value_set": ["duplicate"], "mostly": 1 - limits.max_duplicate_share},
            severity="warning",
            needs_rows=limits.min_rows_for_shares,
            words="Only a part of the documents are near-copies: a rise means that a source came twice, or that boilerplate was left in.",
            advice="Look at some pairs in the report; if they share only the page's frame, the boilerplate stage missed it.",
        ),
    ]
