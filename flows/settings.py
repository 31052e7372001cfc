"""Where the settings come from: `copydesk.toml`, then `COPYDESK_*`, then the command line, each over the one before.

A key that nobody knows is an error that names the nearest known one: a misspelt setting must not silently do nothing.
"""

import os
import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal

import re2
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from checks.limits import Limits
from copydesk.errors import SettingsError
from copydesk.ingest import storage
from copydesk.settings import (
    BoilerplateSettings,
    DuplicatesSettings,
    EncodingSettings,
    IngestSettings,
    LanguageSettings,
    StageSettings,
    StoriesSettings,
    TranslationSettings,
)
from copydesk.stages import judged
from copydesk.store.shards import key

__all__ = ["Settings", "load"]

_PREFIX = "COPYDESK_"
_FILE = "copydesk.toml"
_LISTED = re2.compile(rf"(?:[A-Za-z][\w+.-]*://(?:[^/@]*@)?[^/{os.pathsep}]*(?::\d+)?)?[^{os.pathsep}]*")


class Settings(BaseModel):
    """All that a run can be told: what to read, where to publish, how to run, and the settings of each stage and of the checks."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    raw: tuple[str, ...] = Field(default=("data/raw",), min_length=1, description="folders, files, globs and URLs to read")
    raw_protocols: tuple[str, ...] = Field(
        default=storage.PROTOCOLS, description="how raw files may be reached; any other that fsspec knows, like https, if added"
    )
    out: Path = Field(default=Path("data/clean"), description="the folder of the corpus")
    runner: Literal["processes", "threads", "inline"] = Field(default="processes", description="where tasks run; inline: in this process, one after another")
    workers: int | None = Field(default=None, gt=0, description="how many tasks at once; by default as many as there are cores")
    rejudge: bool = Field(
        default=False, description="read and judge all sources again, with today's line counts of their sites; meant for one run: `copydesk run --rejudge`"
    )
    ingest: IngestSettings = IngestSettings()
    encoding: EncodingSettings = EncodingSettings()
    boilerplate: BoilerplateSettings = BoilerplateSettings()
    language: LanguageSettings = LanguageSettings()
    translation: TranslationSettings = TranslationSettings()
    duplicates: DuplicatesSettings = DuplicatesSettings()
    stories: StoriesSettings = StoriesSettings()
    checks: Limits = Limits()

    @property
    def stages(self) -> StageSettings:
        """The settings that `copydesk` knows: those of the stages alone."""
        return StageSettings(**{name: getattr(self, name) for name in StageSettings.model_fields})

    @property
    def judged(self) -> str:
        """The digest of all by which a text is judged before it is compared: the stages, and the limits of the gates, which decide who is held back."""
        return key(judged(self.stages), self.checks.model_dump(mode="json"))


def load(file: Path | None = None, environment: Mapping[str, str] = os.environ, **given: object) -> Settings:
    """Return the settings from a file (by default `copydesk.toml` where there is one), the environment and what was given, in rising order.

    In the environment `COPYDESK_OUT` sets `out`, `COPYDESK_ENCODING__UNCURL_QUOTES` sets `encoding.uncurl_quotes`; lists are separated by the path separator.
    Raises `SettingsError` where a key is unknown or a value does not fit.
    """
    found = _from_file(file)
    for name, value in environment.items():
        if name.startswith(_PREFIX):
            _put(found, name, name.removeprefix(_PREFIX).lower().split("__"), value)
    for key_given, over in given.items():
        under = found.get(key_given)
        if over is not None:
            found[key_given] = {**under, **over} if isinstance(over, dict) and isinstance(under, dict) else over
    try:
        settings = Settings.model_validate(found)
    except ValidationError as fault:
        raise SettingsError("; ".join(_in_words(error) for error in fault.errors())) from None
    # Before anybody else, a server's database or a log, sees a URL with a password in it.
    for root in settings.raw:
        storage.refuse(root, settings.raw_protocols)
    return settings


def _from_file(file: Path | None) -> dict[str, Any]:
    path = file or Path(_FILE)
    if file is None and not path.exists():
        return {}
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except OSError as fault:
        msg = f"the settings file {path} cannot be read: {fault.strerror}"
        raise SettingsError(msg) from fault
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        msg = f"the settings file {path} is not TOML: {fault}"
        raise SettingsError(msg) from fault


def _put(found: dict[str, Any], name: str, path: list[str], value: str) -> None:
    """Put a variable's value where its name points. Pydantic turns the string into the field's type; a list is split as PATH is."""
    *parents, last = path
    section, model = found, Settings
    for parent in parents:
        field = model.model_fields.get(parent)
        if field is None or not (isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)):
            break
        section, model = section.setdefault(parent, {}), field.annotation  # type: ignore[assignment]
        if not isinstance(section, dict):
            return  # the file puts a value where a table belongs, and is told so
    else:
        if (field := model.model_fields.get(last)) is not None:
            section[last] = _parts(value) if "tuple" in str(field.annotation) else value
            return
    msg = f"the environment variable {name} sets nothing{_nearest('.'.join(path))}"
    raise SettingsError(msg)


def _parts(value: str) -> list[str]:
    """Split as PATH is split, but not within a URL: after its protocol, before its port, before a password (which is then refused as such).

    >>> _parts("data/raw:s3://bucket/2024:https://host:8080/a.txt")
    ['data/raw', 's3://bucket/2024', 'https://host:8080/a.txt']
    """
    return [part for part in _LISTED.findall(value) if part]


def _in_words(error: Mapping[str, Any]) -> str:
    place = ".".join(str(part) for part in error["loc"])
    if error["type"] == "extra_forbidden":
        return f"there is no setting {place}{_nearest(place)}"
    given = str(error["input"])
    shown = "a URL with a password" if "://" in given and "@" in given else repr(given[:80])
    return f"setting {place}: {error['msg']} (given: {shown})"


def _nearest(place: str) -> str:
    close = get_close_matches(place, _known(Settings), n=1, cutoff=0.5)
    return f"; the nearest one is {close[0]}" if close else "; docs/configuration.md lists them all"


def _known(model: type[BaseModel], prefix: str = "") -> list[str]:
    found = []
    for name, field in model.model_fields.items():
        found.append(f"{prefix}{name}")
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            found += _known(field.annotation, f"{prefix}{name}.")
    return found
