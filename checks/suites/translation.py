"""After translation: the text is untouched, flags lie inside it, and scores are shares."""

from checks.check import Check
from checks.limits import Limits
from checks.suites.common import quarantine_is_bounded, same_documents, stage_did_not_fail

__all__ = ["suite"]


def suite(limits: Limits) -> list[Check]:
    """Return what must hold after the translation stage."""
    return [
        *same_documents("translation"),
        stage_did_not_fail("translation"),
        Check(
            name="translation_spans_lie_in_the_text",
            expectation="ColumnValuesToBeInSet",
            arguments={"column": "spans_valid", "value_set": [True]},
            words="Every flag's span lies inside the text it speaks of (law 7): a reader who follows it must find what was flagged.",
            advice="A rule counts its offsets wrongly: a bug in copydesk.translation. Nothing was published.",
        ),
        Check(
            name="translation_leaves_the_text_alone",
            expectation="ColumnValuesToBeInSet",
            arguments={"column": "text_unchanged", "value_set": [True]},
            words="The stage only says something about the text: an article is flagged, never rewritten.",
            advice="A stage of flags changed text: a bug. Nothing was published.",
        ),
        Check(
            name="translation_score_is_a_share",
            expectation="ColumnValuesToBeBetween",
            arguments={"column": "score", "min_value": 0, "max_value": 1},
            words="The score lies between 0 and 1; where a text is too short for one, it is missing.",
            advice="The scorer returned something else: a bug in copydesk.translation.",
        ),
        Check(
            name="few_documents_read_translated",
            expectation="ColumnValuesToBeBetween",
            arguments={"column": "score", "max_value": limits.translated_score, "strict_max": True, "mostly": 1 - limits.max_translated_share},
            severity="info",
            needs_rows=limits.min_rows_for_shares,
            words="Few documents read like machine translation: a rise means that a source publishes translated or spun articles.",
            advice="See in the report which sites they come from; the flags name the passages.",
        ),
        *_translated_are_held_back(limits),
        quarantine_is_bounded("translation", limits),
    ]


def _translated_are_held_back(limits: Limits) -> list[Check]:
    """Nothing, unless a limit was set: the score says how a text reads, and what becomes of it is the user's choice."""
    if limits.max_translated_score == 1:
        return []
    return [
        Check(
            name="document_does_not_read_translated",
            expectation="ColumnValuesToBeBetween",
            arguments={"column": "score", "max_value": limits.max_translated_score},
            severity="warning",
            on_rows=True,
            words="The document reads less like machine translation than the limit that was set for this corpus.",
            advice="Look at its flags; raise max_translated_score, or restore the document, if people wrote it.",
        )
    ]
