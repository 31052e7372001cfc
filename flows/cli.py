"""The command line. Everything heavy is imported by the command that needs it, so that help answers at once."""

import os
import signal
import sys
from pathlib import Path
from typing import Any, NoReturn

import click

from copydesk import __version__
from copydesk.errors import CopydeskError

__all__ = ["main"]

BAD_USAGE, FAILED, INTERRUPTED = 2, 3, 130


def _some_folder(_: click.Context, __: click.Parameter, value: str | None) -> Path | None:
    if value == "":
        msg = "an empty name is no folder"
        raise click.BadParameter(msg)
    return Path(value) if value else None


OUT = click.option("--out", callback=_some_folder, metavar="DIRECTORY", help="The folder of the corpus (default: data/clean).")
SETTINGS = click.option(
    "--settings", "file", type=click.Path(path_type=Path, dir_okay=False), help="A settings file (default: copydesk.toml, if there is one)."
)


def main() -> None:
    """Run the command line; foreseen faults become one line on standard error and their exit code."""
    # Read when Prefect is imported, by this process and its workers. A user's own setting stands.
    os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
    os.environ.setdefault("DO_NOT_TRACK", "1")
    # A supervisor's "end now" is an interrupt as well: what was started for the run is ended with it. Libraries may turn an interrupt into an error of
    # their own, so it is noted that one came.
    came: list[int] = []

    def interrupted(number: int, _: object) -> NoReturn:
        came.append(number)
        raise KeyboardInterrupt

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, interrupted)
    try:
        cli.main(standalone_mode=False)
    except click.ClickException as fault:
        fault.show()
        sys.exit(BAD_USAGE)
    except BrokenPipeError:
        # Whoever read our output has seen enough; Python would complain once more when it flushes.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (click.exceptions.Abort, KeyboardInterrupt):
        _say_interrupted()
    except CopydeskError as fault:
        click.echo(f"copydesk: {fault}", err=True)
        sys.exit(fault.exit_code)
    except Exception as fault:
        if came or _terminated(fault):
            _say_interrupted()
        if "-v" in sys.argv or "--verbose" in sys.argv:
            raise
        click.echo(f"copydesk: failed, the corpus is as it was: {type(fault).__name__}: {fault}; `-v` shows more, the next run goes on from here", err=True)
        sys.exit(FAILED)


def _terminated(fault: BaseException | None) -> bool:
    """Say whether a fault is Prefect's own answer to "end now", which takes our handler's place in a run, or a library's fault at being met by it."""
    while fault is not None:
        if "TerminationSignal" in f"{type(fault).__name__}: {fault}":
            return True
        fault = fault.__cause__ or fault.__context__
    return False


def _say_interrupted() -> NoReturn:
    click.echo("interrupted: the corpus is whole, the next run goes on from here", err=True)
    sys.exit(INTERRUPTED)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120})
@click.version_option(__version__, prog_name="copydesk")
def cli() -> None:
    """Scraped articles in, a checked corpus out: every change on record and reversible.

    Exit codes: 0 published (or nothing was new), 1 stopped by a check, 2 bad usage or input, 3 failed otherwise, 130 interrupted.

    Settings: copydesk.toml, then COPYDESK_* in the environment, then options.
    """


@cli.command()
@click.option("--raw", multiple=True, help="A folder, a file, a quoted glob or a URL (s3://...) to read; may be given more than once (default: data/raw).")
@OUT
@SETTINGS
@click.option("--runner", type=click.Choice(["processes", "threads", "inline"]), help="Where tasks run (default: processes of this machine).")
@click.option("--workers", type=click.IntRange(min=1), help="How many tasks at once (default: one per core).")
@click.option("--rejudge", is_flag=True, help="Read and judge all sources again, with what is now known of their sites.")
@click.option("-v", "--verbose", is_flag=True, help="Show Prefect's log.")
def run(raw: tuple[str, ...], out: Path | None, file: Path | None, runner: str | None, workers: int | None, *, rejudge: bool, verbose: bool) -> None:
    """Clean what is new under the raw sources and publish it, checked after every stage."""
    from flows.settings import load  # noqa: PLC0415 - as the module says

    settings = load(file, raw=raw or None, out=out, runner=runner, workers=workers, rejudge=rejudge or None)
    # Prefect tells a failed flow with a traceback; a user is told by our own sentence.
    os.environ.setdefault("PREFECT_LOGGING_LEVEL", "INFO" if verbose else "CRITICAL")
    from flows import show, start  # noqa: PLC0415 - as the module says

    show.summary(start.start(settings), settings.out)


@cli.command()
@click.argument("source", metavar="FILE|-", type=click.File("rb"))
@SETTINGS
def clean(source: Any, file: Path | None) -> None:  # noqa: ANN401 - click's binary file
    """Clean one document (text or HTML) to standard output: the per-document stages, no Prefect, no checks."""
    from flows.one import clean as cleaned  # noqa: PLC0415 - as the module says
    from flows.settings import load  # noqa: PLC0415 - as the module says

    cleaned(source, load(file).stages)


@cli.command()
@click.argument("name", metavar="ID")
@click.option("--with", "other", metavar="ID", help="Another document: both side by side, with what differs marked.")
@OUT
@SETTINGS
def show(name: str, other: str | None, out: Path | None, file: Path | None) -> None:
    """Show a document: its text, its edits as a coloured diff, its flags, its copies; a copy beside what was kept."""
    from flows import show as shown  # noqa: PLC0415 - as the module says
    from flows.settings import load  # noqa: PLC0415 - as the module says

    settings = load(file, out=out)
    if other is None:
        shown.document(name, settings)
    else:
        shown.beside(name, other, settings)


@cli.command()
@click.argument("names", metavar="ID...", nargs=-1, required=True)
@click.option("--reason", required=True, help="Why; it is recorded with the row.")
@OUT
@SETTINGS
def restore(names: tuple[str, ...], reason: str, out: Path | None, file: Path | None) -> None:
    """Keep a quarantined document or a removed copy from now on, until its input changes."""
    from flows import restore as restoring  # noqa: PLC0415 - as the module says
    from flows.settings import load  # noqa: PLC0415 - as the module says

    for line in restoring.restore(names, reason, load(file, out=out)):
        click.echo(line)


@cli.command()
@click.argument("names", metavar="[ID...]", nargs=-1)
@click.option("--site", "sites", multiple=True, metavar="HOST", help="All documents of this host; may be given more than once.")
@click.option("--reason", default="", help="Why; it is recorded with the row.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@OUT
@SETTINGS
def forget(names: tuple[str, ...], sites: tuple[str, ...], reason: str, out: Path | None, file: Path | None, *, yes: bool) -> None:
    """Take the text of documents out of the corpus for good; their records do not come back while their bytes are the same."""
    from copydesk.report.diff import visible  # noqa: PLC0415 - as the module says
    from flows import forget as forgetting  # noqa: PLC0415 - as the module says
    from flows.settings import load  # noqa: PLC0415 - as the module says

    if not names and not sites:
        msg = "say what is to be forgotten: ids, or --site HOST"
        raise click.UsageError(msg)
    settings = load(file, out=out)
    if not yes:
        for line in forgetting.plan(names, sites, settings).words:
            click.echo(visible(line), err=True)
        if not sys.stdin.isatty():
            msg = "nothing was changed: what is forgotten cannot be had back, so where nobody can be asked it takes --yes"
            raise click.UsageError(msg)
        if not click.confirm("Forget them? This cannot be taken back", err=True):
            click.echo("nothing was changed", err=True)
            return
    for line in forgetting.forget(names, sites, reason, settings):
        click.echo(visible(line))


@cli.command()
@click.option("--open", "opened", is_flag=True, help="Open it in the browser.")
@OUT
@SETTINGS
def report(out: Path | None, file: Path | None, *, opened: bool) -> None:
    """Print the path of the newest report."""
    from flows import history  # noqa: PLC0415 - as the module says
    from flows.settings import load  # noqa: PLC0415 - as the module says

    folder = load(file, out=out).out
    found = history.newest_report(folder)
    if found is None:
        msg = f"there is no report in {folder}: `copydesk run` makes one"
        raise click.UsageError(msg)
    click.echo(found)
    if opened:
        click.launch(str(found))


@cli.command()
@click.option("--format", "form", type=click.Choice(["jsonl", "parquet", "txt"]), default="jsonl", show_default=True)
@click.option("--status", type=click.Choice(["kept", "duplicate", "quarantined", "all"]), default="kept", show_default=True)
@click.option("--to", "target", type=click.Path(path_type=Path), help="A file, or for txt a folder (default: standard output, which parquet cannot be).")
@OUT
@SETTINGS
def export(form: str, status: str, target: Path | None, out: Path | None, file: Path | None) -> None:
    """Write the corpus out for tools that read no Delta table."""
    from flows import export as exporting  # noqa: PLC0415 - as the module says
    from flows.settings import load  # noqa: PLC0415 - as the module says

    exporting.export(load(file, out=out).out, form, status, target)


@cli.command()
@click.option("--cron", required=True, help='When, as in "0 3 * * *".')
@click.option("--raw", multiple=True, help="As for run.")
@click.option("--name", default="scheduled", show_default=True, help="The deployment's name.")
@OUT
@SETTINGS
def serve(cron: str, raw: tuple[str, ...], name: str, out: Path | None, file: Path | None) -> None:
    """Run on a schedule, until interrupted, with the Prefect server at PREFECT_API_URL or one started for it."""
    from flows.settings import load  # noqa: PLC0415 - as the module says

    settings = load(file, raw=raw or None, out=out)
    from flows import serve as serving  # noqa: PLC0415 - as the module says

    serving.serve(settings, cron, name)
