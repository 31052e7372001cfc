"""The per-document stages in their order, made from the settings: the one place that lists them."""

from collections.abc import Callable, Mapping

from copydesk import boilerplate, ingest, translation
from copydesk.boilerplate.hosts import HostCounts
from copydesk.document import Document
from copydesk.encoding import repair
from copydesk.language import identify
from copydesk.settings import StageSettings
from copydesk.stage import Stage, advance
from copydesk.store.shards import key

__all__ = ["PER_DOCUMENT", "clean", "judged", "made", "stage_key"]

PER_DOCUMENT: Mapping[str, Callable[[StageSettings], Stage]] = {
    "encoding": lambda settings: repair.stage(settings.encoding),
    "boilerplate": lambda settings: boilerplate.stage(settings.boilerplate),
    "language": lambda settings: identify.stage(settings.language),
    "translation": lambda settings: translation.stage(settings.translation),
}


def made(name: str, settings: StageSettings, hosts: HostCounts) -> Stage:
    """Make a stage, told what is known of the documents' sites: the boilerplate stage alone asks for it."""
    return boilerplate.stage(settings.boilerplate, hosts) if name == "boilerplate" else PER_DOCUMENT[name](settings)


def clean(document: Document, settings: StageSettings) -> Document:
    """Take one document through all per-document stages, as `copydesk clean` does: by itself, whatever else its site prints."""
    for make in PER_DOCUMENT.values():
        document = advance(make(settings), document)
    return document


def stage_key(name: str, settings: StageSettings) -> str:
    """Return the digest of what decides a stage's results besides its input: its name, version and settings."""
    version = ingest.VERSION if name == "ingest" else PER_DOCUMENT[name](settings).version
    return key(name, version, getattr(settings, name).model_dump(mode="json"))


def judged(settings: StageSettings) -> str:
    """Return the digest of everything by which a text is judged before it is compared with others; a row that carries it need not be judged again (law 6)."""
    # How records are dealt out to shards decides nothing about any of them (law 3).
    plain = settings.model_copy(update={"ingest": settings.ingest.model_copy(update={"documents_per_shard": 1})})
    return key(*(stage_key(name, plain) for name in ("ingest", *PER_DOCUMENT)))
