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
import stat
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple, NoReturn

from backprop_tui import __version__
from backprop_tui.explaining.options import FORMATS as WRITINGS
from backprop_tui.explaining.options import Level
from backprop_tui.export.formats import FORMATS
from backprop_tui.output import OutputError, flush, narrate, write
from backprop_tui.palette import PALETTES, palette_name
from backprop_tui.signals import end_on_signals

if TYPE_CHECKING:
    from backprop_tui.scenario import Diagnostic  # numpy

UNUSABLE = 2
_LARGE = 200_000
"""Bytes; a scenario of this size takes a tenth of a second to load."""
_SIGPIPE = 13  # by number: Windows has no name for it

_DESCRIPTION = "A debugger for the chain rule: step through backpropagation, one accumulation at a time."
_EPILOG = """\
commands:
  backprop-tui [SCENARIO]           open a scenario; without one, choose a lesson
  backprop-tui trace SCENARIO       every event as a line of text, or of JSON with --json
  backprop-tui check SCENARIO...    what the file expects, and gradients against finite differences and PyTorch
  backprop-tui explain SCENARIO     the whole worked solution, as text or as Markdown with LaTeX
  backprop-tui export SCENARIO      the graph as a drawing, in text or SVG, or for Graphviz or Mermaid
  backprop-tui ops [NAME]           the operations of programs; of one, its derivatives and why they are so
  backprop-tui lessons              the lessons that ship with the program

A scenario that is called like a command: ./trace
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program with these arguments (default: the process's own), and return its exit status."""
    if argv is None:  # the process is ours
        end_on_signals()
        # Threads of BLAS that wait for each other on a busy machine cost far more than they ever save here.
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
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
        narrate(f"backprop-tui: cannot write the output: {error}")
        return UNUSABLE
    except OSError as error:  # a file of ours that cannot be read
        narrate(f"backprop-tui: error: {error}")
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
    parser.add_argument("--watch", action="store_true", help="follow the file: open it again whenever it has changed")
    parser.add_argument(
        "--predict", action="store_true", help="be asked for what comes before it is shown (P in the app)"
    )
    parser.add_argument(
        "--theme", metavar="NAME", help=f"colours: {', '.join(PALETTES)}, or a theme of Textual; NO_COLOR is respected"
    )
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
        description="Compare scenarios with what their files expect, and every node with finite differences and, where "
        "it is installed, with PyTorch.",
        epilog="exit status: 0 all agree, 1 something differs, 2 a scenario cannot be run",
    )
    parser.add_argument("scenarios", nargs="+", metavar="SCENARIO", help="scenario files (TOML)")
    parser.add_argument("-v", "--verbose", action="store_true", help="a table of all nodes, too")
    parser.add_argument("--no-torch", action="store_true", help="leave PyTorch out, which takes seconds to start")
    return parser


def _explain_parser() -> argparse.ArgumentParser:
    parser = _Parser("explain", description="Write the whole worked solution of a scenario, to read and to hand out.")
    parser.add_argument("scenario", metavar="SCENARIO", help="a scenario file (TOML)")
    parser.add_argument("--node", metavar="NAME", help="only this node: its value, and what adds up to its gradient")
    levels = [level.value for level in Level]
    parser.add_argument(
        "--level",
        metavar="LEVEL",
        choices=levels,
        default=Level.NUMBERS.value,
        help=f"how much is said: {', '.join(levels)} (each with what those before it have; default: the last)",
    )
    summaries = ", or ".join(f"{name}: {written.summary}" for name, written in WRITINGS.items())
    parser.add_argument("--to", metavar="FORMAT", choices=WRITINGS, default="text", help=f"{summaries}; default: text")
    parser.add_argument("-o", "--output", metavar="FILE", help="replace this file; default: stdout")
    return parser


def _export_parser() -> argparse.ArgumentParser:
    width = max(map(len, FORMATS))
    formats = "\n".join(f"  {name:<{width}}  {made.summary}" for name, made in FORMATS.items())
    parser = _Parser(
        "export",
        description="Write the graph with the values and gradients of one position of the run.",
        epilog=f"formats:\n{formats}",
    )
    parser.add_argument("scenario", metavar="SCENARIO", help="a scenario file (TOML)")
    parser.add_argument("--to", metavar="FORMAT", required=True, choices=FORMATS, help=", ".join(FORMATS))
    parser.add_argument(
        "--at",
        metavar="EVENT",
        default="end",
        help="show what is known after this event: its number in the app and in traces, 0 for none yet, or start, "
        "forward (the end of the forward pass) or end (default)",
    )
    parser.add_argument("-o", "--output", metavar="FILE", help="replace this file; default: stdout")
    parser.add_argument("--width", metavar="N", type=_columns, help="txt, svg: leave out details to fit N columns")
    parser.add_argument(
        "--unfolded",
        action="store_const",
        const=True,
        help="txt, svg: every node of a large graph, not the boxes that the app folds it into",
    )
    parser.add_argument(
        "--theme",
        metavar="NAME",
        type=palette_name,
        choices=PALETTES,
        help=f"svg: colours, {' or '.join(PALETTES)}; default: {next(iter(PALETTES))}",
    )
    return parser


def _columns(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < len(text) < 7 or not int(text):
        raise argparse.ArgumentTypeError("a number of columns is needed")
    return int(text)


def _ops_parser() -> argparse.ArgumentParser:
    parser = _Parser(
        "ops", description="List the operations that a program may use, or explain one: its value and its derivatives."
    )
    parser.add_argument("name", nargs="?", metavar="NAME", help="a function or an operator: softmax, '*'")
    return parser


def _lessons_parser() -> argparse.ArgumentParser:
    return _Parser("lessons", description="List the lessons that ship with the program, with their files.")


def _open(arguments: argparse.Namespace) -> int:
    if arguments.watch and arguments.scenario is None:
        _open_parser().error("--watch needs a SCENARIO")
    lack = _lack_of_terminal()
    if lack:
        narrate(
            f"backprop-tui: error: {lack}; the app draws on a terminal and reads its keys.\n"
            "For the same run as text: backprop-tui trace SCENARIO"
        )
        return UNUSABLE
    gc.disable()  # almost nothing that starting up makes is garbage; the app enables it at its first frame
    try:
        return _start_app(arguments.scenario, arguments.theme, is_watched=arguments.watch, predicts=arguments.predict)
    finally:
        gc.freeze()  # the process ends: a last search for garbage takes longer than all else, with PyTorch by seconds
        gc.enable()


def _start_app(path: str | None, theme: str | None, *, is_watched: bool, predicts: bool) -> int:
    scenario, file = None, None
    refused: tuple[Diagnostic, ...] = ()
    if path is not None and is_watched:
        from backprop_tui.tui.watching import WatchedFile  # noqa: PLC0415  (asyncio)

        file = WatchedFile(path)
    if path is not None and not _is_large(path):
        from backprop_tui.scenario import ScenarioError, load  # noqa: PLC0415  (numpy)
        from backprop_tui.scenario.codes import Code  # noqa: PLC0415

        try:
            scenario = load(path)
        except ScenarioError as error:
            refused = error.diagnostics
            if file is None or refused[0].code is Code.UNREADABLE:  # a name that was mistyped need not be waited for
                narrate(str(error))
                return UNUSABLE
    from backprop_tui.tui.app import run_app  # noqa: PLC0415  (no other command needs textual)

    return run_app(scenario, theme=theme, path=path or "", file=file, refused=refused, predicts=predicts)


def _is_large(path: str) -> bool:
    """Whether it may take longer to load a file than one waits for a first frame: the app does it in the background."""
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return False
    return stat.S_ISREG(found.st_mode) and found.st_size > _LARGE


def _trace(arguments: argparse.Namespace) -> int:
    from backprop_tui import commands  # noqa: PLC0415  (numpy)

    return commands.trace(arguments.scenario, as_json=arguments.json)


def _check(arguments: argparse.Namespace) -> int:
    from backprop_tui import commands  # noqa: PLC0415  (numpy)

    return commands.check(arguments.scenarios, verbose=arguments.verbose, pytorch=not arguments.no_torch)


def _explain(arguments: argparse.Namespace) -> int:
    from backprop_tui import commands  # noqa: PLC0415  (numpy)

    file = None if arguments.output == "-" else arguments.output
    level = Level(arguments.level)
    return commands.explain(arguments.scenario, arguments.to, node=arguments.node, level=level, file=file)


def _export(arguments: argparse.Namespace) -> int:
    given = {name: getattr(arguments, name) for name in ("width", "unfolded", "theme")}
    options = {name: value for name, value in given.items() if value is not None}
    for name in options:
        if name not in FORMATS[arguments.to].options:
            takers = " and ".join(to for to, made in FORMATS.items() if name in made.options)
            _export_parser().error(f"--{name} is for {takers}")
    from backprop_tui import commands  # noqa: PLC0415  (numpy)

    file = None if arguments.output == "-" else arguments.output
    return commands.export(arguments.scenario, arguments.to, at=arguments.at, file=file, options=options)


def _ops(arguments: argparse.Namespace) -> int:
    from backprop_tui import commands  # noqa: PLC0415  (numpy)

    return commands.ops(arguments.name)


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
    "explain": _Command(_explain_parser, _explain),
    "export": _Command(_export_parser, _export),
    "ops": _Command(_ops_parser, _ops),
    "lessons": _Command(_lessons_parser, _lessons),
}


def _lack_of_terminal() -> str:
    """Why the app cannot run here; empty if it can. It reads from stdin and draws on stdout."""
    for number, name in ((0, "stdin"), (1, "stdout")):
        if not os.isatty(number):
            return f"{name} is not a terminal"
    kind = os.environ.get("TERM", "")
    if sys.platform != "win32" and kind in ("", "dumb", "unknown"):
        return f"a terminal that cannot move its cursor (TERM={kind})" if kind else "TERM is not set"
    return ""


def _abandon_stdout() -> None:
    """Nobody reads any more: what is still buffered goes nowhere, so that Python is quiet at exit."""
    if sys.stdout:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
