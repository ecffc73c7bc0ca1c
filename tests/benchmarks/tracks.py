"""Four tracks with 100 000 measurements each in a real window: how long a frame takes while they all train.

Printed are the times between two frames and of drawing one, for XOR (decision surfaces) and faces (weight images).
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable

import numpy as np

from app.frame import Frame
from nlcore.curves import Curves
from nlcore.history import History

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

RATES = (0.05, 0.2, 0.8)
POINTS = 100_000
SECONDS = 6.0
PANES = ("error_curves", "decision_surface", "weight_images", "examples")


def fill(history: History) -> None:
    """Give a run as many measurements as if it had been measured at every moment so far."""
    curves, head = Curves(history.curves.columns), history.head.counters
    share = np.linspace(0.0, 1.0, POINTS)[:, None]
    noise = np.random.default_rng(0).random((POINTS, len(curves.columns)))
    curves.append(share * np.array([[head.presentations, head.updates, head.epochs]]), noise + 1.0 - share)
    history.curves = curves


class Watch:
    """Notes how long handing frames out takes, and the time between two."""

    def __init__(self, hand_out: Callable[[Frame], None]) -> None:
        self._hand_out = hand_out
        self._last = 0.0
        self.drawing: list[float] = []
        self.intervals: list[float] = []

    def show(self, frame: Frame) -> None:
        began = time.perf_counter()
        self._hand_out(frame)
        self.drawing.append(time.perf_counter() - began)
        if self._last:
            self.intervals.append(began - self._last)
        self._last = began


def main() -> None:
    """Print the times of both lessons."""
    from PySide6.QtCore import QEventLoop, QTimer

    from app.application import make_application
    from app.lesson import find_lesson
    from app.main_window import MainWindow
    from app.playback import SPEEDS
    from app.session import Session
    from app.settings import Settings
    from nlcore import kernels
    from tests.benchmarks.throughput import say

    application = make_application()
    kernels.prepare()

    def wait(milliseconds: int) -> None:
        loop = QEventLoop()
        QTimer.singleShot(milliseconds, loop.quit)
        loop.exec()

    def wait_until_paused(session: Session) -> None:
        while session.activity != "paused":
            wait(20)

    say(f"\nFour tracks of {POINTS:,} measurements, {', '.join(PANES)} in sight (goal: a frame each 33 ms)")
    for lesson in ("xor", "faces"):
        session = Session()
        window = MainWindow(session, Settings(theme="light"))
        window.resize(1600, 1000)
        window.show()
        window.create_panes()
        session.open(find_lesson(lesson))
        wait_until_paused(session)
        session.begin(session.tracks[0].trainer.experiment.replace({"training.stop": {}}), "")
        session.set_speed(SPEEDS[-1])
        session.play(epochs=20)
        wait_until_paused(session)
        session.comparison.add_all([{"training.learning_rate": rate} for rate in RATES])
        wait_until_paused(session)
        for track in session.tracks:
            fill(track.history)
        window.docks.arrange(PANES, window.lesson_dock)
        watch = Watch(window.docks.show_frame)
        window.docks.show_frame = watch.show  # type: ignore[method-assign]
        session.play()
        until = time.perf_counter() + SECONDS
        while time.perf_counter() < until:
            wait(50)
        before = time.perf_counter()
        session.pause()
        paused = time.perf_counter() - before
        points = [track.history.curves.n_measurements for track in session.tracks]
        ordered = sorted(watch.intervals[:-1])
        say(
            f"{lesson:6} frames every {1000 * statistics.median(ordered):.0f} ms (95 %: "
            f"{1000 * ordered[int(0.95 * len(ordered))]:.0f}, most {1000 * ordered[-1]:.0f}), handing one out "
            f"{1000 * statistics.median(watch.drawing):.1f} ms, pause {1000 * paused:.0f} ms, "
            f"{min(points):,} measurements"
        )
        session.close()
        window.close()
    application.processEvents()


if __name__ == "__main__":
    main()
