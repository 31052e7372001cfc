"""Where settings come from, which wins, and that nothing misspelt is silent."""

import os
from pathlib import Path

import pytest
from pydantic import BaseModel, ValidationError

from copydesk.errors import SettingsError
from copydesk.settings import EncodingSettings, StageSettings
from flows.settings import Settings, load

TOML = """
raw = ["incoming", "archive/*.jsonl"]
workers = 3

[encoding]
uncurl_quotes = true
fix_latin_ligatures = true

[duplicates]
preferred_sites = ["b.example"]
"""


@pytest.fixture
def toml(tmp_path):
    """Write a settings file and return its path."""

    def write(text: str) -> Path:
        path = tmp_path / "desk.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_without_anything_there_are_defaults(tmp_path, monkeypatch):
    """The first command runs on the sample corpus."""
    monkeypatch.chdir(tmp_path)
    assert load(environment={}) == Settings()
    assert (Settings().raw, Settings().out) == (("data/raw",), Path("data/clean"))


def test_each_source_goes_over_the_one_before(toml):
    """File, then environment, then what was given; whoever says nothing changes nothing."""
    file = toml(TOML)
    environment = {"COPYDESK_WORKERS": "4", "COPYDESK_ENCODING__UNCURL_QUOTES": "no", "HOME": "/", "COPYDESKTOP": "x"}
    assert load(file, {}).workers == 3
    assert load(file, environment).workers == 4
    assert load(file, environment, workers=5, out=None).workers == 5
    found = load(file, environment, workers=None)
    assert found.workers == 4
    assert found.encoding == EncodingSettings(uncurl_quotes=False, fix_latin_ligatures=True)
    assert found.raw == ("incoming", "archive/*.jsonl")


def test_the_file_lies_where_one_works(toml, monkeypatch):
    """`copydesk.toml` in the working folder needs no option."""
    file = toml(TOML)
    file.rename(file.with_name("copydesk.toml"))
    monkeypatch.chdir(file.parent)
    assert load(environment={}).workers == 3


def test_the_process_environment_is_read_when_asked(tmp_path, monkeypatch):
    """Not when the module was imported."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COPYDESK_OUT", "elsewhere")
    assert load().out == Path("elsewhere")


@pytest.mark.parametrize(
    ("name", "value", "place", "expected"),
    [
        ("COPYDESK_RAW", f"a{os.pathsep}b/*.txt", "raw", ("a", "b/*.txt")),
        ("COPYDESK_RAW", "a", "raw", ("a",)),
        ("COPYDESK_RAW", f"a{os.pathsep}", "raw", ("a",)),
        ("COPYDESK_OUT", "/data/corpus", "out", Path("/data/corpus")),
        ("COPYDESK_RUNNER", "inline", "runner", "inline"),
        ("COPYDESK_WORKERS", "2", "workers", 2),
        ("COPYDESK_ENCODING__UNCURL_QUOTES", "true", "encoding.uncurl_quotes", True),
        ("COPYDESK_INGEST__TEXT_FIELD", "body", "ingest.text_field", "body"),
        ("COPYDESK_CHECKS__MAX_QUARANTINED_SHARE", "0.25", "checks.max_quarantined_share", 0.25),
        ("COPYDESK_DUPLICATES__PREFERRED_SITES", f"a.example{os.pathsep}b.example", "duplicates.preferred_sites", ("a.example", "b.example")),
        ("COPYDESK_DUPLICATES__PREFERRED_SITES", "", "duplicates.preferred_sites", ()),
        ("COPYDESK_DUPLICATES__ORDER", f"most_complete{os.pathsep}earliest", "duplicates.order", ("most_complete", "earliest")),
    ],
)
def test_a_variable_sets_one_setting(name, value, place, expected, toml):
    """Two underscores go into a section; a list is written as PATH is."""
    found = load(toml(""), {name: value})
    for part in place.split("."):
        found = getattr(found, part)
    assert found == expected


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("wrokers = 3", "no setting wrokers; the nearest one is workers"),
        ("[encodings]\nuncurl_quotes = true", "no setting encodings; the nearest one is encoding"),
        ("[encoding]\nuncurl_quote = true", "no setting encoding.uncurl_quote; the nearest one is encoding.uncurl_quotes"),
        ("uncurl_quotes = true", "no setting uncurl_quotes; the nearest one is encoding.uncurl_quotes"),
        ("[checks]\nmax_removed = 0.5", "no setting checks.max_removed; the nearest one is checks.max_"),
        ("zzz = 1", "no setting zzz; docs/configuration.md lists them all"),
        ('workers = "many"', "setting workers: .*given: 'many'"),
        ("workers = 0", "setting workers: Input should be greater than 0"),
        ("raw = []", "setting raw: "),
        ("raw = 3", "setting raw: "),
        ('raw = "data"', "setting raw: .*tuple"),
        ("encoding = 3", "setting encoding: .*EncodingSettings"),
        ("[encoding]\nuncurl_quotes = 'perhaps'", "setting encoding.uncurl_quotes: .*bool"),
        ('runner = "ray"', "setting runner: .*'processes', 'threads' or 'inline'"),
        ("[duplicates]\nthreshold = 1.5", "setting duplicates.threshold: .*less than or equal to 1"),
        ("[duplicates]\nthreshold = nan", "setting duplicates.threshold: "),
        ('[duplicates]\norder = ["newest"]', r"setting duplicates.order.0: "),
        ("[duplicates]\nsample = 4000\nleast = 4", r"setting duplicates: .*only \d+% would be compared"),
        ('[duplicates]\norder = ["earliest", "earliest"]', "setting duplicates: .*names a preference twice"),
        ("[stories]\ndays = inf", r"setting stories.days: "),
        ("[duplicates]\nleast = 20\nmost = 10", "setting duplicates: .*no sketch has at least 20 shingles and at most 10"),
        ("wrokers = 3\nworkers = 0", "wrokers.*; .*workers|workers.*; .*wrokers"),
        ("workers =", "is not TOML"),
    ],
)
def test_a_file_that_does_not_fit_is_an_error(text, says, toml):
    """The message names the setting, and the nearest one where there is none of that name."""
    with pytest.raises(SettingsError, match=says):
        load(toml(text), {})


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("COPYDESK_WROKERS", "3", "the environment variable COPYDESK_WROKERS sets nothing; the nearest one is workers"),
        ("COPYDESK_ENCODING__UNCURL", "1", "sets nothing; the nearest one is encoding.uncurl_quotes"),
        ("COPYDESK_ENCODING_UNCURL_QUOTES", "1", "sets nothing; the nearest one is encoding.uncurl_quotes"),
        ("COPYDESK_RAW__FOLDER", "x", "sets nothing"),
        ("COPYDESK_", "x", "sets nothing"),
        ("COPYDESK_ENCODING", "x", "setting encoding: "),
        ("COPYDESK_WORKERS", "many", "setting workers: .*given: 'many'"),
        ("COPYDESK_WORKERS", "", "setting workers: "),
        ("COPYDESK_RAW", "", "setting raw: .*at least 1"),
    ],
)
def test_a_variable_that_does_not_fit_is_an_error(name, value, says, toml):
    """A variable that is misspelt must not silently do nothing."""
    with pytest.raises(SettingsError, match=says):
        load(toml(""), {name: value})


def test_a_value_where_a_table_belongs_is_told_whoever_adds_to_it(toml):
    """File and environment may contradict each other in shape."""
    with pytest.raises(SettingsError, match="setting encoding: "):
        load(toml("encoding = 3"), {"COPYDESK_ENCODING__UNCURL_QUOTES": "1"})
    with pytest.raises(SettingsError, match="setting encoding: "):
        load(toml(""), {"COPYDESK_ENCODING": "x", "COPYDESK_ENCODING__UNCURL_QUOTES": "1"})


def test_a_file_that_was_named_must_be_there(tmp_path):
    """Going on with defaults would ignore the user."""
    with pytest.raises(SettingsError, match=r"nowhere\.toml cannot be read"):
        load(tmp_path / "nowhere.toml", {})
    with pytest.raises(SettingsError, match="cannot be read"):
        load(tmp_path, {})


def test_a_file_that_is_no_text_is_an_error(tmp_path):
    """UTF-16, as some editors save."""
    (tmp_path / "a.toml").write_bytes("workers = 3".encode("utf-16"))
    with pytest.raises(SettingsError, match="is not TOML"):
        load(tmp_path / "a.toml", {})


def test_settings_cannot_be_changed_later():
    """A run is named by its settings, so they must be those that it began with."""
    with pytest.raises(ValidationError, match="frozen"):
        Settings().encoding.uncurl_quotes = True


def test_stages_see_their_settings_and_nothing_else(toml):
    """`copydesk` does not know of runners and folders."""
    found = load(toml(TOML), {}).stages
    assert isinstance(found, StageSettings)
    assert found.encoding.uncurl_quotes
    assert set(StageSettings.model_fields) == set(Settings.model_fields) - {"raw", "raw_protocols", "out", "runner", "workers", "rejudge", "checks"}


def models(model: type[BaseModel]) -> list[type[BaseModel]]:
    """A model and those of its sections."""
    inner = [field.annotation for field in model.model_fields.values()]
    return [model, *(each for part in inner if isinstance(part, type) and issubclass(part, BaseModel) for each in models(part))]


@pytest.mark.parametrize("model", models(Settings), ids=lambda model: model.__name__)
def test_every_section_refuses_what_it_does_not_know(model):
    """Also one that is added later."""
    assert model.model_config["extra"] == "forbid"
    assert model.model_config["frozen"]
