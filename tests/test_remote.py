"""Raw sources behind URLs: what may be read, what its files are called, what a changed object costs; S3 is a real server on this machine."""

import gzip
import io
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import fsspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from corpora import content, settings, story
from fsspec.config import conf
from hypothesis import given
from hypothesis import strategies as st
from moto.server import ThreadedMotoServer

from copydesk import ingest
from copydesk.errors import InputError
from copydesk.ingest import storage
from flows import history, serve
from flows.raw import survey
from flows.settings import load
from flows.start import start

COPYDESK = Path(sys.executable).with_name("copydesk")
CASES = json.loads((Path(__file__).parent / "cases" / "remote.json").read_text(encoding="utf-8"))
MEMORY = ("file", "memory")
SECRET = CASES["secret"]
# A driver that gives up soon: what is tested is that it does.
HASTY = {"config_kwargs": {"connect_timeout": 1, "read_timeout": 1, "retries": {"total_max_attempts": 1}}}


@pytest.fixture
def memory() -> Iterator[Any]:
    """The file system that lives in this process, empty."""
    system = fsspec.filesystem("memory")
    yield system
    system.store.clear()
    system.pseudo_dirs[:] = [""]


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """An S3 server on a free loopback port; the environment points to it, and to credentials that it takes, as it would for a user."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    address = f"http://{host}:{port}"
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {
            "AWS_ENDPOINT_URL": address,
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_EC2_METADATA_DISABLED": "true",
        }.items():
            patch.setenv(name, value)
        yield address
    server.stop()


@pytest.fixture
def bucket(endpoint: str) -> Iterator[Any]:
    """An S3 file system with one empty bucket, `wire`."""
    system = fsspec.filesystem("s3", endpoint_url=endpoint, use_listings_cache=False)
    system.mkdir("wire")
    yield system
    system.rm("wire", recursive=True)


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths that are opened, in the order in which they are."""
    seen: list[str] = []
    plain = storage.open_raw

    def noted(path: str) -> Any:
        seen.append(path)
        return plain(path)

    monkeypatch.setattr(storage, "open_raw", noted)
    return seen


def names(*roots: str) -> list[tuple[str, str, str]]:
    """Names, sites and kinds of what is found."""
    return [(source.name, source.site, source.kind) for source in ingest.find(roots, MEMORY)]


def jsonl_gz(*texts: tuple[str, str]) -> bytes:
    """Records as packed JSON lines."""
    return gzip.compress("".join(json.dumps({"id": name, "text": text}) + "\n" for name, text in texts).encode())


def parquet(name: str, text: str) -> bytes:
    """One record as a Parquet file."""
    sink = io.BytesIO()
    pq.write_table(pa.table({"id": [name], "text": [text]}), sink)
    return sink.getvalue()


@contextmanager
def authorised(endpoint: str) -> Iterator[None]:
    """Let the S3 server ask who calls, for a while."""

    def switch(after: bytes) -> None:
        urlopen(Request(f"{endpoint}/moto-api/reset-auth", after, {"Content-Type": "text/plain"}, method="POST")).close()

    switch(b"0")
    try:
        yield
    finally:
        switch(b"inf")


def called(*arguments: object, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Call the program, with nothing of the tester's settings but where S3 is."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("COPYDESK_", "PREFECT_", "FSSPEC_"))}
    command = [str(part) for part in (COPYDESK, *arguments)]
    return subprocess.run(command, cwd=cwd, capture_output=True, env={**clean, **environment}, timeout=500, check=False, text=True)


@pytest.mark.parametrize("case", CASES["refused"], ids=lambda case: case["label"])
def test_what_may_not_be_read_is_refused(case: dict[str, Any]):
    """The message says what to do, and no secret is in it."""
    with pytest.raises(InputError, match=case["says"]) as found:
        load(environment={}, raw=(case["root"],), **({"raw_protocols": case["protocols"]} if "protocols" in case else {}))
    assert SECRET not in str(found.value)
    with pytest.raises(InputError):
        ingest.find([case["root"]], case.get("protocols", storage.PROTOCOLS))


@pytest.mark.parametrize("root", CASES["allowed"])
def test_what_may_be_read_is_not_refused(root: str):
    """An @ in a key, a wildcard, an access point's ARN, a plain path with odd signs."""
    storage.refuse(root, (*storage.PROTOCOLS, "https"))


@pytest.mark.parametrize("case", CASES["lists"], ids=lambda case: case["value"])
def test_a_variable_lists_urls_and_paths(case: dict[str, Any]):
    """Several roots are separated as in PATH, whose separator is part of each URL."""
    assert list(load(environment={"COPYDESK_RAW": case["value"], "COPYDESK_RAW_PROTOCOLS": "file:s3:https"}).raw) == case["roots"]


def test_a_setting_of_the_wrong_type_shows_no_password():
    """A string where a list belongs is told without what it says, if that may be a secret."""
    with pytest.raises(InputError, match="setting raw") as found:
        load(environment={}, raw="s3://me:hunter2@bucket/a")
    assert SECRET not in str(found.value)


def test_names_are_the_same_as_of_local_files(memory: Any, tmp_path: Path):
    """A folder, a glob and a single file give the names, sites and kinds that they would give on a disk."""
    for name in CASES["files"]:
        memory.pipe(f"/raw/{name}", b"word")
        (tmp_path / "raw" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "raw" / name).write_bytes(b"word")
    for root in CASES["roots"]:
        local = names(str(tmp_path / root))
        assert names(f"memory://{root}") == local, root
        assert names(f"file://{tmp_path / root}") == local, root
        assert {name: place.rpartition("/")[2] for name, place in ingest.homes([f"memory://{root}"]).items()} == {
            name: place.rpartition("/")[2] for name, place in ingest.homes([str(tmp_path / root)]).items()
        }, root


def test_what_is_passed_over_is_named_with_its_reason(memory: Any):
    """Archives and other kinds are told apart; hidden files and keys that climb out are not even named."""
    for name in ("a.txt", "b.zip", "c.doc", ".d.txt", "../e.txt", "x/../f.txt", ".git/g.txt"):
        memory.store[f"/raw/{name}"] = fsspec.implementations.memory.MemoryFile(memory, f"/raw/{name}", b"word")
    found = ingest.survey(["memory://raw"], MEMORY)
    assert [source.name for source in found.sources] == ["raw/a.txt"]
    assert {path.rpartition("/")[2]: why.split(": ")[1][:12] for path, why in found.passed_over.items()} == {"b.zip": "unpack it fi", "c.doc": "copydesk rea"}


@pytest.mark.parametrize("kind", ["pipe", "socket"])
def test_pipes_and_sockets_are_never_opened(kind: str, tmp_path: Path):
    """Whoever opens a pipe waits for somebody to write: in a folder it is passed over, named it is refused, swapped in it is not read."""
    raw = tmp_path / "raw"
    raw.mkdir()
    place = raw / "a.txt"
    if kind == "pipe":
        os.mkfifo(place)
    else:
        with socket.socket(socket.AF_UNIX) as end:
            end.bind(str(place))
    found = ingest.survey([raw])
    assert found.sources == []
    assert "no regular file" in found.passed_over[str(place)]
    with pytest.raises(InputError, match="neither a file nor a folder"):
        ingest.find([place])
    with pytest.raises(OSError, match=r"no regular file|No such device"):
        storage.open_raw(str(place))


@pytest.mark.parametrize(("root", "says"), [("memory://none", "does not exist"), ("memory://none/*.txt", "does not exist"), ("memory://raw/x**/a", "no glob")])
def test_a_url_with_nothing_behind_it_is_an_error(root: str, says: str, memory: Any):
    """As a folder that does not exist is."""
    memory.pipe("/raw/a.txt", b"word")
    with pytest.raises(InputError, match=says):
        ingest.find([root], MEMORY)


def test_two_places_of_one_name_are_refused(memory: Any, tmp_path: Path):
    """Documents are known by folder and file, wherever the folder is."""
    memory.pipe("/one/news/a.txt", b"word")
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "a.txt").write_bytes(b"word")
    with pytest.raises(InputError, match=r"would both be called news/a\.txt"):
        ingest.find([tmp_path / "news", "memory://one/news"], MEMORY)


def test_a_missing_driver_names_the_extra(monkeypatch: pytest.MonkeyPatch):
    """Who has not installed it is told what to type."""
    monkeypatch.setitem(sys.modules, "gcsfs", None)
    with pytest.raises(InputError, match=r'pip install "copydesk\[gs\]"'):
        ingest.find(["gs://bucket/a.txt"])


def test_an_unknown_protocol_is_an_error():
    """Allowing what fsspec does not know makes it no more known."""
    with pytest.raises(InputError, match="no protocol that fsspec knows"):
        ingest.find(["gopher://host/a.txt"], ("gopher",))


@given(st.binary(max_size=5_000), st.lists(st.tuples(st.integers(0, 6_000), st.integers(0, 3_000)), max_size=8))
def test_a_stream_reads_what_is_stored(data: bytes, steps: list[tuple[int, int]]):
    """Law: seeking and reading give what they give in the bytes themselves."""
    fsspec.filesystem("memory").pipe("/law/a.txt", data)
    with storage.open_raw("memory:///law/a.txt") as stream:
        for offset, length in steps:
            stream.seek(offset)
            assert stream.read(length) == data[offset : offset + length]
    fsspec.filesystem("memory").rm("/law", recursive=True)


@given(st.text())
def test_names_are_shown_without_control_characters(name: str):
    """Law: whatever a stranger calls a file, a terminal gets printable signs, and half a surrogate pair does not stop it."""
    assert storage.printable(name).isprintable()
    storage.printable(name).encode()


def test_a_whole_run_from_s3(bucket: Any, opened: list[str], tmp_path: Path):
    """Packed lines, a page and Parquet are published; unchanged objects cost a listing and no reading; changed and new ones are taken, gone ones withdrawn."""
    bucket.pipe("wire/in/site.example/a.jsonl.gz", jsonl_gz(("a", story("Marrowby")), ("b", story("Tarrow", 7, "May", " It was late."))))
    bucket.pipe("wire/in/site.example/page.html", f"<html><body><article><p>{story('Grimsel', 3, 'June')}</p></article></body></html>".encode())
    bucket.pipe(
        "wire/in/c.parquet", parquet("c", "A choir from the hills won the festival with a song about salt, sung in four parts by people who had never met.")
    )
    bucket.pipe("wire/in/old.zip", b"PK")
    chosen = settings(("s3://wire/in",), tmp_path / "out")  # type: ignore[arg-type]

    first = start(chosen)
    rows = {row["source"]: row for row in content(tmp_path / "out")}
    assert set(rows) == {"in/site.example/a.jsonl.gz#1", "in/site.example/a.jsonl.gz#2", "in/site.example/page.html", "in/c.parquet#1"}
    assert {row["site"] for row in rows.values()} == {"site.example", "in"}
    assert first.stages[0].figures["files_passed_over"] == 1
    assert all(row["stage"] != "ingest" for row in rows.values())

    opened.clear()
    second = start(chosen)
    assert (second.totals["in"], second.totals["unchanged"], opened) == (0, 4, [])

    bucket.pipe(
        "wire/in/c.parquet",
        parquet("c", "Farmers in the valley report the best pear harvest for thirty years, though picking it needs more hands than there are."),
    )
    bucket.rm("wire/in/site.example/page.html")
    third = start(chosen)
    assert set(opened) == {"s3://wire/in/c.parquet"}
    assert third.totals["in"] == 1
    after = {row["source"]: row for row in content(tmp_path / "out")}
    assert "pear harvest" in after["in/c.parquet#1"]["text"]

    # What is remembered is a hint: without it everything is read once more, and nothing else is done.
    (history.hidden(tmp_path / "out") / "digests.json").write_bytes(b'{"s3://wire/in/c.parquet": 7}')
    opened.clear()
    assert start(chosen).totals["in"] == 0
    assert set(opened) == {"s3://wire/in/c.parquet", "s3://wire/in/site.example/a.jsonl.gz"}


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_worker_processes_read_s3(bucket: Any, tmp_path: Path):
    """The installed program, with Prefect and its processes: each worker finds server and credentials in its environment."""
    bucket.pipe("wire/2024/a.jsonl.gz", jsonl_gz(("a", story("Marrowby"))))
    done = called("run", "--raw", "s3://wire/2024", "--workers", 1, cwd=tmp_path, PREFECT_HOME=str(tmp_path / "prefect"))
    assert done.returncode == 0, done.stderr
    assert [row["source"] for row in content(tmp_path / "data" / "clean")] == ["2024/a.jsonl.gz#1"]


def test_an_object_that_may_not_be_read_does_not_cost_the_run(bucket: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """One that lies in an archive tier is told and passed over, and what was published of it stays."""
    bucket.pipe("wire/in/a.jsonl.gz", jsonl_gz(("a", story("Marrowby"))))
    bucket.pipe("wire/in/b.jsonl.gz", jsonl_gz(("b", "A choir from the hills won the festival with a song about salt, sung in four parts by people.")))
    chosen = settings(("s3://wire/in",), tmp_path / "out")  # type: ignore[arg-type]
    start(chosen)
    before = content(tmp_path / "out")
    bucket.call_s3("put_object", Bucket="wire", Key="in/b.jsonl.gz", Body=jsonl_gz(("b", "changed")), StorageClass="GLACIER")
    record = start(chosen)
    assert "passed over, what was published of them stays: s3://wire/in/b.jsonl.gz" in capsys.readouterr().err
    assert (record.stages[0].figures["files_passed_over"], content(tmp_path / "out")) == (1, before)
    bucket.rm("wire/in/a.jsonl.gz")
    with pytest.raises(InputError, match=r"none of 1 files can be read, the first is s3://wire/in/b\.jsonl\.gz"):
        start(chosen)
    with pytest.raises(InputError, match=r"s3://wire/in/b\.jsonl\.gz cannot be read"):
        start(settings(("s3://wire/in/b.jsonl.gz",), tmp_path / "other"))  # type: ignore[arg-type]


def test_keys_are_only_names(bucket: Any):
    """An object store lets keys hold anything: they are found under their own names, or not at all, and each stays apart from the others."""
    for key in CASES["keys"]:
        bucket.call_s3("put_object", Bucket="wire", Key=key["key"], Body=b"word")
    found = {source.name: source for source in ingest.find(["s3://wire"])}
    assert set(found) == {key["name"] for key in CASES["keys"] if "name" in key}
    for source in found.values():
        with storage.open_raw(source.path) as stream:
            assert stream.read() == b"word"


def test_a_large_object_is_read_in_pieces(bucket: Any):
    """Reading a little of it moves a little of it, from any place."""
    data = os.urandom(1_000_000) * 12
    bucket.pipe("wire/big.txt", data)
    with storage.open_raw("s3://wire/big.txt") as stream:
        assert stream.read(10) == data[:10]
        assert len(stream.raw._file.cache.cache) < 6_000_000  # type: ignore[attr-defined]  # noqa: SLF001 - what is held is the point
        stream.seek(-10, io.SEEK_END)
        assert stream.read() == data[-10:]


def test_a_bucket_that_does_not_exist_is_bad_input(endpoint: str, tmp_path: Path):
    """Exit code 2 and one line that names it, and nothing is made; a schedule is told at once, not at night."""
    assert endpoint
    done = called("run", "--raw", "s3://nowhere/x", "--runner", "inline", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (2, "copydesk: s3://nowhere/x does not exist: give a folder, a file, a quoted glob or a URL\n")
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(InputError, match="s3://nowhere/x does not exist"):
        serve.serve(settings(("s3://nowhere/x",), tmp_path / "out"), "0 3 * * *", "nightly")  # type: ignore[arg-type]


def test_missing_and_wrong_credentials_are_told(bucket: Any, endpoint: str, monkeypatch: pytest.MonkeyPatch):
    """The URL and the server's reason, and no secret."""
    bucket.pipe("wire/a.txt", b"word")
    monkeypatch.setitem(conf, "s3", {"endpoint_url": endpoint, "key": "AKIAWRONG", "secret": SECRET})
    with authorised(endpoint), pytest.raises(InputError, match=r"^s3://wire cannot be read \(The AWS Access Key Id you provided does not exist") as found:
        ingest.find(["s3://wire"])
    assert SECRET not in str(found.value)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    for name in ("AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"):
        monkeypatch.setenv(name, os.devnull)
    monkeypatch.setitem(conf, "s3", {"endpoint_url": endpoint, "anon": False})
    with pytest.raises(InputError, match=r"^s3://wire cannot be read \(Unable to locate credentials\): check the address and the credentials$"):
        ingest.find(["s3://wire"])


@pytest.mark.parametrize("server", ["silent", "away", "broken"])
def test_a_failing_server_is_an_error_and_no_hang(server: str, monkeypatch: pytest.MonkeyPatch):
    """It accepts and never answers, it is not there, it answers nonsense: within the driver's own limits that is told."""
    answer = b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n" if server == "broken" else b""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        if server == "away":
            listening.close()
        elif answer:
            threading.Thread(target=_answer, args=(listening, answer), daemon=True).start()
        monkeypatch.setitem(conf, "s3", {**HASTY, "endpoint_url": address, "key": "k", "secret": "s"})
        begin = time.monotonic()
        with pytest.raises(InputError, match=r"^s3://wire/in cannot be read \(.+\): check the address and the credentials$"):
            ingest.find(["s3://wire/in"])
        assert time.monotonic() - begin < 30


def _answer(listening: socket.socket, answer: bytes) -> None:
    while True:
        try:
            end, _ = listening.accept()
        except OSError:
            return
        with end:
            end.recv(65_536)
            end.sendall(answer)


def test_a_server_that_fails_while_it_is_read_is_named(bucket: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Listed and then away: the run stops with the URL, and the corpus is as it was."""
    bucket.pipe("wire/in/a.txt", b"word")
    plain = storage.open_raw

    def away(path: str) -> Any:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            monkeypatch.setitem(conf, "s3", {**HASTY, "endpoint_url": f"http://127.0.0.1:{probe.getsockname()[1]}", "key": "k", "secret": "s"})
        return plain(path)

    monkeypatch.setattr(storage, "open_raw", away)
    with pytest.raises(InputError, match=r"^s3://wire/in/a\.txt cannot be read \(Could not connect .*\): check the address, the network and the credentials"):
        start(settings(("s3://wire/in",), tmp_path / "out"))  # type: ignore[arg-type]
    assert content(tmp_path / "out") == []


def test_serve_takes_urls(bucket: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """What is served is asked for at once, and handed to the flow as it was given."""
    bucket.pipe("wire/in/a.txt", b"word")
    served: dict[str, Any] = {}
    monkeypatch.setattr(serve.clean_corpus, "serve", lambda **given: served.update(given))
    monkeypatch.setattr(serve, "server", lambda: nullcontext("http://127.0.0.1:9/api"))
    serve.serve(settings(("s3://wire/in",), tmp_path / "out"), "0 3 * * *", "nightly")  # type: ignore[arg-type]
    assert served["parameters"]["settings"]["raw"] == ["s3://wire/in"]


def test_a_corpus_keeps_one_place_under_a_name(bucket: Any, tmp_path: Path):
    """What was published from a bucket is not replaced by a folder of the same name, while the bucket's is there."""
    bucket.pipe("wire/news/a.txt", story("Marrowby").encode())
    start(settings(("s3://wire/news",), tmp_path / "out"))  # type: ignore[arg-type]
    history.refuse_namesakes(tmp_path / "out", ingest.homes(["s3://wire/news/"]))
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "b.txt").write_text("word", "utf-8")
    with pytest.raises(InputError, match="s3://wire/news, which was published before, are both called news"):
        start(settings(tmp_path / "news", tmp_path / "out"))
    bucket.rm("wire/news", recursive=True)
    start(settings(tmp_path / "news", tmp_path / "out"))


@pytest.fixture
def web() -> Iterator[tuple[str, dict[str, tuple[int, bytes]]]]:
    """A web server on loopback that sends no parts of files, and what it answers by path."""
    answers: dict[str, tuple[int, bytes]] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, data = answers.get(self.path, (404, b""))
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            self.send_header("ETag", '"1"')
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(data)

        do_HEAD = do_GET  # noqa: N815 - the name that the library asks for

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", answers
        server.shutdown()


def test_single_files_of_the_web_where_allowed(web: tuple[str, dict[str, tuple[int, bytes]]], tmp_path: Path):
    """A page by its address, when the setting names the protocol; not there, forbidden and away are told apart."""
    address, answers = web
    answers["/news/a.html"] = 200, f"<html><body><article><p>{story('Grimsel')}</p></article></body></html>".encode()
    answers["/news/b.html"] = 403, b""
    read: Callable[..., Any] = lambda path: survey(settings((f"{address}{path}",), tmp_path / "out", raw_protocols=("http",)))  # type: ignore[arg-type]  # noqa: E731
    assert [source.name for source in read("/news/a.html").sources] == ["news/a.html"]
    with pytest.raises(InputError, match="does not exist"):
        read("/news/none.html")
    with pytest.raises(InputError, match="cannot be read"):
        read("/news/b.html")
    answers["/news/"] = 200, b""
    with pytest.raises(InputError, match="of no kind"):
        read("/news/")
    start(settings((f"{address}/news/a.html",), tmp_path / "out", raw_protocols=("http",)))  # type: ignore[arg-type]
    assert [(row["source"], row["status"]) for row in content(tmp_path / "out")] == [("news/a.html", "kept")]
