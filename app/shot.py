"""Pictures of a lesson: the whole window and its single panes, drawn without a screen.

The same window and the same panes as on a screen, so a picture shows what a person would see.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from app.headless import Progress, Track
from app.lesson import Lesson
from nlcore.errors import ExperimentError, LabError

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from app.main_window import MainWindow

WALK, NETWORK = "trace", "network_diagram"
"""The pane that walks through the phases, and the one that shows best where they are."""


def draw(
    lesson: Lesson,
    tracks: Sequence[Track],
    folder: Path,
    theme: str,
    size: tuple[int, int],
    panes: Sequence[str],
    *,
    svg: bool = False,
) -> list[Path]:
    """Draw a trained lesson and return the paths of the pictures.

    Parameters
    ----------
    lesson : Lesson
        What the window shows.
    tracks : sequence of Track
        The trained runs, the lead first.
    folder : Path
        Where to write; made if needed.
    theme : str
        "light" or "dark".
    size : tuple of int
        Width and height of the window.
    panes : sequence of str
        Only these panes; if empty the window and all panes of the lesson.
    svg : bool
        Whether to write the panes as figures in SVG too: as large as in the window, but without controls.

    Raises
    ------
    LabError
        If a picture cannot be written.
    """
    from app import figures

    with _offscreen(folder), _open(lesson, tracks, theme, size, panes) as window:
        pictures: list[tuple[QWidget, str]] = [] if panes else [(window, lesson.id)]
        shown = panes or lesson.panes
        pictures += [(window.docks.grids[pane_id], f"{lesson.id}-{pane_id}") for pane_id in shown]
        written = [figures.save_image(folder / f"{name}.png", widget.grab().toImage()) for widget, name in pictures]
        for pane_id in shown if svg else ():
            pane = window.docks.panes[pane_id]
            if pane.frame is not None and pane.why_empty(pane.frame) is None:
                path, room = folder / f"{lesson.id}-{pane_id}.svg", (pane.width(), pane.height())
                written.append(figures.save(path, pane_id, pane.frame, room, theme=window.theme, like=pane))
    return written


def draw_phases(
    lesson: Lesson,
    tracks: Sequence[Track],
    folder: Path,
    theme: str,
    size: tuple[int, int],
    panes: Sequence[str],
) -> list[Path]:
    """Draw the next presentation of a trained lesson phase by phase and return the paths of the pictures.

    The first picture shows no phase, the last one all of them. Without panes it is the window, with the walk through
    the phases beside the panes of the lesson.

    Parameters
    ----------
    lesson, tracks, folder, theme, size, panes
        See `draw`.

    Raises
    ------
    LabError
        If there is no presentation to walk through, or a picture cannot be written.
    """
    from app import figures

    written = []
    with _offscreen(folder), _open(lesson, tracks, theme, size, panes) as window:
        trace_pane = window.docks.panes[WALK]
        frame = window.docks.grids[WALK].frame
        if frame is None or (reason := trace_pane.why_empty(frame)) is not None:
            raise LabError(f"--phases: {reason}")
        if not panes:
            first = [NETWORK] if window.docks.panes[NETWORK].why_empty(frame) is None else []
            others = [pane_id for pane_id in lesson.panes if pane_id not in (WALK, NETWORK)]
            window.docks.arrange_columns(([*first, *others][:2], [WALK]), window.lesson_dock)
        n = window.session.n_phases()
        for phase in range(n + 1):
            window.session.show_phase(phase)
            _settle(window)
            shown: list[tuple[QWidget, str]] = [] if panes else [(window, "")]
            shown += [(window.docks.grids[pane_id], f"-{pane_id}") for pane_id in panes]
            for widget, name in shown:
                path = folder / f"{lesson.id}{name}-phase-{phase:02}.png"
                written.append(figures.save_image(path, widget.grab().toImage()))
    return written


def animate(
    lesson: Lesson,
    track: Track,
    folder: Path,
    theme: str,
    size: tuple[int, int],
    panes: Sequence[str],
    epochs: Sequence[int],
) -> list[Path]:
    """Write panes of a trained lesson over some of its epochs as animated GIFs and return their paths.

    Parameters
    ----------
    lesson, folder, theme, panes
        See `draw`; there is at least one pane.
    track : Track
        The trained run.
    size : tuple of int
        Width and height of the pictures.
    epochs : sequence of int
        A picture for each, in this order.

    Raises
    ------
    ExperimentError
        If the run ended before the last of these epochs.
    LabError
        If a picture cannot be written, or a pane has nothing to draw.
    """
    from app import figure_animation
    from app.application import make_application
    from app.theme import THEMES

    history = track.history
    done = history.head.counters.epochs
    if epochs[-1] > done:
        raise ExperimentError(
            f"--animate: there is no epoch {epochs[-1]}, the run ended after {done} ({track.reason.value}); end there"
        )
    written = []
    with _offscreen(folder):
        make_application()
        moments = [epoch * history.trainer.model.epoch_length for epoch in epochs]
        for pane_id in panes:
            progress, path = Progress(pane_id), folder / f"{lesson.id}-{pane_id}.gif"

            def show(done: int, total: int, bar: Progress = progress) -> None:
                bar.show(done / total, f"picture {done} of {total}")

            try:
                figure_animation.write(history, moments, pane_id, path, size=size, theme=THEMES[theme], progress=show)
            finally:
                progress.close()
            written.append(path)
    return written


@contextlib.contextmanager
def _offscreen(folder: Path) -> Iterator[None]:
    """Make the folder and let Qt draw without a screen, and without saying so."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LabError(f"{folder}: cannot be made ({error.strerror}); choose another place with --out") from None
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from PySide6.QtCore import QCoreApplication, QEvent, qInstallMessageHandler

    previous = qInstallMessageHandler(_on_qt_message)
    try:
        yield
    finally:
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)  # there is no event loop to do it
        qInstallMessageHandler(previous)


@contextlib.contextmanager
def _open(
    lesson: Lesson, tracks: Sequence[Track], theme: str, size: tuple[int, int], panes: Sequence[str]
) -> Iterator[MainWindow]:
    """Open a window at a trained run, and take it away again; settings of the person stay out of it."""
    from app.application import discard, make_application
    from app.main_window import MainWindow
    from app.session import Session
    from app.settings import Settings

    application = make_application()
    session = Session()
    window = MainWindow(session, Settings(theme="dark" if theme == "dark" else "light"))
    try:
        window.resize(*size)
        session.lesson_changed.emit(lesson)
        window.create_panes()
        window.show()
        session.show_finished(lesson, [(track.name, track.history, track.reason) for track in tracks])
        for pane_id in panes:
            window.docks.bring_up(pane_id)
        _settle(window)
        window.text.finish_formulas()
        application.processEvents()
        yield window
    finally:
        session.close()
        discard(window)


def _settle(window: MainWindow) -> None:
    """Let layouts come to rest, which they do in steps, and do what waits until the window is idle."""
    from PySide6.QtWidgets import QApplication

    for _ in range(3):
        QApplication.processEvents()
    for pane in window.docks.panes.values():
        if pane.isVisible():
            pane.finish()
    QApplication.processEvents()


def _on_qt_message(_kind: object, _context: object, text: str) -> None:
    """Pass Qt's messages on, but for the one that says that there is no screen, which is meant so."""
    if "propagateSizeHints" not in text:
        sys.stderr.write(text + "\n")
