"""The command line. stdout is data, stderr is narration, the exit status is an API:

0 fine · 1 a check failed · 2 bad scenario or usage · 70 a bug of ours · 128 + n ended by signal n

Imports nothing but the standard library until a command runs: `--help` answers at once.
"""

from __future__ import annotations

import argparse
import gc
import io
import os
import signal
import sys
from collections.abc import Callable, Sequence
from typing import NamedTuple, NoReturn

from backprop_tui import __version__
from backprop_tui.output import OutputError, flush, write

UNUSABLE = 2
_SIGPIPE = 13  # by number: Windows has no name for it

_DESCRIPTION = "A debugger for the chain rule: step through backpropagation, one accumulation at a time."
_EPILOG = """\
commands:
  backprop-tui [SCENARIO]           open a scenario; without one, choose a lesson
  backprop-tui trace SCENARIO       every event as a line of text, or of JSON with --json
  backprop-tui check SCENARIO...    what the file expects, and gradients against finite differences
  backprop-tui lessons              the lessons that ship with the program

A scenario that is called like a command: ./trace
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program with these arguments (default: the process's own), and return its exit status."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a ∂ must not end a run under an old encoding
    words = list(sys.argv[1:] if argv is None else argv)
    command = words[0] if words and words[0] in _COMMANDS else ""
    parser = _COMMANDS[command].parser()
    arguments, unknown = parser.parse_known_args(words[1:] if command else words)
    if unknown:
        parser.error(_about_unknown(unknown, words[0]))
    try:
        status = _COMMANDS[command].run(arguments)
        flush()
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    except BrokenPipeError:
        _abandon_stdout()
        return 128 + _SIGPIPE
    except OutputError as error:
        _abandon_stdout()
        print(f"backprop-tui: cannot write the output: {error}", file=sys.stderr)
        return UNUSABLE
    except OSError as error:  # a file of ours that cannot be read
        print(f"backprop-tui: error: {error}", file=sys.stderr)
        return UNUSABLE
    except Exception as error:
        from backprop_tui.crash import report  # noqa: PLC0415  (needed by nobody, one hopes)

        return report(error)
    return status


class _Parser(argparse.ArgumentParser):
    def __init__(self, command: str = "", **options: str) -> None:
        super().__init__(
            prog=f"backprop-tui {command}".strip(),
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
            **options,  # type: ignore[arg-type]  # description and epilog
        )

    def error(self, message: str) -> NoReturn:
        from backprop_tui.scenario.text import clean  # noqa: PLC0415  (numpy)

        usage = f"{self.format_usage()}try '{self.prog} --help'"
        self.exit(UNUSABLE, f"{self.prog}: error: {clean(message)}\n{usage}\n")


def _about_unknown(unknown: Sequence[str], first: str) -> str:
    import difflib  # noqa: PLC0415  (slow to import, seldom needed)

    message = f"unexpected argument: {unknown[0]}"
    meant = difflib.get_close_matches(first, [command for command in _COMMANDS if command], n=1)
    return f"{message}; did you mean the command '{meant[0]}'?" if meant and first not in meant else message


def _open_parser() -> argparse.ArgumentParser:
    parser = _Parser(description=_DESCRIPTION, epilog=_EPILOG)
    parser.add_argument("scenario", nargs="?", metavar="SCENARIO", help="a scenario file (TOML)")
    parser.add_argument("--theme", metavar="NAME", help="colours; NO_COLOR is respected")
    parser.add_argument("--version", action="version", version=f"backprop-tui {__version__}")
    return parser


def _trace_parser() -> argparse.ArgumentParser:
    parser = _Parser("trace", description="Print every event of a run, one line each.")
    parser.add_argument("scenario", metavar="SCENARIO", help="a scenario file (TOML)")
    parser.add_argument("--json", action="store_true", help="one JSON object a line (docs/trace.md)")
    return parser


def _check_parser() -> argparse.ArgumentParser:
    parser = _Parser(
        "check",
        description="Compare scenarios with what their files expect, and their gradients with finite differences.",
        epilog="exit status: 0 all agree, 1 something differs, 2 a scenario cannot be run",
    )
    parser.add_argument("scenarios", nargs="+", metavar="SCENARIO", help="scenario files (TOML)")
    return parser


def _lessons_parser() -> argparse.ArgumentParser:
    return _Parser("lessons", description="List the lessons that ship with the program, with their files.")


def _open(arguments: argparse.Namespace) -> int:
    if not _has_terminal():
        print(
            "backprop-tui: the app needs a terminal for input and output.\n"
            "For the same run as text: backprop-tui trace SCENARIO",
            file=sys.stderr,
        )
        return UNUSABLE
    gc.disable()  # almost nothing that starting up makes is garbage; the app enables it at its first frame
    try:
        return _start_app(arguments.scenario, arguments.theme)
    finally:
        gc.enable()


def _start_app(path: str | None, theme: str | None) -> int:
    scenario = None
    if path is not None:
        from backprop_tui.scenario import ScenarioError, load  # noqa: PLC0415  (numpy)

        try:
            scenario = load(path)
        except ScenarioError as error:
            print(error, file=sys.stderr)
            return UNUSABLE
    from backprop_tui.tui.app import run_app  # noqa: PLC0415  (no other command needs textual)

    return run_app(scenario, theme=theme)


def _trace(arguments: argparse.Namespace) -> int:
    from backprop_tui import commands  # noqa: PLC0415  (numpy)

    return commands.trace(arguments.scenario, as_json=arguments.json)


def _check(arguments: argparse.Namespace) -> int:
    from backprop_tui import commands  # noqa: PLC0415  (numpy)

    return commands.check(arguments.scenarios)


def _lessons(_arguments: argparse.Namespace) -> int:
    from backprop_tui.lessons import lessons  # noqa: PLC0415  (tomllib)

    rows = [(str(lesson.path), lesson.group, lesson.summary) for lesson in lessons()]
    file, group = (max((len(row[column]) for row in rows), default=0) for column in (0, 1))
    write(f"{row[0]:<{file}}  {row[1]:<{group}}  {row[2]}" for row in rows)
    return 0


class _Command(NamedTuple):
    parser: Callable[[], argparse.ArgumentParser]
    run: Callable[[argparse.Namespace], int]


_COMMANDS = {
    "": _Command(_open_parser, _open),
    "trace": _Command(_trace_parser, _trace),
    "check": _Command(_check_parser, _check),
    "lessons": _Command(_lessons_parser, _lessons),
}


def _has_terminal() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def _abandon_stdout() -> None:
    """Nobody reads any more: what is still buffered goes nowhere, so that Python is quiet at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
