"""How ftfy's plans are told: a short rule name that can be counted, and a sentence that an editor can read."""

from collections.abc import Iterable, Iterator

from ftfy import ExplanationStep

__all__ = ["rule_name", "why"]

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
}


def rule_name(plan: Iterable[ExplanationStep]) -> str:
    """Name the fixers of a plan, each once, in the order in which they first acted.

    >>> rule_name([ExplanationStep("encode", "latin-1"), ExplanationStep("decode", "utf-8")])
    'ftfy:encode-latin-1+decode-utf-8'
    """
    names = list(dict.fromkeys(f"{s.action}-{s.parameter}" if s.action in {"encode", "decode"} else s.parameter for s in plan))
    return "ftfy:" + "+".join(names[:_MOST_STEPS]) + ("+more" if len(names) > _MOST_STEPS else "")


def why(plan: Iterable[ExplanationStep]) -> str:
    """Say in words what a plan does.

    >>> why([ExplanationStep("encode", "sloppy-windows-1252"), ExplanationStep("decode", "utf-8")])
    'UTF-8 that was read as windows-1252, put right'
    """
    return "; ".join(list(dict.fromkeys(_sentences(plan)))[:_MOST_STEPS])


def _sentences(plan: Iterable[ExplanationStep]) -> Iterator[str]:
    read_as = ""
    for action, parameter in plan:
        if action == "encode":
            read_as = parameter.removeprefix("sloppy-")
        elif action == "decode":
            meant = "UTF-8" if parameter.startswith("utf-8") else parameter
            yield f"{meant} that was read as {read_as}, put right"
        else:
            yield _WORDS[parameter]
