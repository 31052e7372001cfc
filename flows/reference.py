"""The page of all settings, written from the settings themselves, so that it cannot fall behind.

python -m flows.reference > docs/configuration.md
"""

from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from flows.settings import Settings

__all__ = ["page"]

_HEAD = """# Configuration

Settings come from `copydesk.toml` in the working directory (or `--settings FILE`), then from the environment, then from the command line; each overrides the
one before. A key that nobody knows is an error that names the nearest known one.

```toml
# copydesk.toml
raw = ["data/raw", "archive/*.jsonl.gz"]
out = "data/clean"

[ingest]
text_field = "body"

[duplicates]
preferred_sites = ["wire.example"]
```

In the environment the same settings are `COPYDESK_RAW` (several separated as in PATH), `COPYDESK_INGEST__TEXT_FIELD` and so on.

Changing a setting of a stage makes the next run judge all texts again whose sources are still there; changing one of `duplicates` compares all documents again
without reading a source. Changing a threshold of the checks takes all documents through the gates again.
"""


def page() -> str:
    """Return the page as Markdown: a table for the run itself and one for each section."""
    parts = [_HEAD]
    sections = {name: field.annotation for name, field in Settings.model_fields.items() if _is_model(field.annotation)}
    parts += [_table("The run", Settings, leave_out=set(sections))]
    parts += [_table(f"[{name}]", model) for name, model in sections.items() if isinstance(model, type)]
    return "\n".join(parts)


def _table(title: str, model: type[BaseModel], leave_out: set[str] = frozenset()) -> str:  # type: ignore[assignment]
    rows = [f"## {title}\n", _first_line(model), "\n| setting | default | what it decides |", "|---|---|---|"]
    for name, field in model.model_fields.items():
        if name not in leave_out:
            default = "(none)" if field.default is PydanticUndefined else f"`{_plain(field.default)}`"
            rows.append(f"| `{name}` | {default} | {field.description or ''} |")
    return "\n".join(rows) + "\n"


def _first_line(model: type[BaseModel]) -> str:
    return (model.__doc__ or "").strip().splitlines()[0]


def _plain(value: object) -> str:
    return ", ".join(map(str, value)) or "(empty)" if isinstance(value, tuple) else str(value)


def _is_model(annotation: object) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


if __name__ == "__main__":
    print(page(), end="")  # noqa: T201 - a generator prints
