"""What can go wrong, as a tree, so that a caller catches just what it can answer.

    CopydeskError
    ├── InputError         the user named something that cannot be used; the message says what to do
    │   └── SettingsError  a setting is unknown or out of its range
    ├── LedgerError        an edit does not fit the text that it speaks of
    ├── StoreError         a file of our own is missing, torn or not the one expected
    └── CheckStopped       a critical expectation failed, so nothing was published (in `flows.run`, with the run's record)

A document that is bad is not an exception: it becomes a quarantined row with its reason (`copydesk.document.Rejection`).
"""

from typing import ClassVar

__all__ = ["CopydeskError", "InputError", "LedgerError", "SettingsError", "StoreError"]


class CopydeskError(Exception):
    """The root, for a caller that only wants to know whether the fault was foreseen. `exit_code` is what the command line ends with."""

    exit_code: ClassVar[int] = 2


class InputError(CopydeskError):
    """The user named a file, an id or an option that cannot be used; the message names it and says what to do."""


class SettingsError(InputError):
    """A setting is unknown, of the wrong type, or cannot have an effect."""


class LedgerError(CopydeskError):
    """An edit does not fit the text that it speaks of: applying it would corrupt a document."""


class StoreError(CopydeskError):
    """A shard, a manifest or the published table is missing, torn or not the one that was expected."""
