"""Examines one input after another for a while. Inputs that fail are made small and kept in a directory."""

from __future__ import annotations

import argparse
import faulthandler
import hashlib
import signal
import sys
import time
import traceback
import warnings
from collections import Counter
from pathlib import Path
from random import Random
from types import FrameType
from typing import NoReturn

from tests.fuzz.examination import examine
from tests.fuzz.inputs import ROOT, corpus, make

PATIENCE = 10
"""Seconds for one input, all panels and drawings included."""
_MEGABYTES = 1_500
"""Of memory for data; more is a failure."""
_MINIMISING = 10
"""Seconds for making a failing input smaller, and one input's more if it hangs."""


class Hang(BaseException):
    """An input took too long."""


def main() -> int:
    """Exit status: 0 if nothing was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=time.time_ns() % 10**9)
    parser.add_argument("--failures", type=Path, default=ROOT / "fuzz-failures", help="directory for failing inputs")
    parser.add_argument("files", nargs="*", type=Path, help="examine these instead")
    arguments = parser.parse_args()
    _guard()
    if arguments.files:
        found = [why for path in arguments.files if (why := failure(path.read_bytes()))]
        print("\n\n".join(found) or "nothing found")
        return bool(found)
    return fuzz(arguments.seed, arguments.seconds, arguments.failures)


def fuzz(seed: int, seconds: float, directory: Path) -> int:
    """Examine inputs for that long; the same ones for the same seed."""
    random, files = Random(seed), corpus()
    reached: Counter[str] = Counter()
    known: set[str] = set()
    slowest, slowest_input, inputs = 0.0, b"", 0
    print(f"seed {seed}", flush=True)
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        content = make(random, files)
        inputs += 1
        start = time.monotonic()
        why = failure(content, reached)
        took = time.monotonic() - start
        if took > slowest:
            slowest, slowest_input = took, content
        if why and _where(why) not in known:
            known.add(_where(why))
            path = keep(directory, smaller(content, _where(why)))
            print(f"\ninput {inputs}: {path}\n{why}", flush=True)
    elapsed = time.monotonic() - began
    print(
        f"{inputs} inputs in {elapsed:.0f} s, {inputs / elapsed:.0f} a second; "
        f"{reached['runs']} ran, {reached['loads']} loaded, "
        f"{len(reached.keys() - {'runs', 'loads'})} kinds of error; {len(known)} kinds of failure\n"
        f"slowest {slowest:.2f} s ({keep(directory, slowest_input, 'slowest') if slowest > 1 else 'fine'}), "
        f"peak {_peak_megabytes()} MB"
    )
    return bool(known)


def failure(content: bytes, reached: Counter[str] | None = None) -> str:
    """What goes wrong with an input: a traceback, or ''."""
    signal.setitimer(signal.ITIMER_REAL, PATIENCE)
    faulthandler.dump_traceback_later(3 * PATIENCE, exit=True)  # for what no signal interrupts
    try:
        outcome = examine(content)
    except (Exception, Hang) as error:
        return "".join(traceback.format_exception(error)).strip()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        faulthandler.cancel_dump_traceback_later()
    if reached is not None:
        reached[outcome] += 1
    return ""


def smaller(content: bytes, where: str, seconds: float = _MINIMISING) -> bytes:
    """An input that fails at the same place, with what was found in that time to make no difference left out."""
    size, deadline = max(1, len(content) // 2), time.monotonic() + seconds
    while size and time.monotonic() < deadline:
        at = 0
        while at < len(content) and time.monotonic() < deadline:
            shorter = content[:at] + content[at + size :]
            if _where(failure(shorter)) == where:
                content = shorter
            else:
                at += size
        size //= 2
    return content


def keep(directory: Path, content: bytes, prefix: str = "") -> Path:
    """Write an input into a file that is named after what it holds."""
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / f"{prefix}{hashlib.sha256(content).hexdigest()[:12]}.toml"
    path.write_bytes(content)
    return path


def _where(why: str) -> str:
    """What tells one failure from another: the innermost line of ours, and the kind of error."""
    places = [line for line in why.splitlines() if line.startswith("  File ") and str(ROOT) in line]
    return "\n".join([*places[-1:], *[line.split(":")[0] for line in why.splitlines()[-1:]]])


def _guard() -> None:
    warnings.simplefilter("error")
    faulthandler.enable()
    signal.signal(signal.SIGALRM, _hang)
    if sys.platform == "linux":
        import resource  # noqa: PLC0415  (not on Windows)

        resource.setrlimit(resource.RLIMIT_DATA, (_MEGABYTES * 1024**2,) * 2)


def _hang(_number: int, _frame: FrameType | None) -> NoReturn:
    raise Hang


def _peak_megabytes() -> int:
    import resource  # noqa: PLC0415  (not on Windows)

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    sys.exit(main())
