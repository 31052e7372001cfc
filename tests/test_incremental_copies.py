"""Law 6 for near-copies: what an incremental run says, on top of what stood, is what a full run says.

Whatever is added, changed, withdrawn, added again, pinned or released, and in whatever batches.
"""

from collections.abc import Mapping, Sequence
from importlib import import_module
from zlib import crc32

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from copydesk.document import Verdict
from copydesk.duplicates import INDEX, Change, Match, Result, find_copies, fingerprint
from copydesk.settings import DuplicatesSettings

# One word a shingle, every shingle in the sketch, crowds of three: small texts collide often, and every rule is exercised.
TINY = DuplicatesSettings(threshold=0.5, containment=0.7, shingle_words=1, sample=1, least=1, crowd=2, leaders=1, preferred_sites=("b.example",))
WORDS = ["eel", "weir", "fog", "bell", "tram", "swan", "quay", "reed", "lamp", "mist", "oar", "silt", "dune", "gull", "kelp"]

# Short stories of few words, each like the next; long ones, of which more words must agree; and what holds another one whole.
stories = st.one_of(
    st.tuples(st.integers(0, 6), st.integers(1, 5)).map(lambda cut: " ".join(WORDS[cut[0] : cut[0] + cut[1]])),
    st.tuples(st.integers(0, 2), st.integers(0, 3)).map(lambda cut: " ".join(WORDS[cut[0] : len(WORDS) - cut[1]])),
    st.lists(st.sampled_from(WORDS), max_size=4).map(" ".join),
)
documents = st.fixed_dictionaries(
    {
        "text": stories,
        "site": st.sampled_from(["a.example", "b.example"]),
        "published": st.sampled_from(["", "2024-01-01", "2024-01-02"]),
        "flags": st.sampled_from([0.0, 1.0]),
    }
)
names = st.sampled_from("abcdefghijkl")


def index_of(corpus: Mapping[str, Mapping[str, object]]) -> pa.Table:
    """The index of drawn documents."""
    rows = []
    for identity, fields in corpus.items():
        text = str(fields["text"])
        found = fingerprint(text, TINY)
        rows.append({"id": identity, "sketch": found.sketch, "shingles": found.shingles, "chars": len(text), **fields})
    return pa.Table.from_pylist(rows, schema=INDEX)


class Corpus(RuleBasedStateMachine):
    """A corpus that changes; `judge` publishes what was changed since it last ran."""

    def __init__(self) -> None:
        super().__init__()
        self.now: dict[str, Mapping[str, object]] = {}
        self.published: dict[str, Mapping[str, object]] = {}
        self.pinned: set[str] = set()
        self.touched: set[str] = set()
        self.standing: dict[str, Verdict] = {}
        self.settings = TINY

    @initialize(
        start=st.dictionaries(names, documents, max_size=8),
        embedded=st.sampled_from(["remove", "note"]),
        updates=st.sampled_from(["latest", "both"]),
        order=st.permutations(["preferred_site", "earliest", "most_complete", "fewest_flags"]),
    )
    def begin(self, start, embedded, updates, order):
        """A first corpus, and settings."""
        self.settings = TINY.model_copy(update={"embedded": embedded, "updates": updates, "order": tuple(order[:3])})
        self.now = start
        self.touched = set(start)

    @rule(name=names, document=documents)
    def put(self, name, document):
        """A document comes, comes again, or changes."""
        self.now = {**self.now, name: document}
        self.touched.add(name)

    @rule(name=names)
    def withdraw(self, name):
        """A document leaves."""
        if name in self.now:
            self.now = {other: fields for other, fields in self.now.items() if other != name}
            self.touched.add(name)

    @rule(name=names)
    def pin(self, name):
        """A person restores a document, or takes that back."""
        self.pinned ^= {name}
        self.touched.add(name)

    @precondition(lambda self: self.touched)
    @rule()
    def judge(self):
        """An incremental run on what changed gives what a full run gives."""
        before = {name: fields for name, fields in self.published.items() if name in self.touched}
        result = self.run(Change(frozenset(self.touched), index_of(before)))
        full = {verdict.id: verdict for verdict in self.run(None).verdicts}
        self.standing = {name: verdict for name, verdict in self.standing.items() if name in self.now} | {verdict.id: verdict for verdict in result.verdicts}
        assert self.standing == full
        assert {full[verdict.kept_id].status for verdict in full.values() if verdict.kept_id} <= {"kept"}
        self.published, self.touched = dict(self.now), set()

    def run(self, change: Change | None) -> Result:
        """The stage on the corpus as it is."""
        return find_copies(index_of(self.now), self.texts, self.settings, frozenset(self.pinned), change)

    def texts(self, ids: Sequence[str]) -> dict[str, str]:
        """The texts of some documents."""
        return {name: str(self.now[name]["text"]) for name in ids}

    def teardown(self):
        """What is left is judged too."""
        if self.touched:
            self.judge()


def by_chance(pairs: pa.Table, text_of, _: DuplicatesSettings) -> list[Match]:
    """Any function of two texts: whatever the comparison says of which pair, the rest must hold."""
    found = []
    for pair in pairs.to_pylist():
        texts = text_of([pair["a"], pair["b"]])
        drawn = crc32("/".join(sorted(texts.values())).encode())
        if drawn % 3:
            relation = ("copy", "embedded", "update")[drawn // 3 % 3]
            refused = "chance" if drawn // 9 % 4 == 0 else ""
            found.append(Match(pair["a"], pair["b"], drawn % 100 / 100, drawn % 70 / 70, relation=relation, refused=refused))
    return found


SOME = settings(max_examples=10, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck))


def test_incremental_equals_full():
    """With the comparison that the stage has."""
    run_state_machine_as_test(Corpus, settings=SOME)


def test_incremental_equals_full_whatever_the_comparison_says(monkeypatch: pytest.MonkeyPatch):
    """With a comparison by chance: refusals, things that stand in others and updates in all constellations."""
    stage = import_module("copydesk.duplicates")
    monkeypatch.setattr(stage, "verify", by_chance)
    monkeypatch.setattr(stage, "shared_passage", lambda *_: None)
    run_state_machine_as_test(Corpus, settings=SOME)


# Documents stand in the order of their ids and share the values 1 and 2; from three holders on a value is held by a crowd, which only its first leads.
@pytest.mark.parametrize(
    ("were", "are", "values", "now"),
    [
        pytest.param("bcd", "abcd", [1, 2], {"c": "kept", "d": "kept"}, id="another leads a crowd, through whom two were proposed before"),
        pytest.param("bc", "abc", [1], {"c": "kept"}, id="a crowd comes to be"),
        pytest.param("abc", "bc", [1], {"c": "duplicate"}, id="a crowd ends"),
    ],
)
def test_crowd_decides_about_others(monkeypatch: pytest.MonkeyPatch, were, are, values, now):
    """Whoever enters or leaves a crowd (a, which resembles nobody) can decide whether two others are compared, and those are judged again."""
    stage = import_module("copydesk.duplicates")
    monkeypatch.setattr(stage, "verify", lambda pairs, *_: [Match(pair["a"], pair["b"], 0.9, 0.9) for pair in pairs.to_pylist() if pair["a"] != "a"])
    monkeypatch.setattr(stage, "shared_passage", lambda *_: None)
    rows = {name: {"id": name, "sketch": values, "shingles": len(values), "site": "", "published": "", "chars": 9, "flags": 0.0} for name in "abcd"}
    index = pa.Table.from_pylist([rows[name] for name in are], schema=INDEX)
    change = Change({"a"}, pa.Table.from_pylist([rows["a"]] if "a" in were else [], schema=INDEX))
    result = find_copies(index, lambda ids: dict.fromkeys(ids, ""), TINY, change=change)
    full = {verdict.id: verdict for verdict in find_copies(index, lambda ids: dict.fromkeys(ids, ""), TINY).verdicts}
    assert {name: full[name].status for name in now} == now
    assert {verdict.id: verdict for verdict in result.verdicts if verdict.id in now} == {name: full[name] for name in now}
