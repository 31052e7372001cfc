"""After duplicates: each near-copy names a kept document and an exact score that reaches the threshold (law 5).

Needs the facts "threshold" and "containment": the figures that the run's settings ask of a copy, and of a document that stands in a longer one.
"""

from checks.check import Check, Where, fact
from checks.limits import Limits
from checks.suites.common import same_documents

__all__ = ["suite"]

_COPIES: Where = ("status", "==", "duplicate")
_RELATIONS = ["copy", "embedded", "update"]


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
            name="relations_are_known",
            expectation="ColumnValuesToBeInSet",
            arguments={"column": "relation", "value_set": _RELATIONS},
            where=_COPIES,
            words="Every near-copy says what kind of copy it is: it decides which figure it had to reach.",
            advice="A verdict has no relation, or one that nobody knows: a bug in copydesk.duplicates. Nothing was published.",
        ),
        *(
            Check(
                name=f"copies_give_their_{figure}",
                expectation="ColumnValuesToNotBeNull",
                arguments={"column": figure},
                where=_COPIES,
                words=f"Every near-copy carries the exact {figure} of its pair (law 5): a removal without evidence cannot be checked.",
                advice="A pair was not verified: a bug in copydesk.duplicates. Nothing was published.",
            )
            for figure in ("score", "jaccard", "containment")
        ),
        *(
            Check(
                name=f"{figure}_is_a_share",
                expectation="ColumnValuesToBeBetween",
                arguments={"column": figure, "min_value": 0, "max_value": 1},
                where=_COPIES,
                words=f"The {figure} of a pair is a share: none of what they have in common up to all of it.",
                advice="The exact comparison counts wrongly: a bug in copydesk.duplicates. Nothing was published.",
            )
            for figure in ("score", "jaccard", "containment")
        ),
        Check(
            name="copies_reach_the_threshold",
            expectation="ColumnValuesToBeBetween",
            arguments={"column": "score", "min_value": fact("threshold")},
            where=("relation", "==", "copy"),
            words="Every near-copy agrees with the kept document as far as the settings ask (law 5).",
            advice="A pair was taken on its estimate instead of its exact score: a bug in copydesk.duplicates. Nothing was published.",
        ),
        Check(
            name="embedded_documents_reach_the_containment",
            expectation="ColumnValuesToBeBetween",
            arguments={"column": "containment", "min_value": fact("containment")},
            where=("relation", "==", "embedded"),
            words="Every document that was set aside as a part of a longer one stands in it as far as the settings ask (law 5).",
            advice="A pair was taken on its estimate instead of its exact score: a bug in copydesk.duplicates. Nothing was published.",
        ),
        Check(
            name="shared_passages_lie_in_both_texts",
            expectation="ColumnValuesToBeInSet",
            arguments={"column": "shared_inside", "value_set": [True]},
            words="The passage that a pair has in common lies inside both texts (law 7): the evidence can be looked up.",
            advice="The comparison gives wrong places: a bug in copydesk.duplicates. Nothing was published.",
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
