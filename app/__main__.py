"""The `nllab` command: a window where there is a screen, plain training where there is none.

Subcommands go to `app.cli` without importing Qt. Before a window is opened the machine is looked at, so that a missing
library becomes a sentence instead of a crash.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path

# One thread a matrix product: with more, a small product waits for a busy core and takes a hundred times longer.
for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"):
    os.environ.setdefault(_name, "1")

USAGE = """usage: nllab [LESSON | FILE.md | FILE.nllab]   open the window, at a lesson or a saved session
       nllab list [--json]          what there is
       nllab run LESSON [options]   train a lesson without a window
       nllab shot LESSON [options]  draw a lesson's window and panes as PNG files
       nllab open FILE.nllab        what is in a saved session
       nllab data [list | get NAME] where data sets are found, and downloads
       nllab --version
Each of them tells more with --help.
"""
DEFAULT_LESSON = "xor"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # an old console may lack a sign; better a question mark than an end
            stream.reconfigure(errors="replace")
    from app import cli, sentences

    if given and given[0] in cli.SUBCOMMANDS:
        return cli.main(given)
    if given and given[0] in ("-h", "--help"):
        sys.stdout.write(USAGE)
        return 0
    if given == ["--version"]:
        sys.stdout.write(f"nllab {sentences.version()}\n")
        return 0
    if len(given) > 1 or (given and given[0].startswith("-")):
        cli.say(f"nllab: {' '.join(given)}: not understood\n{USAGE}")
        return cli.WRONG_USE
    if given and given[0].lower().endswith(".nllab"):
        return session_window(Path(given[0]))
    return window(given[0] if given else None)


def window(name: str | None) -> int:
    """Open the window; where that cannot be, say why and train without one."""
    from app import cli, display
    from nlcore.errors import LabError

    try:
        lesson = cli.open_lesson(name) if name else None
    except LabError as error:
        cli.say(f"nllab: {error}")
        return cli.WRONG_USE
    if not display.has_screen():
        cli.say(
            "No screen here (neither DISPLAY nor WAYLAND_DISPLAY is set): "
            f"training {name or DEFAULT_LESSON} without a window."
        )
        return without_window(
            name or DEFAULT_LESSON, with_pictures=not display.qt_problem({"QT_QPA_PLATFORM": "offscreen"})
        )
    problem = display.qt_problem()
    if problem:
        cli.say(f"nllab: {problem}")
        without_window(name or DEFAULT_LESSON, with_pictures=False)
        return cli.FAILED
    from app.application import run

    return run(lesson)


def session_window(path: Path) -> int:
    """Open the window at a saved session; where that cannot be, say why and tell what is in the file."""
    from app import cli, display

    problem = "No screen here (neither DISPLAY nor WAYLAND_DISPLAY is set)" if not display.has_screen() else ""
    if not problem:
        if not path.is_file():
            cli.say(f"nllab: {path}: there is no such file")
            return cli.WRONG_USE
        problem = display.qt_problem() or ""
    if problem:
        cli.say(f"nllab: {problem.rstrip('.')}: this is what is in {path.name}, as nllab open tells it.")
        return cli.main(["open", str(path)])
    from app.application import run

    return run(None, path)


def without_window(name: str, *, with_pictures: bool) -> int:
    """Train a lesson and write its pictures into ./nllab-LESSON/ if Qt can draw here."""
    from app import cli, display

    if with_pictures:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        return cli.main(["shot", name, "--out", str(Path(f"nllab-{Path(name).stem}"))])
    status = cli.main(["run", name])
    problem = display.qt_problem({"QT_QPA_PLATFORM": "offscreen"})
    if problem:
        cli.say(f"nllab: no pictures were drawn. {problem}")
        return cli.FAILED
    return status


if __name__ == "__main__":
    sys.exit(main())
