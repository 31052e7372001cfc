"""The suites, one module per stage: each reads as a list, and an expectation is added or changed in one place."""

from collections.abc import Callable, Mapping

from checks.check import Check
from checks.limits import Limits
from checks.suites import boilerplate, duplicates, encoding, ingest, language, publish, translation

__all__ = ["SUITES"]

SUITES: Mapping[str, Callable[[Limits], list[Check]]] = {
    "ingest": ingest.suite,
    "encoding": encoding.suite,
    "boilerplate": boilerplate.suite,
    "language": language.suite,
    "translation": translation.suite,
    "duplicates": duplicates.suite,
    "publish": publish.suite,
}
