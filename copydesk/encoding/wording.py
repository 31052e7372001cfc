"""How repairs are told: a short rule name that can be counted, and a sentence that an editor can read."""

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

from ftfy import FIXERS, ExplanationStep

from copydesk.encoding.characters import Rule, rules
from copydesk.settings import EncodingSettings

__all__ = ["namer", "rule_name", "why"]

_MOST_STEPS = 6  # a plan can repeat itself for as long as the damage did
_WORDS = {
    "unescape_html": "HTML entities, written as the characters that they stand for",
    "restore_byte_a0": "no-break spaces that had become spaces, brought back",
    "replace_lossy_sequences": "characters that lost a byte, marked as lost",
    "decode_inconsistent_utf8": "passages of UTF-8 that were read in another encoding, put right",
    "fix_c1_controls": "control characters that are windows-1252 punctuation, put right",
    "fix_latin_ligatures": "ligatures, written as letters",
    "fix_character_width": "full-width and half-width forms, written in normal width",
    "uncurl_quotes": "curly quotes, made straight",
    "fix_surrogates": "halves of UTF-16 characters, joined or marked as lost",
    "remove_terminal_escapes": "terminal colour codes, removed",
    "remove_control_chars": "control characters, removed",
    "typography:line-ending": "line endings of another kind, made line feeds",
    "typography:soft-hyphen": "soft hyphens inside words, removed",
    "typography:zero-width": "characters without width or meaning, removed",
    "typography:space": "no-break and other spaces, made plain",
    "typography:composed": "letters and their accents, written as one character",
}


@lru_cache(maxsize=256)
def namer(plan: tuple[ExplanationStep, ...], settings: EncodingSettings) -> Callable[[str, str], tuple[str, str]]:
    """Return what tells the rule and the reason of one change in a line: the step that explains it alone, else the line's whole plan."""
    whole = rule_name(plan), why(plan)
    steps = dict.fromkeys(plan) if len(set(plan)) > 1 else {}
    every: dict[str, Rule] = FIXERS | rules(settings)
    alone = [(every[step.parameter], (rule_name([step]), why([step]))) for step in steps if step.action in {"apply", "rule"}]

    def name(before: str, after: str) -> tuple[str, str]:
        return next((told for rule, told in alone if rule(before) == after), whole)

    return name


def rule_name(plan: Iterable[ExplanationStep]) -> str:
    """Name the fixers of a plan, each once, in the order in which they first acted.

    >>> rule_name([ExplanationStep("encode", "latin-1"), ExplanationStep("decode", "utf-8")])
    'ftfy:encode-latin-1+decode-utf-8'
    >>> rule_name([ExplanationStep("rule", "typography:soft-hyphen")])
    'typography:soft-hyphen'
    """
    names = list(dict.fromkeys(_name(*step) for step in plan))
    told = "+".join(names[:_MOST_STEPS]) + ("+more" if len(names) > _MOST_STEPS else "")
    return told if ":" in names[0] else f"ftfy:{told}"


def why(plan: Iterable[ExplanationStep]) -> str:
    """Say in words what a plan does.

    >>> why([ExplanationStep("encode", "sloppy-windows-1252"), ExplanationStep("decode", "utf-8")])
    'UTF-8 that was read as windows-1252, put right'
    """
    return "; ".join(list(dict.fromkeys(_sentences(plan)))[:_MOST_STEPS])


def _name(action: str, parameter: str) -> str:
    match action:
        case "encode" | "decode":
            return f"{action}-{parameter}"
        case "elsewhere":
            return "mojibake:as-elsewhere"
        case _:
            return parameter


def _sentences(plan: Iterable[ExplanationStep]) -> Iterator[str]:
    read_as = ""
    for action, parameter in plan:
        if action == "encode":
            read_as = parameter.removeprefix("sloppy-")
        elif action == "decode":
            meant = "UTF-8" if parameter.startswith("utf-8") else parameter
            yield f"{meant} that was read as {read_as}, put right"
        elif action == "elsewhere":
            yield f"UTF-8 that was read as {parameter.removeprefix('sloppy-')} like other lines of this text, put right"
        else:
            yield _WORDS[parameter]
