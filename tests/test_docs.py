"""The documents say what is so: settings, commands, files and examples that they name exist and work."""

import re
import subprocess
from pathlib import Path

import pytest

from flows.reference import page

ROOT = Path(__file__).parents[1]

pytestmark = pytest.mark.checkout


def test_the_page_of_settings_is_written_from_the_settings():
    """`docs/configuration.md` is what `python -m flows.reference` prints."""
    assert (ROOT / "docs" / "configuration.md").read_text("utf-8") == page()


def test_links_lead_somewhere():
    """Each link to a file in the README and in `docs/` leads to one."""
    for document in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))):
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)\)", document.read_text("utf-8")):
            assert (document.parent / target).exists(), f"{document.name}: {target}"


def test_commands_under_claims_select_tests():
    """Each pytest command in the README's table of claims selects at least one test."""
    commands = re.findall(r"`\.venv/bin/pytest ([^`]+)`", (ROOT / "README.md").read_text("utf-8"))
    assert len(commands) >= 8
    for command in commands:
        files = [part for part in command.split() if part.startswith("tests/")]
        assert all((ROOT / file).is_file() for file in files), command


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_the_two_commands_from_a_fresh_clone(tmp_path: Path):
    """A clone of what is committed passes `make run`, and `make test` sets up and runs a test; nothing is there but Python, pip and make."""
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "--quiet", ROOT, clone], check=True, timeout=120)
    done = subprocess.run(["make", "run"], cwd=clone, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stderr
    assert "published" in done.stdout
    assert list((clone / "data" / "clean" / "reports").glob("*.html"))
    done = subprocess.run(["make", "test", "T=tests/test_ledger.py"], cwd=clone, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"\d+ passed", done.stdout)
