"""What all test modules share: how Hypothesis looks for counterexamples, and the building of small raw files and documents."""

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from copydesk import ingest
from copydesk.document import Document
from copydesk.settings import IngestSettings

# No deadline: the machine that runs the suite may be busy with other things. A failure found is shown as one that can be pasted into a test.
settings.register_profile("suite", deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
settings.load_profile("suite")


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., list[Document]]:
    """Write bytes as a raw file of that name and return the documents that ingest makes of it."""

    def take_in(name: str, data: bytes, **chosen: object) -> list[Document]:
        path = tmp_path / "raw" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        (source,) = ingest.find([path])
        return list(ingest.records(source, "digest", IngestSettings.model_validate(chosen)))

    return take_in


@pytest.fixture
def plant(tmp_path: Path) -> Callable[[Iterable[str]], Path]:
    """Write files of one word under `<tmp_path>/raw` and return that folder."""

    def grow(names: Iterable[str]) -> Path:
        for name in names:
            path = tmp_path / "raw" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("word", encoding="utf-8")
        return tmp_path / "raw"

    return grow
