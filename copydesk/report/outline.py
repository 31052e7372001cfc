"""What a reader of a report must know first: did the run pass, what needs a person, and where did the documents go.

All sentences of the first screen are made here, from figures of the record and nothing else, so that they can be tested without a page.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, assert_never

from copydesk.report.passed import asks_for_a_look, nothing_read
from copydesk.report.record import Outcome, RunRecord

__all__ = ["Bar", "Headline", "Need", "anchor", "counted", "funnel", "headline", "lasted", "moment", "needs"]

Weight = Literal["stop", "look"]


@dataclass(frozen=True, slots=True)
class Headline:
    """The outcome in a few words, one sentence more, and how it is to be taken."""

    title: str
    lead: str
    tone: Literal["good", "look", "stop"]


@dataclass(frozen=True, slots=True)
class Need:
    """Something that a person should look at; `target` is the fragment where its rows are."""

    weight: Weight
    words: str
    target: str
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """One step of the way from in to kept: how many documents are left (`share` is of the first bar, 0 to 1), and what became of those that went."""

    name: str
    documents: int
    share: float
    target: str
    held_back: int = 0
    set_aside: int = 0


def anchor(kind: str, *names: str) -> str:
    """Return the fragment id of a row: the same for the same names in every report, and plain whatever they hold.

    >>> anchor("quarantine", "doc-1")
    'quarantine-bb0e4f494437'
    """
    return f"{kind}-{hashlib.sha256(chr(0).join(names).encode('utf-8', 'surrogatepass')).hexdigest()[:12]}"


def counted(number: int, one: str, many: str = "") -> str:
    """Return a number with its noun.

    >>> counted(1, "document"), counted(1200, "document"), counted(2, "copy", "copies")
    ('1 document', '1,200 documents', '2 copies')
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def lasted(record: RunRecord) -> str:
    """Return how long the run took, or "" where its times cannot be read."""
    try:
        seconds = (datetime.fromisoformat(record.finished) - datetime.fromisoformat(record.started)).total_seconds()
    except (ValueError, TypeError):
        return ""
    minutes, rest = divmod(max(0, round(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s" if minutes else f"{max(0.0, seconds):.1f} s"


def moment(told: str) -> str:
    """Return an ISO 8601 time for people, to the second; what is none stays as it is.

    >>> moment("2026-11-21T06:00:00.123456+00:00"), moment("yesterday")
    ('2026-11-21 06:00:00 UTC', 'yesterday')
    """
    try:
        return datetime.fromisoformat(told).isoformat(" ", "seconds").replace("+00:00", " UTC")
    except ValueError:
        return told


def headline(record: RunRecord) -> Headline:
    """Say what came of the run."""
    found = needs(record)
    documents, kept = record.totals.get("in", 0), record.totals.get("kept", 0)
    match record.outcome:
        case "stopped":
            broken = [_claim(check) for _, check in _failed(record) if check.severity == "critical" and not check.row_level]
            why = f"This did not hold: {broken[0]}. " if broken else ""
            return Headline("Stopped before publishing", f"{why}The corpus is as it was before this run.", "stop")
        case "unchanged":
            same = counted(record.totals.get("unchanged", 0), "document")
            title, lead = "Nothing new", f"{same} under the sources, all of them judged before. The corpus is as it was."
        case "published":
            title = f"Published: {kept:,} of {counted(documents, 'document')} kept"
            lead = f"{counted(record.totals.get('duplicate', 0), 'copy', 'copies')} set aside, {record.totals.get('quarantined', 0):,} held back. "
            lead += f"The corpus now holds {counted(record.corpus.get('kept', 0), 'kept document')}."
        case _:
            assert_never(record.outcome)
    return Headline(title, lead, "stop" if any(need.weight == "stop" for need in found) else "look" if found else "good")


def needs(record: RunRecord) -> list[Need]:
    """List what a person should look at, the gravest first; an empty list means that nobody has to."""
    found = _disagreements(record.totals)
    failed = _failed(record)
    for critical in (True, False):
        for stage, check in failed:
            if (check.severity == "critical") is critical and not check.row_level:
                found.append(Need("stop" if critical else "look", f"{stage}: {_claim(check)}", anchor("check", stage, check.name, check.column), check.advice))
    if nothing_read(record):
        advice = "Look at the paths under --raw, and at what lies there."
        found.append(
            Need("look", "Nothing was read: there is no file under the sources that copydesk reads", "passed" if record.passed_over else "made", advice)
        )
    if files := sum(group.files for group in record.passed_over if asks_for_a_look(group)):
        found.append(Need("look", f"{counted(files, 'file')} under the sources could not be read", "passed", "See what they are and what can be done."))
    quarantined = record.totals.get("quarantined", 0)
    if quarantined:
        reasons = sorted(record.quarantine_by_reason.items(), key=lambda counted_reason: (-counted_reason[1], counted_reason[0]))
        most = f", {reasons[0][1]:,} of them for {reasons[0][0]}" if len(reasons) > 1 else f" for {reasons[0][0]}" if reasons else ""
        found.append(Need("look", f"{counted(quarantined, 'document')} held back{most}", "quarantine", "Read why, then restore or leave them."))
    return found


def funnel(record: RunRecord) -> list[Bar]:
    """Return the way of the documents through the stages, from all that came in to those that were kept."""
    documents = record.totals.get("in", 0) or max((stage.documents_in for stage in record.stages), default=0)
    bars = [Bar("came in", documents, 1.0 if documents else 0.0, "")]
    for stage in record.stages:
        gone = max(0, stage.documents_in - stage.documents_out - stage.rejected)
        share = min(1.0, stage.documents_out / documents) if documents else 0.0
        bars.append(Bar(stage.name, stage.documents_out, share, anchor("stage", stage.name), stage.rejected, gone))
    if record.outcome == "published":
        # What no stage has told of is told here: copies, which the duplicates stage names but does not reject, and what the last gate held back.
        kept = record.totals.get("kept", 0)
        held_back = max(0, record.totals.get("quarantined", 0) - sum(bar.held_back for bar in bars))
        set_aside = max(0, record.totals.get("duplicate", 0) - sum(bar.set_aside for bar in bars))
        bars.append(Bar("kept", kept, min(1.0, kept / documents) if documents else 0.0, "languages", held_back, set_aside))
    return bars


def _failed(record: RunRecord) -> list[tuple[str, Outcome]]:
    return [(stage.name, check) for stage in record.stages for check in stage.checks if not check.passed and check.severity != "info"]


def _claim(check: Outcome) -> str:
    """Return what a check guards without its reason, which its words tell after a colon: the first screen is for claims."""
    return check.words.partition(": ")[0].rstrip(".")


def _disagreements(totals: Mapping[str, int]) -> list[Need]:
    """A report whose figures do not add up must be the first to say so (law 4)."""
    told = sum(totals.get(status, 0) for status in ("kept", "duplicate", "quarantined"))
    if totals.get("in", told) == told:
        return []
    words = f"The figures do not add up: {counted(totals['in'], 'document')} came in, {told:,} are accounted for"
    return [Need("stop", words, "way", "Do not use this corpus version; report the run to the maintainers with its record.")]
