"""How far a run has come: a bar per stage on a terminal, silence elsewhere."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars

__all__ = ["Progress"]


class Progress:
    """Bars on standard error, one per stage, counting shards; nothing at all where standard error is no terminal."""

    def __init__(self) -> None:
        self._bars = Bars(
            TextColumn("{task.description:<12}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=Console(stderr=True),
            disable=not sys.stderr.isatty(),
        )

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None) -> None:
        self._bars.stop()

    @contextmanager
    def stage(self, name: str, total: int, done: int) -> Iterator[Callable[[], None]]:
        """Show a stage of `total` shards, `done` of them found ready; yields what to call when another one is done."""
        bar = self._bars.add_task(name, total=total, completed=done)
        yield lambda: self._bars.advance(bar)
