"""The checks in words and as files: for the person who finds a check's name in a report, and for other tools of Great Expectations."""

from typing import Any

from checks.check import Check
from checks.limits import Limits
from checks.suites import SUITES
from copydesk.errors import InputError

__all__ = ["explain", "export"]


def explain(stage_or_check: str, limits: Limits | None = None) -> str:
    """Say what a stage's suite, or one check, guards and what to do when it fails.

    >>> print(explain("no_nul_is_left"))
    no_nul_is_left (encoding): a document that fails goes to quarantine
      No NUL character is left: databases and C programs cut a text where one stands.
      What to do: Set encoding.remove_control_chars, or look whether the source is text at all (UTF-16 without its mark looks like this).

    Raises:
        InputError: there is no stage and no check of that name.
    """
    found = [(stage, check) for stage, suite in SUITES.items() for check in suite(limits or Limits()) if stage_or_check in (stage, check.name)]
    if not found:
        msg = f"{stage_or_check} is neither a stage ({', '.join(SUITES)}) nor a check; name a stage to see its checks"
        raise InputError(msg)
    return "\n\n".join(_told(stage, check) for stage, check in found)


def export(stage: str, limits: Limits) -> dict[str, Any]:
    """Return a stage's suite in the library's own JSON form, as `ExpectationSuite(**suite)` and its command line read it."""
    import great_expectations as gx  # noqa: PLC0415 - takes seconds, and only those who export need it

    gx.get_context(mode="ephemeral")  # without a current context the library builds no suite
    suite = gx.ExpectationSuite(name=stage, expectations=[check.build() for check in SUITES[stage](limits)])
    exported: dict[str, Any] = suite.to_json_dict()
    return exported


def _told(stage: str, check: Check) -> str:
    if check.on_rows:
        effect = "a document that fails goes to quarantine"
    elif check.severity == "critical":
        effect = "a failure stops the run before it publishes"
    else:
        effect = f"a failure is told as {check.severity}"
    return f"{check.name} ({stage}): {effect}\n  {check.words}\n  What to do: {check.advice}"
