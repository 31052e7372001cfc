"""What the command line shows: the summary of a run, one document's story. Text from the corpus is shown, never interpreted."""

from collections.abc import Iterable
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from copydesk import ledger
from copydesk.document import Decoding, Document, Edit
from copydesk.report.diff import marked, visible
from copydesk.report.passed import nothing_read, told
from copydesk.report.record import RunRecord, StageRecord
from copydesk.store import schema
from copydesk.store.corpus import Corpus
from flows.history import report_path

__all__ = ["document", "summary"]

_CONTEXT = 40
_REASONS = 5
_STYLES = {"same": "", "del": "red strike", "ins": "green underline"}
_MARKS = {"same": ("", ""), "del": ("[-", "-]"), "ins": ("{+", "+}")}


def summary(record: RunRecord, out: Path) -> None:
    """Print what became of the run's documents, what each suite said, and where the report lies."""
    console = Console(highlight=False)
    totals = Table(title=f"run {record.run_id}: {record.outcome}", title_justify="left")
    names = ("in", "kept", "duplicate", "quarantined", "edits", "flags", "unchanged")
    for name in names:
        totals.add_column(name, justify="right")
    totals.add_row(*(f"{record.totals.get(name, 0):,}" for name in names))
    console.print(totals)
    suites = Table()
    for name in ("stage", "in", "held back", "suite"):
        suites.add_column(name, justify="left" if name in {"stage", "suite"} else "right")
    for stage in record.stages:
        suites.add_row(stage.name, f"{stage.documents_in:,}", f"{stage.rejected:,}", _said(stage))
    console.print(suites)
    if nothing_read(record):
        console.print(Text("nothing was read: there is no file under the sources that copydesk reads", style="bold yellow"), soft_wrap=True)
    for group in record.passed_over[:_REASONS]:
        console.print(Text(f"passed over: {visible(told(group))}", style="yellow"), soft_wrap=True)
    if (more := len(record.passed_over) - _REASONS) > 0:
        console.print(Text(f"passed over: others, for {more:,} more reasons that the report has", style="yellow"), soft_wrap=True)
    console.print(Text(f"corpus: {out}/documents ({', '.join(f'{count:,} {status}' for status, count in record.corpus.items())})"), soft_wrap=True)
    console.print(Text(f"report: {report_path(out, record.run_id)}"), soft_wrap=True)


def document(name: str, out: Path) -> None:
    """Print a published document's whole story."""
    corpus = Corpus(out)
    rows = corpus.row(name)
    (row,), (found,) = rows.to_pylist(), schema.documents(rows)
    console = Console(highlight=False, soft_wrap=True)
    for label, value in (*_facts(row), ("decoded", _decoded(found.decoding))):
        console.print(Text.assemble((f"{label:<12}", "bold"), visible(value)))
    if row["decision"]:
        decision = row["decision"]
        console.print(
            Text.assemble((f"{'decision':<12}", "bold"), visible(f"{decision['action']} by {decision['by']} at {decision['at']}: {decision['reason']}"))
        )
    console.print(Text(f"\nedits ({len(found.edits)})", style="bold"))
    for edit, left, right in _in_place(found):
        console.print(_shown_edit(edit, left, right, colour=console.is_terminal))
    spans = [flag for flag in found.flags if (flag.stage, flag.rule) not in {("translation", "score"), ("language", "language")}]
    console.print(Text(f"\nflags ({len(spans)})", style="bold"))
    for flag in spans:
        excerpt = found.text[max(0, flag.start - _CONTEXT) : flag.end + _CONTEXT]
        value = f" [{visible(flag.value)}]" if flag.value else ""
        console.print(Text(f"  {flag.stage}/{flag.rule} at {flag.start}-{flag.end}{value}: {visible(flag.evidence)}"))
        console.print(Text(f"      ...{visible(excerpt)}...", style="dim"))
    copies = [entry for entry in corpus.rows(["id", "kept_id", "source", "jaccard", "containment"], status="duplicate").to_pylist() if entry["kept_id"] == name]
    console.print(Text(f"\ncopies ({len(copies)})", style="bold"))
    for entry in copies:
        console.print(Text(f"  {visible(entry['id'])}  jaccard {entry['jaccard']:.3f}  containment {entry['containment']:.3f}  {visible(entry['source'])}"))
    console.print(Text("\ntext", style="bold"))
    console.print(Text(visible(found.text)))


def _said(stage: StageRecord) -> Text:
    if not stage.checks:
        return Text("not judged")
    failed = [check for check in stage.checks if not check.passed]
    if not failed:
        return Text(f"passed ({len(stage.checks)} expectations)", style="green")
    told = ", ".join(f"{check.name} ({check.severity}{f', {check.unexpected} held back' if check.row_level else ''})" for check in failed)
    return Text(f"{len(stage.checks) - len(failed)} of {len(stage.checks)} passed; {told}", style="yellow")


def _facts(row: dict[str, object]) -> Iterable[tuple[str, str]]:
    for name in ("id", "source", "site", "url", "title", "published", "language", "translation_score", "status", "stage", "reason", "detail", "kept_id"):
        if (value := row[name]) not in {None, ""}:
            yield name.replace("translation_score", "mt score"), f"{value:.2f}" if isinstance(value, float) else str(value)
    if row["jaccard"] is not None:
        yield "jaccard", f"{row['jaccard']:.3f} (containment {row['containment']:.3f})"


def _decoded(decoding: Decoding) -> str:
    if not decoding.encoding:
        return "not decoded"
    declared = f", declared {decoding.declared}" if decoding.declared else ""
    replaced = f", {decoding.replaced} bytes replaced" if decoding.replaced else ""
    return f"{decoding.encoding} ({decoding.how}, {decoding.confidence:.2f}{declared}{replaced})"


def _in_place(found: Document) -> Iterable[tuple[Edit, str, str]]:
    """Each edit with what stood left and right of it before its step."""
    text = found.text
    shown: list[tuple[Edit, str, str]] = []
    for step in reversed(list(ledger.runs(found.edits))):
        text = ledger.revert(text, step)
        shown += [(edit, text[max(0, edit.start - _CONTEXT) : edit.start], text[edit.end : edit.end + _CONTEXT]) for edit in reversed(step)]
    return reversed(shown)


def _shown_edit(edit: Edit, left: str, right: str, *, colour: bool) -> Text:
    parts = Text(f"  {edit.stage}/{edit.rule}: {visible(edit.why)}\n      {visible(left)}")
    for kind, piece in marked(edit.before, edit.after):
        opening, closing = ("", "") if colour else _MARKS[kind]
        parts.append(f"{opening}{visible(piece)}{closing}", style=_STYLES[kind])
    return parts.append(visible(right))
