"""How late the window is while a network trains at full speed, and how soon a pause takes effect.

A timer that should fire every 5 ms notes how late it is. Everything runs without a screen, drawing included.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QCoreApplication, QEventLoop, QTimer, qInstallMessageHandler

from app.application import make_application
from app.main_window import MainWindow
from app.playback import SPEEDS
from app.session import Session
from app.settings import Settings
from nlcore import kernels

BEAT = 0.005


def wait(milliseconds: int) -> None:
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def measure(lesson: str, seconds: float) -> str:
    """Run a lesson at full speed in a window and return a line of figures."""
    session = Session()
    window = MainWindow(session, Settings(theme="light"))
    window.show()
    window.create_panes()
    window.open_lesson(lesson)
    while session.activity == "loading" or session.history is None:
        wait(20)
    wait(300)
    session.set_speed(SPEEDS[-1])
    late: list[float] = []
    last = [time.perf_counter()]
    frames = [0]

    def beat() -> None:
        now = time.perf_counter()
        late.append(1000 * (now - last[0] - BEAT))
        last[0] = now

    session.frame_changed.connect(lambda _: frames.__setitem__(0, frames[0] + 1))
    timer = QTimer()
    timer.setInterval(round(1000 * BEAT))
    timer.timeout.connect(beat)
    session.play()
    last[0] = began = time.perf_counter()
    timer.start()
    pauses = []
    while time.perf_counter() - began < seconds:
        wait(400)
        asked = time.perf_counter()
        session.pause()
        pauses.append(1000 * (time.perf_counter() - asked))
        last[0] = time.perf_counter()
        session.play()
    session.pause()
    updates = session.history.head.counters.updates / (time.perf_counter() - began)
    timer.stop()
    window.close()
    session.close()
    engine = "compiled" if kernels.is_ready() else session.history.trainer.model.kernel
    return (
        f"{lesson:<8} {engine:<10} {frames[0] / seconds:5.1f} frames/s, late p50 {statistics.median(late):.0f} "
        f"p95 {percentile(late, 0.95):.0f} max {max(late):.0f} ms, pause p95 {percentile(pauses, 0.95):.0f} "
        f"max {max(pauses):.0f} ms, {updates:,.0f} updates/s"
    )


def main(seconds: float) -> None:
    """Print the figures of two lessons, without and with the compiled kernel."""
    with tempfile.TemporaryDirectory() as home:
        os.environ["XDG_CONFIG_HOME"] = home
        qInstallMessageHandler(lambda *_: None)
        make_application()
        for lesson in ("xor", "faces"):
            sys.stdout.write(measure(lesson, seconds) + "\n")
        if kernels.prepare():
            for lesson in ("xor", "faces"):
                sys.stdout.write(measure(lesson, seconds) + "\n")
        QCoreApplication.quit()


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 4.0)
