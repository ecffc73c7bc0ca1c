"""An animation being written: a picture at a time between what the window does otherwise, with a bar and Cancel."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from app import figure_animation
from app.figure_animation import Beside
from app.moments import moments
from app.pane import Pane
from app.theme import Theme
from app.track import Track
from app.widgets.notice_bar import NoticeBar
from app.widgets.picture_dialogs import AnimationWish
from nlcore.errors import LabError

PAUSE_MS = 5
"""The window's turn between two pictures."""


class AnimationWork(QObject):
    """Writes one animation at a time.

    Parameters
    ----------
    bar : NoticeBar
        Says how far it is.

    Signals
    -------
    finished : Path
        It is written.
    failed : str
        One sentence why not; nothing after a cancel.
    """

    finished = Signal(object)
    failed = Signal(str)

    def __init__(self, bar: NoticeBar) -> None:
        super().__init__(bar)
        self.bar = bar
        self._work: Generator[tuple[int, int], None, None] | None = None
        self._path = Path()
        self._timer = QTimer(self, interval=PAUSE_MS)
        self._timer.timeout.connect(self._on_timer_timeout)

    @property
    def is_active(self) -> bool:
        """Whether one is being written."""
        return self._work is not None

    def start(self, path: Path, wish: AnimationWish, tracks: Sequence[Track], theme: Theme, like: Pane) -> None:
        """Begin to write an animation of the tracks, the lead first; its clock counts."""
        self.give_up()
        self._path = path
        self._work = _pictures(path, wish, tracks, theme, like)
        self.bar.say(f"Writing {path.name} …", [("Cancel", self.give_up)], has_progress=True)
        self._timer.start()

    def give_up(self) -> None:
        """Stop; nothing of it is kept."""
        self._timer.stop()
        work, self._work = self._work, None
        if work is not None:
            work.close()
        self.bar.clear_notice()

    def _on_timer_timeout(self) -> None:
        if self._work is None:
            return
        try:
            done, total = next(self._work)
        except StopIteration:
            self.give_up()
            self.finished.emit(self._path)
        except Exception as error:  # nothing is kept; the window goes on
            self.give_up()
            self.failed.emit(str(error) if isinstance(error, LabError) else f"The animation failed: {error!r}")
        else:
            self.bar.show_progress(done, total)


def _pictures(
    path: Path, wish: AnimationWish, tracks: Sequence[Track], theme: Theme, like: Pane
) -> Generator[tuple[int, int], None, None]:
    lead, *others = tracks
    history, found = lead.history, []
    for moment in moments(history, wish.unit, wish.counts):
        found.append(moment)
        yield 0, len(wish.counts)
    beside = [Beside(track.number, track.name, track.history) for track in others]
    yield from figure_animation.steps(
        history, found, wish.pane, path, size=wish.size, per_second=wish.per_second, theme=theme, like=like,
        lead=(lead.number, lead.name), beside=beside,
    )  # fmt: skip
