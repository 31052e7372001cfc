"""The page of a run: one HTML file without scripts or outside parts, which opens anywhere, prints, and cannot be harmed by what it shows.

Text of the corpus is hostile. Three things stand between it and the reader: every value is escaped (autoescape), every value loses its invisible
characters (`finalize`), and the page forbids itself scripts and network by its content security policy. Links lead to fragments only.
"""

import json
import shlex
from collections import Counter
from collections.abc import Callable, Mapping

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from copydesk.report import outline
from copydesk.report.diff import marked, visible
from copydesk.report.passed import told
from copydesk.report.record import RunRecord

__all__ = ["render"]

# An id or a path longer than this is cut where it is shown; no sane one is, and a hostile one must not fill the page.
MAX_NAME = 120

Places = Mapping[str, Mapping[str, str]]


def render(record: RunRecord) -> str:
    """Return the page of that run as HTML, which UTF-8 can always encode; the same record gives the same page."""
    environment = Environment(
        loader=PackageLoader("copydesk.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )
    environment.filters |= {"number": _number, "score": _score, "name": _name, "strict": _strict, "share": _share}
    template = environment.get_template("report.html")
    return template.render(
        record=record,
        headline=outline.headline(record),
        needs=outline.needs(record),
        bars=outline.funnel(record),
        lasted=outline.lasted(record),
        moment=outline.moment,
        anchor=outline.anchor,
        counted=outline.counted,
        told=told,
        marked=marked,
        restore=_restore,
        fresh=_fresh(),
        places=_places(record),
        reasons=set(record.quarantine_by_reason),
        settings=json.dumps(record.settings, indent=2, sort_keys=True, default=str, ensure_ascii=False),
    )


def _shown(value: object) -> object:
    """What an expression of the template puts on the page: no invisible characters, nothing for None; escaping comes after."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return visible(value)
    return "" if value is None else value


def _strict(text: str) -> str:
    return visible(text, strict=True)


def _number(value: float | None) -> str:
    """Return a figure for people: thousands apart, three digits of a fraction."""
    if value is None:
        return "\N{EN DASH}"
    return f"{value:,}" if isinstance(value, int) else f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"  # noqa: PLR2004 - three digits


def _score(value: float | None) -> str:
    return "\N{EN DASH}" if value is None else f"{value:.3f}"


def _share(part: float, whole: float) -> str:
    """Return a length in CSS: how much of the whole, as a percentage."""
    return f"{min(100.0, 100 * part / whole):.2f}%" if whole > 0 else "0%"


def _name(name: str) -> str:
    shown = visible(name, strict=True)
    return shown if len(shown) <= MAX_NAME else shown[: MAX_NAME - 1] + "\N{HORIZONTAL ELLIPSIS}"


def _restore(name: str) -> str:
    """Return the command that takes a document out of quarantine, safe to paste into a shell, or "" where the id cannot be typed."""
    if not name or len(name) > MAX_NAME or visible(name, strict=True) != name:
        return ""
    return f"copydesk restore --reason WHY -- {shlex.quote(name)}" if name.startswith("-") else f"copydesk restore {shlex.quote(name)} --reason WHY"


def _fresh() -> Callable[[str], str]:
    """Return a function that makes a fragment id unique on its page: two rows with the same names must not share one."""
    seen: Counter[str] = Counter()

    def fresh(wanted: str) -> str:
        seen[wanted] += 1
        return wanted if seen[wanted] == 1 else f"{wanted}-{seen[wanted]}"

    return fresh


def _places(record: RunRecord) -> Places:
    """Map each document's id to the fragments where it has a row, by the section's name: so that a mention leads to what else is told of it."""
    found: dict[str, dict[str, str]] = {}
    for row in record.quarantine:
        found.setdefault(row.id, {})["held back"] = outline.anchor("quarantine", row.id)
    for copy in record.copies:
        found.setdefault(copy.id, {})["copy"] = outline.anchor("copy", copy.id)
    for story in record.stories:
        for member in story.members:
            found.setdefault(member.id, {})["story"] = outline.anchor("story", story.id)
    for flagged in record.flagged:
        found.setdefault(flagged.id, {})["flagged"] = outline.anchor("flagged", flagged.id)
    for rule in record.rules:
        for example in rule.examples:
            found.setdefault(example.id, {}).setdefault("changed", outline.anchor("change", rule.stage, rule.rule, example.id))
    return found
