"""The document model: what it may not see, that company does not matter, that tables give back what was filed, and that hostile text is judged in time."""

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.document import Document, Flag
from copydesk.errors import InputError
from copydesk.settings import TranslationSettings
from copydesk.stage import advance, advance_all
from copydesk.translation import judge, stage
from copydesk.translation.model.characters import spelt
from copydesk.translation.model.file import HEADS, load, save, shipped
from copydesk.translation.model.score import FEWEST_WORDS, judged
from copydesk.translation.model.synonyms import regret
from copydesk.translation.model.table import MISSING
from copydesk.translation.model.tokens import read

PROSE = (
    "The harbour council met on Tuesday to decide what to do about the old crane. Nobody had used it since the yard closed, and the rust had reached the "
    "beams that hold the jib. Two engineers told the meeting that it would stand another winter, but not much longer than that. A repair would cost more than "
    "the town spends on its roads in a year. Mrs Hale, who chairs the council, said she had watched ships unload there as a girl and would be sorry to see it "
    "go. In the end they voted to take it down in spring, and to keep the cab for the museum. The yard's last foreman asked whether he might have the bell."
)


def document(text, language="en", name="d"):
    """A document whose language is known."""
    return Document(id=name, source="s", site="example.org", text=text, flags=(Flag("language", "language", 0, len(text), value=language),))


def test_the_model_is_small_and_loads_from_its_file(tmp_path):
    """What is saved is what is loaded, twice the same bytes, and far below the limit of 25 MB."""
    first, second = tmp_path / "a.npz", tmp_path / "b.npz"
    save(shipped(), first)
    save(load(first), second)
    assert first.read_bytes() == second.read_bytes()
    assert first.stat().st_size < 12_000_000


def test_a_model_that_cannot_be_written_leaves_the_old_one(tmp_path, monkeypatch):
    """A fit that is cut short while it writes costs nothing but itself."""
    path = tmp_path / "a.npz"
    path.write_bytes(b"old")

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "savez_compressed", full)
    with pytest.raises(OSError, match="No space left"):
        save(shipped(), path)
    assert path.read_bytes() == b"old"


def test_a_word_that_a_synonym_would_replace_better_is_regretted():
    """Killed in the attack, not slain in the onslaught; the words at either end of a text are not asked about."""
    model = shipped()

    def worst(text):
        tokens = read([text])
        at, better = regret(tokens, model.language.read(tokens.hashes, tokens.starts), model.language, model.synonyms)
        assert set(at.tolist()) <= set(range(1, tokens.hashes.size - 1))
        return max(better.tolist(), default=-1)

    assert worst("police said the man was killed in the attack") < worst("police said the man was slain in the onslaught")
    assert worst("Ship") == worst("") == -1


def test_the_model_can_be_switched_off():
    """Without it the score is that of the rules."""
    flag = judge(document(PROSE), TranslationSettings(score_model=False))[-1]
    assert "did not judge" in flag.evidence
    assert flag.score == judge(document(PROSE, "de"), TranslationSettings())[-1].score


def test_a_file_that_is_no_model_is_refused(tmp_path):
    """A half-written file is told apart from a model."""
    broken = tmp_path / "broken.npz"
    broken.write_bytes(b"PK\3\4 nothing")
    with pytest.raises(InputError, match="cannot be read"):
        load(broken)


def test_typography_is_not_seen():
    """Curly quotes, dashes, spaces and an ellipsis change nothing, for people and programs differ in them by habit."""
    plain = PROSE.replace("The yard's", "- \"The yard's").replace("bell.", 'bell..."')
    fancy = plain.replace("'", "\N{RIGHT SINGLE QUOTATION MARK}").replace('"', "\N{LEFT DOUBLE QUOTATION MARK}").replace("- ", "\N{EM DASH}\N{NO-BREAK SPACE}")
    assert judged([plain]) == judged([fancy])
    assert judged([plain])[0] is not None
    assert judged([plain.replace('"', "")]) == judged([plain])


def test_plain_prose_by_people_is_let_pass_and_word_salad_is_not():
    """The score tells the ends of its scale apart."""
    salad = " ".join(sentence[::1] for sentence in (" ".join(reversed(part.split())) for part in PROSE.split(".")))
    human, mixed = judged([PROSE, salad])
    assert human.probability < 0.5 < mixed.probability
    assert mixed.head in HEADS


def test_short_and_repetitive_texts_are_not_judged():
    """Nothing was measured on them, so nothing is claimed."""
    assert judged(["", "One line.", " ".join(PROSE.split()[: FEWEST_WORDS - 5]), "the boat sails and " * 100]) == [None] * 4


@settings(max_examples=30, deadline=None)
@given(st.lists(st.one_of(st.text(max_size=300), st.sampled_from([PROSE, PROSE * 2, PROSE.upper(), PROSE[::-1]])), max_size=5))
def test_company_does_not_matter(texts):
    """A document's figures are the same alone and among others (law 3)."""
    assert judged(texts) == [judged([text])[0] for text in texts]


def test_the_stage_judges_a_shard_as_it_judges_each():
    """The joint judge and the single one leave the same flags, in any order."""
    made = stage(TranslationSettings())
    several = [document(PROSE, name="a"), document("Quiet.", name="b"), document(PROSE[::-1], name="c"), document(PROSE, "de", name="e")]
    together = advance_all(made, several)
    assert together == [advance(made, each) for each in several]
    assert together == list(reversed(advance_all(made, several[::-1])))


def test_other_languages_are_not_judged_by_the_model():
    """The evidence says that only the rules were asked."""
    assert "did not judge" in judge(document(PROSE, "de"), TranslationSettings())[-1].evidence
    assert "did not judge" not in judge(document(PROSE), TranslationSettings())[-1].evidence


def test_every_character_is_one_byte():
    """Offsets into the spelling are offsets into the text, whatever the text."""
    text = "".join(map(chr, [*range(0x300), 0x2026, 0x4E00, 0xD800, 0xFFFF, 0x1F600, 0x10FFFF]))
    assert len(spelt(text)) == len(text)
    assert spelt("\N{LATIN CAPITAL LETTER E WITH ACUTE}a9") == b"Ea0"


def test_words_that_are_not_filed_are_missing():
    """Of keys that no table holds at most about one in a hundred passes its check."""
    keys = read([" ".join(f"zq{chr(97 + at % 26)}{chr(97 + at // 26 % 26)}x" for at in range(600))]).hashes * np.uint64(3)
    language = shipped().language
    assert (language.pairs.find(keys) == MISSING).mean() > 0.97
    assert (language.triples.find(keys) == MISSING).mean() > 0.97


@pytest.mark.parametrize(
    "text", ["a" * 2_000_000, "the of " * 300_000, "\N{COMBINING ACUTE ACCENT}" * 1_000_000, ". " * 1_000_000, "\ud800x " * 500_000, "a'" * 1_000_000]
)
def test_hostile_text_is_judged_in_time(text):
    """Only a part of a huge text is judged, in less than a second, and nothing raises."""
    judged([PROSE])
    start = time.process_time()
    assert len(judged([text, text])) == 2
    assert time.process_time() - start < 1
