"""Mojibake, stray entities and control characters are put right here, as edits that say what was done.

The judgement is ftfy's, kept conservative: damage is repaired, a publisher's typography is not touched. It is asked line by line, because one
"<" turns its unescaping off for all that follows in a call, and because a plan belongs to the line that it was made for. Lines end at a line
feed only, so that no other break in the text is lost.

ftfy alone is not safe on hostile text: it undoes a chain such as a thousand capital A's with circumflex before a copyright sign by one letter a
round, and nested entities likewise, which is quadratic (2,000 characters took 1.8 s). So chains and nests of more than `_MOST_LAYERS` are left,
and a line that does not settle in `_MOST_ROUNDS` stays as it came. That a repaired line is a fixed point is what makes a second run edit nothing.
"""

import re
from collections.abc import Iterator
from functools import partial

import ftfy
from ftfy import ExplanationStep, TextFixerConfig
from ftfy.badness import badness as ftfy_badness
from ftfy.badness import is_bad
from ftfy.chardata import CHARMAP_ENCODINGS, UTF8_DETECTOR_RE
from ftfy.fixes import remove_control_chars, remove_terminal_escapes, restore_byte_a0, unescape_html

from copydesk.document import Document, Edit
from copydesk.encoding.wording import rule_name, why
from copydesk.ledger import difference, ordered
from copydesk.settings import EncodingSettings
from copydesk.stage import EditStage

__all__ = ["badness", "repair", "stage"]

_MOST_ROUNDS = 8
_MOST_LAYERS = 5
_SEGMENT = 20_000  # characters: ftfy's decoder for Java's NUL copies what is left at each one, so its cost is this times the line
_LONGEST_SEQUENCE = 4
_LEAD = re.compile("[\\xc2-\\xf4]")
_BADNESS_SAMPLE = 1_000_000
_NEAR = 16  # characters between two changes that are told as one
_LOOK_AHEAD = 8  # words in which the two sides of a change must meet again
_SUSPECT = re.compile("[\\x00-\\x08\\x0b\\x0e-\\x1f\\x7f-\\x9f\\u206a-\\u206f\\ufeff\\ufff9-\\ufffc\\ud800-\\udfff&]")
_SURROGATE = re.compile("[\\ud800-\\udfff]")

_Plan = list[ExplanationStep]


def stage(settings: EncodingSettings) -> EditStage:
    """Return the stage: one step, which pickles, so that it can be sent to a worker."""
    return EditStage("encoding", 1, (partial(repair, settings=settings),))


def repair(document: Document, settings: EncodingSettings) -> list[Edit]:
    """Propose the repairs of a text, from the last to the first; entities in HTML are its own and stay.

    >>> [edit] = repair(Document(id="1", source="a.txt", site="a", text="Fish &amp; chips"), EncodingSettings())
    >>> edit.rule, edit.start, edit.before, edit.after
    ('ftfy:unescape_html', 6, 'amp;', '')
    """
    config = _config(settings)
    unescape = settings.unescape_html and document.media == "text"
    typography = settings.uncurl_quotes or settings.fix_latin_ligatures or settings.fix_character_width
    found: list[Edit] = []
    start = 0
    for line in document.text.split("\n"):
        if _SUSPECT.search(line) or (not line.isascii() and (typography or is_bad(line))):
            fixed, plan = _settled(line, config, unescape=unescape)
            if fixed != line:
                found += _edits(start, line, fixed, rule_name(plan), why(plan))
        start += len(line) + 1
    return list(ordered(found))


def badness(text: str) -> int:
    r"""Count the places where ftfy still sees mojibake, in the first million characters: what the checks look at.

    >>> badness("plain"), badness("caf\u00c3\u00a9")
    (0, 1)
    """
    return ftfy_badness(text[:_BADNESS_SAMPLE])


def _config(settings: EncodingSettings) -> TextFixerConfig:
    return TextFixerConfig(
        unescape_html=False,  # done here, one layer a round
        remove_terminal_escapes=settings.remove_control_chars,
        remove_control_chars=settings.remove_control_chars,
        fix_latin_ligatures=settings.fix_latin_ligatures,
        fix_character_width=settings.fix_character_width,
        uncurl_quotes=settings.uncurl_quotes,
        fix_line_breaks=False,
        normalization=None,
    )


def _settled(line: str, config: TextFixerConfig, *, unescape: bool) -> tuple[str, _Plan]:
    """Repair until nothing changes; where that takes too long, or would harm, keep the line as it is."""
    text, plan = line, _Plan()
    for _ in range(_MOST_ROUNDS):
        before = text
        text = "\n".join(_fixed(part, config, plan, unescape=unescape) for part in before.split("\n"))
        if text == before:
            return (line, []) if _harmful(line, text) else (text, plan)
    return line, []


def _harmful(line: str, fixed: str) -> bool:
    return bool(_SURROGATE.search(fixed)) or (not fixed.strip() and any(c.isprintable() and not c.isspace() for c in line))


def _fixed(line: str, config: TextFixerConfig, plan: _Plan, *, unescape: bool) -> str:
    """Do what `ftfy.fix_and_explain` does to a line, with bounds: entities unless there is a "<", then everything else, until nothing changes."""
    unescape = unescape and "<" not in line
    text, steps = line, _Plan()
    for _ in range(_MOST_LAYERS):
        before = text
        if unescape:
            text = unescape_html(text)
            steps += [ExplanationStep("apply", "unescape_html")] if text != before else []
        text = "".join(_segment(segment, config, steps) for segment in _segments(text))
        if not unescape or text == before:
            plan += steps
            return text
    return line


def _segment(text: str, config: TextFixerConfig, plan: _Plan) -> str:
    if _deep(text):
        config = config._replace(decode_inconsistent_utf8=False)
    result = ftfy.fix_and_explain(text, config)
    plan += result.explanation or []
    return result.text


def _deep(text: str) -> bool:
    """Say whether undoing mojibake one layer at a time, wherever it could be, goes on for more rounds than any accident takes."""
    text = remove_control_chars(remove_terminal_escapes(text))
    for _ in range(_MOST_LAYERS):
        before = text
        text = UTF8_DETECTOR_RE.sub(_peeled, before)
        if text == before:
            return False
    return True


def _peeled(match: re.Match[str]) -> str:
    for encoding in CHARMAP_ENCODINGS:
        try:
            return restore_byte_a0(match[0].encode(encoding)).decode("utf-8")
        except UnicodeError:
            continue
    return match[0]


def _segments(line: str) -> Iterator[str]:
    """Cut a very long line after a space, or else before what would begin a sequence of UTF-8 read as Latin-1, so that none is torn."""
    start = 0
    while len(line) - start > _SEGMENT:
        end = line.rfind(" ", start, start + _SEGMENT) + 1 or start + _SEGMENT
        end -= next((back for back in range(_LONGEST_SEQUENCE) if _LEAD.match(line, end - back)), 0)
        yield line[start:end]
        start = end
    yield line[start:]


def _edits(start: int, before: str, after: str, rule: str, reason: str) -> Iterator[Edit]:
    """Give an edit for each stretch of a line that changed; two that are near each other are one."""
    for (left, left_end), (right, right_end) in _changes(before, after):
        if before[left:left_end] != after[right:right_end]:
            yield difference("encoding", rule, start + left, before[left:left_end], after[right:right_end], reason)


def _changes(before: str, after: str) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """Give the spans, in both texts, of the stretches that differ, with what is equal and short between two of them."""
    i = j = 0
    left = right = (-1, -1)
    for old, new in _stretches(before, after):
        if old != new:
            if left[0] < 0 or i - left[1] >= _NEAR:
                if left[0] >= 0:
                    yield left, right
                left, right = (i, i), (j, j)
            left, right = (left[0], i + len(old)), (right[0], j + len(new))
        i, j = i + len(old), j + len(new)
    if left[0] >= 0:
        yield left, right


def _stretches(before: str, after: str) -> Iterator[tuple[str, str]]:
    """Align two texts by words, in one pass: stretches that are equal, and stretches that differ until the words meet again."""
    left, right = before.split(" "), after.split(" ")
    left[:-1] = [f"{word} " for word in left[:-1]]
    right[:-1] = [f"{word} " for word in right[:-1]]
    i = j = 0
    while i < len(left) or j < len(right):
        a, b = _meeting(left[i : i + 2 * _LOOK_AHEAD], right[j : j + 2 * _LOOK_AHEAD])
        yield "".join(left[i : i + a]), "".join(right[j : j + b])
        i, j = i + a, j + b


def _meeting(left: list[str], right: list[str]) -> tuple[int, int]:
    """Return how many words of each side to take: one equal pair, or as few as possible until two words in a row agree."""
    if left[:1] == right[:1]:
        return 1, 1
    for both in range(1, 2 * _LOOK_AHEAD):
        for a in range(both + 1):
            if left[a : a + 2] == right[both - a : both - a + 2]:
                return a, both - a
    return len(left), len(right)
