"""Taking documents out of the corpus for good: what they said goes, that they were there stays, and whoever hung on them is judged again.

Earlier versions of the table, work folders and reports still hold the texts; this withdraws them from the present version only.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import get_args

import pyarrow as pa
import pyarrow.compute as pc

from copydesk.amend import FORGOTTEN, forgotten
from copydesk.document import Status
from copydesk.errors import InputError
from copydesk.store import schema
from copydesk.store.corpus import Corpus
from flows.decisions import open_desk
from flows.settings import Settings

__all__ = ["Plan", "forget", "plan"]

_NAMED = 5


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be forgotten: ids, and sentences that say so."""

    names: tuple[str, ...]
    words: tuple[str, ...]


def plan(names: Collection[str], sites: Collection[str], settings: Settings) -> Plan:
    """Say which documents these ids and hosts are. Raises `InputError` where one is unknown, or nothing is left to forget."""
    return _planned(Corpus(settings.out), names, sites)


def forget(names: Collection[str], sites: Collection[str], reason: str, settings: Settings) -> list[str]:
    """Forget the documents with these ids and those of these hosts, in one commit, and say what was done.

    The decision holds while a record's bytes are the same: it does not come back with the next run.
    Raises `InputError` as `plan` does; then nothing is changed.
    """
    with open_desk("forget", reason, settings) as desk:
        chosen = _planned(desk.corpus, names, sites).names
        found = desk.compare({}, leaving=chosen)
        copies = set(schema.strings(desk.corpus.rows(["id"], status="duplicate"), "id"))
        others = desk.commit(lambda: forgotten(desk.corpus, chosen, desk.decision, desk.stamp), found, chosen)
    kept = [name for name in others if name in copies and found.verdicts[name].status == "kept"]
    return [
        f"forgotten: {_counted(len(chosen))}, and nobody's copy any more",
        *([f"kept now, for they were copies of what was forgotten: {_listed(kept)}"] if kept else []),
        *([f"judged again: {_listed(rest)}"] if (rest := sorted(set(others) - set(kept))) else []),
        f"earlier versions of {desk.corpus.path} and earlier reports still hold what they held",
    ]


def _planned(corpus: Corpus, names: Collection[str], sites: Collection[str]) -> Plan:
    rows = corpus.rows(["id", "site", "status", "reason"])
    known = set(schema.strings(rows.filter(_among("id", names)), "id"))
    if missing := [name for name in names if name not in known]:
        msg = f"there is no document {missing[0]!r} in {corpus.path}: `copydesk export --status all` lists all ids"
        raise InputError(msg)
    hosts = sorted(set(schema.strings(rows, "site")) - {""})
    wanted = {site.lower() for site in sites}
    for site in sorted(wanted - {host.lower() for host in hosts}):
        near = [host for host in hosts if host.lower().endswith(f".{site}")][:3] or get_close_matches(site, hosts, n=3)
        msg = f"there is no document of the site {site!r} in {corpus.path}" + (f": did you mean {' or '.join(near)}?" if near else "")
        raise InputError(msg)
    chosen = rows.filter(_among("id", names) | _among("site", [host for host in hosts if host.lower() in wanted]))
    left = chosen.filter(~_among("reason", [FORGOTTEN]))
    if not left.num_rows:
        msg = f"nothing to forget: {_counted(chosen.num_rows)} that this names {'is' if chosen.num_rows == 1 else 'are'} forgotten already"
        raise InputError(msg)
    ids, statuses = schema.strings(left, "id"), schema.strings(left, "status")
    parts = ", ".join(f"{statuses.count(status)} {status}" for status in get_args(Status) if status in statuses)
    beside = [host for host in hosts if any(host.lower().endswith(f".{site}") for site in wanted) and host.lower() not in wanted]
    return Plan(tuple(ids), (f"{_counted(len(ids))} ({parts}): {_listed(ids)}", *([f"not of these hosts: {_listed(beside)}"] if beside else [])))


def _among(column: str, values: Collection[str]) -> pc.Expression:
    return pc.field(column).isin(pa.array(list(values), pa.string()))


def _counted(number: int) -> str:
    return f"{number:,} document{'' if number == 1 else 's'}"


def _listed(names: Sequence[str]) -> str:
    more = f", and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more
