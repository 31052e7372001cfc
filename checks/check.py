"""One entry of a suite: what must hold, in a form that is read as data before Great Expectations is ever imported (that import costs seconds).

A check names a Great Expectations class and its arguments; `build` turns it into the library's object. Thresholds come from `checks.limits`,
what is only known in the run (the threshold of near-copies) is asked for with `fact`, which is the library's own `$PARAMETER`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from copydesk.report.record import Severity

if TYPE_CHECKING:  # an annotation must not cost the import
    from great_expectations.expectations.expectation import Expectation

__all__ = ["Check", "Table", "Where", "fact"]

Table = Literal["schema", "documents", "identities", "acceptance"]
Where = tuple[str, Literal["==", "!=", "<", "<=", ">", ">="], str | int]


def fact(name: str) -> Mapping[str, str]:
    """Stand for a figure that the flow hands to the gate with each run.

    >>> fact("threshold")
    {'$PARAMETER': 'threshold'}
    """
    return {"$PARAMETER": name}


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One expectation with its meaning.

    `name` is unique over all suites, for it is the reason under which a document is quarantined. `expectation` is the name of a class of
    `great_expectations.expectations` without its leading "Expect", `arguments` are its keyword arguments.
    `words` say what the check guards and why, `advice` what to do when it fails.

    `severity`: a critical check about a whole table stops the run before it publishes, a warning wants a look, an info is for the record.
    `on_rows`: each failing row sends its document to quarantine; such a check never stops a run by itself, so it is a warning.
    `where`: only rows for which this condition (column, operator, value) holds are looked at.
    `of`: the table that is looked at, one of those that `checks.relate` makes. `needs_rows`: on fewer rows than this nothing is judged,
    because a share of three documents says nothing.
    """

    name: str
    expectation: str
    arguments: Mapping[str, object]
    words: str
    advice: str
    severity: Severity = "critical"
    on_rows: bool = False
    where: Where | None = None
    of: Table = "documents"
    needs_rows: int = 0

    @property
    def column(self) -> str:
        """Return the column that is judged, "" for an expectation about the whole table."""
        return str(self.arguments.get("column", "")) if self.of == "documents" else ""

    @property
    def facts(self) -> frozenset[str]:
        """Return the names of the facts that have to be handed in."""
        return frozenset(str(value["$PARAMETER"]) for value in self.arguments.values() if isinstance(value, Mapping))

    def build(self) -> "Expectation":
        """Return the check as an expectation of the library; `meta["check"]` leads back from a result to its check."""
        from great_expectations import expectations  # noqa: PLC0415 - takes seconds, and only a gate needs it
        from great_expectations.expectations.row_conditions import Column, ComparisonCondition, Operator  # noqa: PLC0415 - as above

        row_condition = None
        if self.where:
            column, operator, value = self.where
            row_condition = ComparisonCondition(column=Column(column), operator=Operator(operator), parameter=value)
        built: Expectation = getattr(expectations, f"Expect{self.expectation}")(
            **self.arguments,
            **({"row_condition": row_condition} if row_condition else {}),
            severity=self.severity,
            description=self.words,
            notes=self.advice,
            meta={"check": self.name, "table": self.of, "on_rows": self.on_rows, "needs_rows": self.needs_rows},
        )
        return built
