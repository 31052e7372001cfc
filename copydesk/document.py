"""The words of the house: a document, and the three things a stage may say of it.

A stage never assigns text. It proposes *edits* (encoding, boilerplate), or says something about the text with *flags* (language, translation);
the stage that looks across documents gives *verdicts* (duplicates). Everything is plain, frozen data, so that it can be compared, stored and replayed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

__all__ = ["Decoding", "Document", "Edit", "Edits", "Flag", "Flags", "Media", "Rejection", "Status", "Verdict"]

Media = Literal["text", "html"]
Status = Literal["kept", "duplicate", "quarantined"]


@dataclass(frozen=True, slots=True)
class Edit:
    """One change to a text: what stood there, what stands there now, and who changed it and why.

    `start` and `end` are character offsets into the text as it stands just before this edit is applied, so
    `text[start:end] == before`. The edits of one step are listed from the last to the first, which makes their offsets hold
    against the text that the step was given as well (see `copydesk.ledger`).
    """

    stage: str
    rule: str
    start: int
    end: int
    before: str
    after: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Flag:
    """Something said about a span of a text, with its evidence in words; it changes nothing.

    `value` holds what was found where the rule has one (a language code), `score` how sure or how strong, from 0 to 1.
    A flag about the whole document spans it.
    """

    stage: str
    rule: str
    start: int
    end: int
    evidence: str = ""
    value: str = ""
    score: float | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a document among the others: kept, or a copy of a kept one with the exact figures that say so.

    `jaccard` and `containment` are those of the pair (document, kept document); both are None for a kept document.
    `containment` is the share of the smaller one's shingles that the larger one holds. `relation` says what kind of copy it is ("copy", "embedded",
    "update"), `shared` where the longest passage that both have stands: start and end in this text, start and end in the kept one's, in characters.
    `score` is the figure that the threshold was applied to.
    """

    id: str
    status: Literal["kept", "duplicate"]
    kept_id: str = ""
    jaccard: float | None = None
    containment: float | None = None
    reason: str = ""
    relation: str = ""
    shared: tuple[int, int, int, int] | None = None
    score: float | None = None


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why a document goes to quarantine: the stage, a short machine-readable reason, and a sentence for people."""

    stage: str
    reason: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Decoding:
    """How bytes became text: what was declared, what was chosen and how sure; `replaced` counts the bytes that no encoding could explain."""

    encoding: str = "utf-8"
    declared: str = ""
    how: str = "strict"
    confidence: float = 1.0
    replaced: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One record on its way from raw bytes to the published table.

    `source` names the record: `<folder>/<path>` or `<folder>/<path>#<position from 1>`. `bytes_digest` is the SHA-256 of the record's bytes,
    `source_digest` of its file's, `text_digest` of the decoded text that all edits start from. Digests are hexadecimal.
    A document with a `rejection` is quarantined: no later stage judges it, but its row goes all the way.
    """

    id: str
    source: str
    site: str
    text: str
    media: Media = "text"
    url: str = ""
    title: str = ""
    published: str = ""
    bytes_digest: str = ""
    source_digest: str = ""
    text_digest: str = ""
    decoding: Decoding = Decoding()
    edits: tuple[Edit, ...] = ()
    flags: tuple[Flag, ...] = ()
    rejection: Rejection | None = None

    def flag(self, stage: str, rule: str) -> Flag | None:
        """Return the last flag of that name, or None: the way to ask a document for its language or its score."""
        return next((f for f in reversed(self.flags) if f.stage == stage and f.rule == rule), None)

    @property
    def language(self) -> str:
        """The ISO 639-1 code that the language stage found, "und" where it could not know or has not run."""
        found = self.flag("language", "language")
        return found.value if found and found.value else "und"

    @property
    def translation_score(self) -> float | None:
        """How much the document reads like machine translation, 0 to 1, or None where there is no score."""
        found = self.flag("translation", "score")
        return found.score if found else None


Edits = Callable[[Document], Sequence[Edit]]
Flags = Callable[[Document], Sequence[Flag]]
