"""How much of the headless speed is left while a window shows the run at full speed, 30 frames a second.

Both are measured in one process, in turns, from the same start: headless is a plain loop of calls of the trainer in a
thread, in the window it is the runner's thread while the real window draws without a screen. Where the system tells how
long a thread waited for a processor that other programs had, that time does not count: a busy machine gives the same
share.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from nlcore import kernels
from nlcore.runner import Chunk
from nlcore.trainer import Trainer
from tests.benchmarks.measuring import FACES, LESSONS, say

SECONDS = 1.0
GOAL = 0.8


@dataclass(frozen=True, slots=True)
class Watch:
    """When a thread began something, and how long it had waited for a processor until then, in seconds."""

    began: float
    waited: float
    thread: int

    @classmethod
    def of(cls, thread: int) -> Watch:
        """Begin to watch a thread, given by its native id."""
        return cls(time.perf_counter(), waited(thread), thread)

    def wall(self) -> float:
        """Return the seconds since then."""
        return time.perf_counter() - self.began

    def used(self) -> float:
        """Return the same without the time in which other programs had the processors."""
        return self.wall() - (waited(self.thread) - self.waited)


def waited(thread: int) -> float:
    """Return how long a thread was ready to run without a processor; 0 where the system does not say."""
    try:
        return 1e-9 * int(Path(f"/proc/self/task/{thread}/schedstat").read_text().split()[1])
    except (OSError, IndexError):
        return 0.0


def headless(trainer: Trainer, seconds: float) -> tuple[float, float]:
    """Return presentations a second without a window, by wall time and by time used.

    In a thread of its own, as the runner is one: in about one start out of ten the loop for XOR is slower by half in a
    thread than in the main one, with and without a window.
    """
    found: list[tuple[float, float]] = []
    alone = threading.Thread(target=lambda: found.append(_plain_loop(trainer, seconds)))
    alone.start()
    alone.join()
    return found[0]


def _plain_loop(trainer: Trainer, seconds: float) -> tuple[float, float]:
    state, chunk, watch = trainer.initial_state(), Chunk(), Watch.of(threading.get_native_id())
    while watch.wall() < seconds:
        began = time.perf_counter()
        state = trainer.measured_advance(state, chunk.n, stops=False).state
        chunk.note(chunk.n, time.perf_counter() - began)
    shown = state.counters.presentations
    return shown / watch.wall(), shown / watch.used()


def main(rounds: int) -> None:
    """Print the shares of both lessons."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    try:
        from PySide6.QtCore import QCoreApplication, qInstallMessageHandler

        from app.application import make_application
    except ImportError as error:
        say(f"\nno window here ({error}), so nothing about its share of the speed")
        return
    say(f"\nSpeed with the window open, share of headless, median of {rounds} (goal: at least {GOAL})")
    kernels.prepare()
    with tempfile.TemporaryDirectory() as home:
        os.environ["XDG_CONFIG_HOME"] = home
        qInstallMessageHandler(lambda *_: None)
        make_application()
        for lesson in LESSONS:
            say(_measured(lesson, rounds))
        QCoreApplication.quit()


def _measured(lesson_id: str, rounds: int) -> str:
    """Return a line about one lesson."""
    from dataclasses import replace

    from app.lesson import find_lesson
    from app.main_window import MainWindow
    from app.playback import SPEEDS
    from app.session import Session
    from app.settings import Settings
    from tests.benchmarks.window import wait

    lesson = find_lesson(lesson_id)
    if lesson_id == "faces":
        lesson = replace(lesson, experiment=lesson.experiment.replace(FACES))
    session = Session()
    window = MainWindow(session, Settings(theme="light"))
    window.show()
    window.create_panes()
    session.open(lesson)
    while session.activity == "loading" or session.history is None:
        wait(20)
    session.set_speed(SPEEDS[-1])
    frames = [0]
    session.frame_changed.connect(lambda _: frames.__setitem__(0, frames[0] + 1))
    rounds_found = []
    for _ in range(rounds):
        alone, alone_used = headless(session.history.trainer, SECONDS)
        session.restart()
        frames[0] = 0
        session.play(presentations=10**12)  # with a limit the stop rules are silent
        wait(50)  # until its thread is there
        thread = next(thread for thread in threading.enumerate() if thread.name == "nllab-runner")
        shown, watch = session.history.head.counters.presentations, Watch.of(thread.native_id or 0)
        wait(round(1000 * SECONDS))
        wall, used = watch.wall(), watch.used()
        session.pause()
        shown = session.history.head.counters.presentations - shown
        rounds_found.append((shown / used / alone_used, shown / wall / alone, alone_used, frames[0] / wall))
    window.close()
    session.close()
    share, by_wall, speed, drawn = (statistics.median(column) for column in zip(*rounds_found, strict=True))
    return (
        f"{lesson_id:<6} {share:.2f}{'!' if share < GOAL else ''} of {speed:,.0f} presentations/s "
        f"({by_wall:.2f} by the clock on the wall), {drawn:.0f} frames/s"
    )
