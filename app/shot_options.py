"""What `nllab shot` is asked for: its options, which of them go together, and which pictures they mean.

No Qt is imported before there is something to draw.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from app.headless import Track
from app.lesson import Lesson
from nlcore import discovery
from nlcore.errors import ExperimentError, LabError


def window_size(text: str) -> tuple[int, int]:
    """Parse WxH."""
    width, _, height = text.lower().partition("x")
    if not (width.isdecimal() and height.isdecimal() and 200 <= int(width) <= 8000 and 200 <= int(height) <= 8000):
        raise argparse.ArgumentTypeError(f"{text!r} is not a size such as 1280x800 (200 to 8000 each)")
    return int(width), int(height)


def epoch_range(text: str) -> range:
    """Parse START:STOP:STEP, the stop included; without a step every epoch."""
    parts = text.split(":")
    if len(parts) not in (2, 3) or not all(part.isdecimal() for part in parts):
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form 0:100:5 (first epoch, last epoch, step)")
    start, stop, step = (*(int(part) for part in parts), 1)[:3]
    if step == 0 or stop < start:
        raise argparse.ArgumentTypeError(f"{text!r}: the last epoch comes after the first, and the step is at least 1")
    return range(start, stop + 1, step)


def add_options(shot: argparse.ArgumentParser) -> None:
    """Say what `nllab shot` understands besides what to train."""
    shot.add_argument("--theme", choices=("light", "dark"), default="light")
    shot.add_argument("--pane", action="append", default=[], metavar="ID", help="only this pane; may be repeated")
    shot.add_argument(
        "--size", type=window_size, metavar="WxH", help="of the window (1280x800), or of an animation (640x480)"
    )
    shot.add_argument("--out", type=Path, default=Path(), metavar="DIR", help="where to write")
    shot.add_argument("--svg", action="store_true", help="also write each pane as a figure without controls, in SVG")
    shot.add_argument(
        "--animate", type=epoch_range, metavar="START:STOP:STEP",
        help="write each --pane over these epochs as an animated GIF instead",
    )  # fmt: skip
    shot.add_argument(
        "--phases", action="store_true",
        help="write the window, or each --pane, once for each phase of the next presentation instead",
    )  # fmt: skip


def check(options: argparse.Namespace) -> None:
    """Refuse panes that do not exist and options that do not go together, before anything is trained.

    Raises
    ------
    ExperimentError
        If they are wrong.
    LabError
        If Qt cannot draw on this machine.
    """
    from app.display import qt_problem

    known = discovery.names("app.panes")
    for pane in options.pane:
        if pane not in known:
            discovery.find("app.panes", "PANE", pane, "pane", "--pane")
    if options.phases and (options.svg or options.animate is not None):
        raise ExperimentError("--phases does not go together with --svg or --animate")
    if options.animate is not None:
        if not options.pane or options.svg:
            raise ExperimentError("--animate needs --pane ID, and does not go together with --svg")
        if all(getattr(options, name) is None for name in ("epochs", "updates", "presentations")):
            options.epochs = options.animate[-1]
    problem = qt_problem({"QT_QPA_PLATFORM": "offscreen"})
    if problem:
        raise LabError(problem)


def draw(options: argparse.Namespace, lesson: Lesson, tracks: Sequence[Track]) -> list[Path]:
    """Draw what was asked for and return the paths of the pictures.

    Raises
    ------
    LabError
        If there is nothing to draw, or a picture cannot be written.
    """
    from app import shot

    panes = tuple(options.pane)
    if options.animate is not None:
        size = options.size or (640, 480)
        return shot.animate(lesson, tracks[0], options.out, options.theme, size, panes, options.animate)
    size = options.size or (1280, 800)
    if options.phases:
        return shot.draw_phases(lesson, tracks, options.out, options.theme, size, panes)
    return shot.draw(lesson, tracks, options.out, options.theme, size, panes, svg=options.svg)
