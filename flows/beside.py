"""Two documents beside each other on a terminal: what relates them, the passage that both have, and every word in which they differ."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from copydesk.report.diff import Mark, visible
from copydesk.report.sides import compared, rows

__all__ = ["MARKS", "STYLES", "pair"]

STYLES: Mapping[Mark, str] = {"same": "", "del": "red strike", "ins": "green underline"}
MARKS: Mapping[Mark, tuple[str, str]] = {"same": ("", ""), "del": ("[-", "-]"), "ins": ("{+", "+}")}
_WIDE = 100  # columns: two texts of less than 50 characters a line are hard to read
_EXCERPT = 200


def pair(console: Console, one: Mapping[str, Any], other: Mapping[str, Any], facts: Sequence[tuple[str, str]], shared: Sequence[int] | None) -> None:
    """Print facts about two rows of the table and both texts: side by side where there is room, else one under the other.

    `shared` is where the longest common passage stands: start and end in the first text, start and end in the other.
    """
    for label, value in facts:
        console.print(Text.assemble((f"{label:<12}", "bold"), visible(value)), soft_wrap=True)
    if shared:
        passage = one["text"][shared[0] : shared[1]]
        text = passage if len(passage) <= _EXCERPT else f"{passage[: _EXCERPT // 2]} ... {passage[-_EXCERPT // 2 :]}"
        where = f"{shared[0]}-{shared[1]} here, {shared[2]}-{shared[3]} there, {shared[1] - shared[0]:,} characters: "
        console.print(Text.assemble((f"{'shared':<12}", "bold"), where, (visible(text), "italic")), soft_wrap=True)
    pieces = compared(one["text"] or "", other["text"] or "")
    titles = [Text(visible(f"{found['id']}  {found['status']}  {found['title'] or ''}"), style="bold") for found in (one, other)]
    if console.width >= _WIDE:
        table = Table(expand=True)
        for title in titles:
            table.add_column(title, ratio=1, overflow="fold")
        for left, right in rows(pieces):
            table.add_row(_told(left, console), _told(right, console))
        console.print(table)
    else:
        for title, hidden in zip(titles, ("ins", "del"), strict=True):
            console.print(Text("\n") + title, soft_wrap=True)
            console.print(_told([piece for piece in pieces if piece[0] != hidden], console), soft_wrap=True)


def _told(pieces: Sequence[tuple[Mark, str]], console: Console) -> Text:
    """Show pieces in colour, or between signs where there is none."""
    told = Text()
    for kind, text in pieces:
        opening, closing = ("", "") if console.is_terminal and not console.no_color else MARKS[kind]
        told.append(f"{opening}{visible(text)}{closing}", style=STYLES[kind])
    return told
