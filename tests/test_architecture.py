"""The architecture, held by what can be checked: which way imports run, what the core keeps away from, what modules say that they export."""

import ast
import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

LAYERS = ("copydesk", "checks", "flows")
TESTS = sorted(Path(__file__).parent.glob("test_*.py"))

# What makes a result depend on when, where or by whom it is computed.
IMPURE_MODULES = frozenset({"random", "secrets", "uuid", "time", "socket", "getpass", "platform", "locale", "tempfile", "threading", "logging"})
IMPURE_NAMES = frozenset(
    {
        "os.environ",
        "os.getenv",
        "os.urandom",
        "os.getcwd",
        "datetime.now",
        "datetime.utcnow",
        "datetime.today",
        "date.today",
        "Path.cwd",
        "Path.home",
        "print",
        "input",
    }
)


def modules(layer: str) -> Iterator[tuple[str, Path]]:
    """The modules of an installed package by name, with their files: a checkout's or a wheel's."""
    spec = importlib.util.find_spec(layer)
    assert spec is not None
    for place in spec.submodule_search_locations or ():
        for path in sorted(Path(place).rglob("*.py")):
            parts = [layer, *path.relative_to(place).with_suffix("").parts]
            yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


ALL = [(layer, name, path) for layer in LAYERS for name, path in modules(layer)]


def parsed(path: Path) -> ast.Module:
    """The module's syntax tree."""
    return ast.parse(path.read_text(encoding="utf-8"))


def imported(tree: ast.Module) -> set[str]:
    """All modules that are imported anywhere in it, also within functions and by name."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute, so that they can be read here and by people"
            found.add(str(node.module))
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in {"import_module", "importlib.import_module", "__import__"}:
            assert isinstance(node.args[0], ast.Constant), "a module that is imported by name is named"
            found.add(str(node.args[0].value))
    return found


def public(tree: ast.Module) -> set[str]:
    """Functions and classes that the module defines without an underscore."""
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and not node.name.startswith("_")}


def assigned(tree: ast.Module) -> set[str]:
    """Names that the module gives a value to at its top."""
    targets = [target for node in tree.body if isinstance(node, ast.Assign) for target in node.targets]
    targets += [node.target for node in tree.body if isinstance(node, ast.AnnAssign)]
    return {part.id for target in targets for part in ast.walk(target) if isinstance(part, ast.Name)}


def exports(tree: ast.Module) -> list[str]:
    """What the module lists as its own in `__all__`."""
    (listed,) = (node.value for node in tree.body if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__")
    return ast.literal_eval(listed)


def impurities(tree: ast.Module) -> set[str]:
    """What the module uses that makes results depend on more than their input."""
    names = {ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Attribute | ast.Name)}
    names |= {f"{node.module}.{alias.name}" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names}
    return {name.partition(".")[0] for name in imported(tree)} & IMPURE_MODULES | names & IMPURE_NAMES


def test_there_is_something_to_look_at():
    """The checks below hold for all of the three layers, not for none."""
    assert {layer for layer, _, _ in ALL} == set(LAYERS)
    assert len(ALL) > 50


@pytest.mark.parametrize(("layer", "name", "path"), ALL, ids=[name for _, name, _ in ALL])
def test_imports_run_one_way(layer, name, path):
    """Flows import checks, checks import the core; the core knows neither them, nor Prefect, nor Great Expectations."""
    above = set(LAYERS[LAYERS.index(layer) + 1 :])
    forbidden = above | {"copydesk": {"prefect", "great_expectations"}, "checks": {"prefect"}, "flows": {"great_expectations"}}[layer] | {"tests", "bench"}
    assert {module.partition(".")[0] for module in imported(parsed(path))} & forbidden == set(), name


@pytest.mark.parametrize(("name", "path"), list(modules("copydesk")), ids=[name for name, _ in modules("copydesk")])
def test_the_core_is_pure(name, path):
    """No clock, no environment, no randomness: the same input gives the same result, whenever and wherever."""
    assert impurities(parsed(path)) == set(), name


@pytest.mark.parametrize(
    "source",
    [
        "import random",
        "from time import time",
        "os.environ['A']",
        "os.getenv('A')",
        "from os import environ",
        "datetime.now(UTC)",
        "def f():\n import uuid",
        "print(1)",
    ],
)
def test_impurity_is_seen(source):
    """The check above can fail."""
    assert impurities(ast.parse(source))


@pytest.mark.parametrize(("name", "path"), [each[1:] for each in ALL], ids=[name for _, name, _ in ALL])
def test_modules_list_what_they_export(name, path):
    """`__all__` holds every public function and class, each name in it exists, and only a package's own front hands on what others define."""
    tree = parsed(path)
    front = path.name == "__init__.py"
    if front and not public(tree) and "__all__" not in assigned(tree):
        return
    listed = exports(tree)
    assert len(listed) == len(set(listed))
    # The command line's functions are commands: click lists them.
    assert public(tree) <= set(listed) or name == "flows.cli"
    handed_on = {alias.name for node in tree.body if isinstance(node, ast.ImportFrom) for alias in node.names} if front else set()
    assert set(listed) <= public(tree) | assigned(tree) | handed_on


def test_modules_and_what_they_export_are_described():
    """Each opens with its motive."""
    mute = [name for _, name, path in ALL if not ast.get_docstring(parsed(path))]
    for _, name, path in ALL:
        defined = (node for node in parsed(path).body if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"))
        mute += [f"{name}.{node.name}" for node in defined if not ast.get_docstring(node)]
    assert mute == []


def test_modules_are_small():
    """One that grows beyond reading in one go becomes two."""
    lines = {name: len(path.read_text(encoding="utf-8").splitlines()) for _, name, path in ALL}
    assert {name: count for name, count in lines.items() if count > 300} == {}


@pytest.mark.parametrize("path", TESTS, ids=lambda path: path.stem)
def test_tests_say_what_they_show(path):
    """Each test has a docstring, and none is there twice, for the second would hide the first."""
    tests = [node for node in ast.walk(parsed(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")]
    assert tests
    assert [node.name for node in tests if not ast.get_docstring(node)] == []
    assert len({node.name for node in tests}) == len(tests)


def run(code: str) -> dict[str, object]:
    """Run code in a process of its own, warnings as errors, and return the JSON that it prints last."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("COPYDESK_", "COVERAGE_", "PYTHON"))}
    found = subprocess.run([sys.executable, "-W", "error", "-c", code], env=clean, capture_output=True, check=False, text=True)
    assert found.returncode == 0, found.stderr
    return json.loads(found.stdout.splitlines()[-1])


def test_the_core_runs_without_the_shell_around_it():
    """Importing all of it loads neither the layers above nor the frameworks that they speak to."""
    names = [name for name, _ in modules("copydesk")]
    found = run(f"import importlib, json, sys\nfor name in {names!r}: importlib.import_module(name)\nprint(json.dumps({{name: 0 for name in sys.modules}}))")
    assert set(names) <= set(found)
    assert {"prefect", "great_expectations", "checks", "flows"} & set(found) == set()


def test_checks_need_no_prefect():
    """A suite can be tried on a frame without a scheduler."""
    names = [name for name, _ in modules("checks")]
    found = run(f"import importlib, json, sys\nfor name in {names!r}: importlib.import_module(name)\nprint(json.dumps({{name: 0 for name in sys.modules}}))")
    assert {"prefect", "flows"} & set(found) == set()


HELP = """
import json, resource, sys
sys.argv = ["copydesk", *{words!r}]
from flows.cli import main
try:
    main()
except SystemExit as end:
    code = end.code
else:
    code = 0
used = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps({{"code": code or 0, "seconds": used.ru_utime + used.ru_stime, "modules": sorted(sys.modules)}}))
"""


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["run", "--help"], ["nonsense"]], ids=" ".join)
def test_help_answers_at_once(words):
    """Whoever asks for help does not wait for frameworks: none of them is loaded, and half a second of CPU is plenty."""
    found = run(HELP.format(words=words))
    assert {"prefect", "great_expectations", "pyarrow", "pandas", "pydantic", "duckdb", "numpy"} & set(found["modules"]) == set()
    assert found["code"] == (2 if words == ["nonsense"] else 0)
    assert found["seconds"] < 0.5
