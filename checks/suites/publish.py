"""Before the commit: in = kept + duplicate + quarantined, every row says why it is so and can be taken back to its source (laws 1, 4, 5)."""

from checks.check import Check
from checks.limits import Limits
from checks.suites.common import same_documents

__all__ = ["suite"]


def suite(limits: Limits) -> list[Check]:
    """Return what must hold of the rows that are about to be published."""
    del limits  # these are invariants: there is nothing to turn
    return [
        *same_documents("publish"),
        Check(
            name="status_is_known",
            expectation="ColumnValuesToBeInSet",
            arguments={"column": "status", "value_set": ["kept", "duplicate", "quarantined"]},
            words="Every row is kept, duplicate or quarantined: the table is partitioned by it.",
            advice="A row was given another status: a bug. Nothing was published.",
        ),
        Check(
            name="published_edits_revert",
            expectation="ColumnValuesToBeInSet",
            arguments={"column": "reverts", "value_set": [True]},
            where=("chars", ">", 0),
            words="Taking back all edits of a row gives the decoded text, to the byte (law 1): the audit that travels with a document is true.",
            advice="A row's text and edits do not belong together: a bug. Nothing was published.",
        ),
        Check(
            name="kept_rows_have_text",
            expectation="ColumnValuesToBeBetween",
            arguments={"column": "chars", "min_value": 1},
            where=("status", "==", "kept"),
            words="Every kept row has a text: readers of the corpus count on it.",
            advice="An empty text came past the earlier gates: a bug. Nothing was published.",
        ),
        Check(
            name="quarantined_rows_give_a_reason",
            expectation="ColumnValuesToNotBeInSet",
            arguments={"column": "reason", "value_set": [""]},
            where=("status", "==", "quarantined"),
            words="Every quarantined row says why it was held back: nothing leaves without a reason (law 4).",
            advice="A document was rejected without a reason: a bug. Nothing was published.",
        ),
        Check(
            name="published_copies_name_a_kept_document",
            expectation="ColumnValuesToBeInSet",
            arguments={"column": "kept_status", "value_set": ["kept"]},
            where=("status", "==", "duplicate"),
            words="Every published near-copy names a kept document (law 5), also after this run changed what is kept.",
            advice="The kept document was quarantined or judged again after the copy: a bug. Nothing was published.",
        ),
        Check(
            name="stories_are_led_by_a_kept_document",
            expectation="ColumnValuesToBeInSet",
            arguments={"column": "story_is_led", "value_set": [True]},
            words="A story bears the id of a kept document that is in it: whoever follows the name finds a text.",
            advice="The leading document left or was judged again after its story was: a bug. Nothing was published.",
        ),
        Check(
            name="copies_are_of_the_story_of_their_kept_document",
            expectation="ColumnValuesToBeInSet",
            arguments={"column": "story_of_kept", "value_set": [True]},
            where=("status", "==", "duplicate"),
            words="A near-copy is of the story of the document kept in its place: it tells the same.",
            advice="The kept document changed its story after the copy was given one: a bug. Nothing was published.",
        ),
    ]
