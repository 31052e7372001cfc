"""What lay under the sources and was not read: in a list that a person reads, not a line for each of ten thousand pictures.

A user who puts an archive into the folder believes that it was read, and nothing else would tell him.
"""

from collections.abc import Mapping

from copydesk.report.record import PassedOver, RunRecord

__all__ = ["account", "asks_for_a_look", "nothing_read", "told"]

_EXAMPLES = 3
_LONGEST = 100
_COMMON = "of no kind that can be read: copydesk reads"
_MOST = 50  # reasons: those of the operating system are in no list of ours


def account(found: Mapping[str, str]) -> list[PassedOver]:
    """Group files by the reason why they were passed over, given by path: the most frequent reason first, and the last names of the first paths.

    >>> account({"raw/b.zip": "an archive", "raw/a.zip": "an archive", "raw/c": "a pipe"})
    [PassedOver(reason='an archive', files=2, examples=['a.zip', 'b.zip']), PassedOver(reason='a pipe', files=1, examples=['c'])]
    """
    groups: dict[str, list[str]] = {}
    for path, reason in sorted(found.items()):
        groups.setdefault(reason, []).append(path.rpartition("/")[2][-_LONGEST:].encode("utf-8", "backslashreplace").decode())
    ordered = sorted(groups.items(), key=lambda group: (-len(group[1]), group[0]))[:_MOST]
    return [PassedOver(reason, len(names), names[:_EXAMPLES]) for reason, names in ordered]


def told(group: PassedOver) -> str:
    """Say it in a sentence.

    >>> told(PassedOver("an archive", 2, ["a.zip", "b.zip"])), told(PassedOver("an archive", 9, ["a.zip"]))
    ('2 files (a.zip, b.zip): an archive', '9 files (a.zip, ...): an archive')
    """
    names = ", ".join(group.examples) + (", ..." if group.files > len(group.examples) else "")
    return f"{group.files:,} file{'' if group.files == 1 else 's'} ({names}): {group.reason}"


def asks_for_a_look(group: PassedOver) -> bool:
    """Say whether this may hold articles; a picture or a note beside them is nothing to look at in each run."""
    return not group.reason.startswith(_COMMON)


def nothing_read(record: RunRecord) -> bool:
    """Say whether there was no file under the sources that can be read."""
    return any(stage.name == "ingest" and stage.figures.get("files") == 0 for stage in record.stages)
