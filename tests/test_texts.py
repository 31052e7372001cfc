"""Texts are found wherever they rest, however often they are asked for, and nothing is left behind."""

import pyarrow as pa

from copydesk.store import shards
from copydesk.store.corpus import Corpus
from copydesk.store.schema import PUBLISHED
from flows.texts import Texts


def _corpus(tmp_path, texts: dict[str, str]) -> Corpus:
    corpus = Corpus(tmp_path / "out")
    blank = dict.fromkeys(PUBLISHED.names)
    corpus.commit(pa.Table.from_pylist([{**blank, "id": name, "text": text, "status": "kept"} for name, text in texts.items()], schema=PUBLISHED), 1, "one")
    corpus.commit(pa.Table.from_pylist([{**blank, "id": "later", "text": "of another commit", "status": "kept"}], schema=PUBLISHED), 2, "two")
    return corpus


def test_every_text_is_found_each_time_it_is_asked_for(tmp_path):
    """The first published ones are looked up, the later ones laid out; who is unknown is absent; this run's document comes before the published one."""
    corpus = _corpus(tmp_path, {"old": "as published", "both": "as it was", "other": "published, too"})
    shard = shards.write(tmp_path / "work", "k", pa.table({"id": ["both", "new"], "text": ["as it is", "arrived"]}))
    with Texts(tmp_path / "work", [shard], corpus) as texts:
        for _ in range(3):
            assert texts.of(["old", "both", "new", "nobody"]) == {"old": "as published", "both": "as it is", "new": "arrived"}
        assert texts.of(["later"]) == {"later": "of another commit"}
        assert texts.of(["other"]) == {"other": "published, too"}
    assert not list((tmp_path / "work").glob("*.arrow"))


def test_without_a_corpus_there_are_the_texts_of_the_run(tmp_path):
    """The first run of all has nothing published to look at."""
    shard = shards.write(tmp_path / "work", "k", pa.table({"id": ["new"], "text": ["arrived"]}))
    with Texts(tmp_path / "work", [shard], Corpus(tmp_path / "out")) as texts:
        assert [texts.of(["new", "gone"]) for _ in range(3)] == [{"new": "arrived"}] * 3
