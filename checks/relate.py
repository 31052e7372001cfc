"""From a stage's metrics to the tables that its suite looks at: an expectation sees one table, so what relates two of them is made a column here.

`schema` has a row per column of the frame, `documents` is the frame itself with figures per length,
`identities` the outer join with the ids that went in, `acceptance` a row per document with the verdict of the row-level checks.

A missing value must never pass as a good one, and expectations pass over missing values. So an unknown truth is False, an unknown word is "",
an empty id is missing, and a missing figure is counted in `schema` unless its column may have none.
"""

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

import pyarrow as pa

from copydesk.metrics import METRICS

if TYPE_CHECKING:  # an annotation must not cost the import
    import pandas as pd

__all__ = ["acceptance", "as_table", "documents", "identities", "schema"]

_NO_FAULT = ("passed_over", "forgotten")

# A text may be too short for a probability or a score, and a kept document is compared with nothing.
_MAY_BE_MISSING = frozenset({"probability", "score", "jaccard", "containment"})


def as_table(frame: "pa.Table | pd.DataFrame") -> pa.Table:
    """Return the frame as an Arrow table."""
    return frame if isinstance(frame, pa.Table) else pa.Table.from_pandas(frame, preserve_index=False)


def schema(stage: str, table: pa.Table) -> "pd.DataFrame":
    """Return a row per column: its `declared` type, the type that was `found`, and how many values are `missing`."""
    import pandas as pd  # noqa: PLC0415 - takes a second, and only a gate needs it

    declared = {field.name: str(field.type) for field in METRICS[stage]}
    found = {name: _type_name(table.schema.field(name).type, declared.get(name, "null")) for name in table.column_names}
    figures = {name for name, kind in declared.items() if kind in {"int64", "double"}} - _MAY_BE_MISSING
    names = sorted({*declared, *found})
    return pd.DataFrame(
        {
            "column": names,
            "declared": [declared.get(name, "none") for name in names],
            "found": [found.get(name, "none") for name in names],
            "missing": [table.column(name).null_count if name in figures and name in found else 0 for name in names],
        }
    )


def documents(stage: str, table: pa.Table) -> "pd.DataFrame":
    """Return the frame, whose schema must hold, without unknown truths and words and with the figures that the suite compares; rows count from 0."""
    frame: pd.DataFrame = table.select(METRICS[stage].names).cast(METRICS[stage]).to_pandas()
    for field in METRICS[stage]:
        if field.type == pa.bool_():
            frame[field.name] = frame[field.name].eq(other=True)
        elif field.type == pa.string():
            frame[field.name] = frame[field.name].fillna("")
    frame["id"] = frame["id"].mask(frame["id"].eq(""))
    match stage:
        case "ingest":
            frame["replaced_share"] = frame["replaced"] / frame["chars"].clip(lower=1)
        case "encoding":
            # Of a text under 1,000 characters as many spots are borne as of one that has them: two odd signs in a line are no damage.
            frame["mojibake_per_1000"] = 1000 * frame["mojibake"] / frame["chars_out"].clip(lower=1000)
        case _:
            pass
    return frame


def identities(ids: "pd.Series[str]", ids_in: Sequence[str]) -> "pd.DataFrame":
    """Return a row per id of either side, and on which sides it is."""
    import pandas as pd  # noqa: PLC0415 - as above

    went_in = pd.DataFrame({"id": list(ids_in)}, dtype="str").drop_duplicates()
    came_out = pd.DataFrame({"id": ids.dropna()}, dtype="str").drop_duplicates()
    joined = went_in.merge(came_out, how="outer", on="id", indicator="side")
    return pd.DataFrame({"id": joined["id"], "in_input": joined["side"] != "right_only", "in_output": joined["side"] != "left_only"})


def acceptance(documents: "pd.DataFrame", rejected: Collection[str]) -> "pd.DataFrame":
    """Return a row per document: whether the row-level checks accepted it.

    A row that only accounts for what is no document - the pictures and redirects of a web archive - is none of these: it says nothing against the source.
    Nor does one that a person had forgotten.
    """
    import pandas as pd  # noqa: PLC0415 - as above

    judged = documents[~documents["reason"].isin(_NO_FAULT)] if "reason" in documents else documents
    return pd.DataFrame({"id": judged["id"], "accepted": ~judged["id"].isin(list(rejected))})


def _type_name(found: pa.DataType, declared: str) -> str:
    """Return the type in the words of METRICS: pandas calls a string large, and a column without any value has no type of its own."""
    if pa.types.is_large_string(found):
        return "string"
    return declared if pa.types.is_null(found) else str(found)
