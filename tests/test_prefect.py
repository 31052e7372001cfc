"""The flow under Prefect itself: a server of its own, worker processes, a schedule that fires. Real processes, loopback only."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import psutil
import pytest
from corpora import story, write_jsonl

from copydesk.store.corpus import Corpus

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

COPYDESK = Path(sys.executable).with_name("copydesk")


def environment(home: Path, **others: str) -> dict[str, str]:
    """Return an environment in which Prefect knows nothing but what the test gives it."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "COPYDESK_"))}
    quiet = {"PREFECT_HOME": str(home), "PREFECT_SERVER_ANALYTICS_ENABLED": "false", "DO_NOT_TRACK": "1", "NO_COLOR": "1"}
    return {**clean, **quiet, **others}


def until(seconds: float, happened: Callable[[], bool], what: str) -> None:
    """Wait until something has happened; fail where it does not."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if happened():
            return
        time.sleep(0.5)
    pytest.fail(f"{what}: not within {seconds:.0f} s")


def asked(url: str, question: dict[str, Any] | None = None) -> Any:
    """Ask the server's API."""
    request = Request(url, json.dumps(question).encode() if question is not None else None, {"Content-Type": "application/json"})
    with urlopen(request, timeout=10) as answer:
        return json.load(answer)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Prefect server on a free loopback port, with a database of its own; gives the address of its API."""
    home = tmp_path_factory.mktemp("server")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = (home / "server.log").open("wb")
    command = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    process = subprocess.Popen(command, env=environment(home), stdout=log, stderr=subprocess.STDOUT, start_new_session=True)
    url = f"http://127.0.0.1:{port}/api"

    def up() -> bool:
        try:
            return bool(asked(f"{url}/health"))
        except OSError:
            return False

    try:
        until(120, up, "the Prefect server coming up")
        yield url
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=30)
        log.close()


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    """A raw corpus of three documents, two of them copies."""
    folder = tmp_path / "raw"
    write_jsonl(
        folder / "s" / "a.jsonl", [{"id": "a", "text": story()}, {"id": "b", "text": story(tail=" ")}, {"id": "c", "text": story("Tarrow", 3, "May", " No.")}]
    )
    return folder


def test_runs_without_a_server_and_offline(tmp_path: Path, raw: Path):
    """With nothing configured the command starts what it needs, publishes with worker processes, and says so on standard output."""
    done = subprocess.run(
        [COPYDESK, "run", "--raw", raw, "--out", tmp_path / "out"],
        env=environment(tmp_path / "home"), cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "published" in done.stdout
    assert sum(Corpus(tmp_path / "out").counts().values()) == 3


def test_a_configured_server_sees_the_run(tmp_path: Path, raw: Path, server: str):
    """With PREFECT_API_URL set, the run and its tasks are on record there, one task for each stage and shard."""
    command = [COPYDESK, "run", "--raw", raw, "--out", tmp_path / "out"]
    done = subprocess.run(
        command, env=environment(tmp_path / "home", PREFECT_API_URL=server), cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    runs = asked(f"{server}/flow_runs/filter", {"sort": "START_TIME_DESC", "limit": 1})
    assert runs[0]["state_type"] == "COMPLETED"
    tasks = asked(f"{server}/task_runs/filter", {"flow_runs": {"id": {"any_": [runs[0]["id"]]}}})
    assert sorted(task["name"].split()[0] for task in tasks) == [
        "boilerplate",
        "encoding",
        "fingerprint",
        "ingest",
        "language",
        "lines",
        "publish",
        "translation",
    ]


def test_a_stopped_run_is_a_failed_run(tmp_path: Path, server: str):
    """A critical check fails the flow on the server too, ends the command with 1, and publishes nothing."""
    write_jsonl(tmp_path / "raw" / "a.jsonl", [{"id": str(n)} for n in range(80)])
    command = [COPYDESK, "run", "--raw", tmp_path / "raw", "--out", tmp_path / "out"]
    done = subprocess.run(
        command, env=environment(tmp_path / "home", PREFECT_API_URL=server), cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 1, done.stderr
    assert "nothing was published" in done.stderr
    assert "Traceback" not in done.stderr
    runs = asked(f"{server}/flow_runs/filter", {"sort": "START_TIME_DESC", "limit": 1})
    assert runs[0]["state_type"] == "FAILED"
    assert Corpus(tmp_path / "out").version == -1


def test_a_scheduled_run_fires_and_publishes(tmp_path: Path, raw: Path, server: str):
    """`copydesk serve` with a schedule of every minute: the scheduler fires, the corpus is there, and the command ends when it is told to."""
    out = tmp_path / "out"
    log = (tmp_path / "serve.log").open("wb")
    command = [COPYDESK, "serve", "--cron", "* * * * *", "--raw", raw, "--out", out]
    process = subprocess.Popen(
        command, env=environment(tmp_path / "home", PREFECT_API_URL=server), cwd=tmp_path, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
    )
    try:
        until(240, lambda: Corpus(out).version >= 0, "a scheduled run publishing")
        until(120, lambda: fired(server), "the scheduled run being on record as completed")
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(timeout=150)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            raise
        finally:
            log.close()
    assert sum(Corpus(out).counts().values()) == 3


def fired(server: str) -> bool:
    """Say whether the scheduler, and no person, started a run that completed."""
    completed = asked(f"{server}/flow_runs/filter", {"flow_runs": {"state": {"type": {"any_": ["COMPLETED"]}}}})
    return any(run["auto_scheduled"] for run in completed)


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_a_run_that_is_ended_leaves_nothing_behind(tmp_path: Path, raw: Path, told: signal.Signals):
    """Terminated, interrupted or killed: no process is left, least of all a server, and the next run publishes."""
    command = [COPYDESK, "run", "--raw", raw, "--out", tmp_path / "out"]
    process = subprocess.Popen(
        command, env=environment(tmp_path / "home"), cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True
    )
    work = tmp_path / "out" / ".copydesk" / "work"
    until(200, lambda: work.exists() or process.poll() is not None, "the run starting its work")
    family = [process.pid, *(child.pid for child in psutil.Process(process.pid).children(recursive=True))]
    assert len(family) > 1
    process.send_signal(told)
    shown, _ = process.communicate(timeout=120)
    if told != signal.SIGKILL:
        assert process.returncode == 130, shown
        assert b"the next run goes on from here" in shown
    until(60, lambda: not any(alive(pid) for pid in family), "all processes of the run ending")
    done = subprocess.run([*command, "--runner", "inline"], env=environment(tmp_path / "home"), cwd=tmp_path, capture_output=True, timeout=200, check=False)
    assert done.returncode == 0, done.stderr
    assert sum(Corpus(tmp_path / "out").counts().values()) == 3


def alive(pid: int) -> bool:
    """Say whether a process is there and no zombie."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.mark.checkout
def test_the_deployment_in_prefect_yaml_runs_on_a_worker(tmp_path: Path, raw: Path, server: str):
    """What `prefect.yaml` describes can be deployed, and a worker of its pool runs it with the parameters given as JSON."""
    root, prefect = Path(__file__).parents[1], Path(sys.executable).with_name("prefect")
    known = environment(tmp_path / "home", PREFECT_API_URL=server, PWD=str(root))

    def tell(*arguments: str) -> None:
        done = subprocess.run([prefect, *arguments], env=known, cwd=root, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stdout + done.stderr

    tell("work-pool", "create", "copydesk", "--type", "process")
    tell("--no-prompt", "deploy", "--all")
    given = {"raw": [str(raw)], "out": str(tmp_path / "out")}
    tell("deployment", "run", "clean-corpus/nightly", "--params", json.dumps({"settings": given}))
    worker = subprocess.Popen(
        [prefect, "worker", "start", "--pool", "copydesk"], env=known, cwd=root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        until(240, lambda: Corpus(tmp_path / "out").version >= 0, "the worker publishing")
    finally:
        os.killpg(worker.pid, signal.SIGTERM)
        worker.wait(timeout=150)
    assert sum(Corpus(tmp_path / "out").counts().values()) == 3
