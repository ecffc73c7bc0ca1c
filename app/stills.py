"""The weights of a run at chosen moments, computed again beside the window where the run does not keep them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal

from app.latest import Latest
from nlcore.errors import CancelledError
from nlcore.history import History
from nlcore.trails import Course, Point, course_of, points_at


class Stills(QObject):
    """What is known of one track's course.

    Signals
    -------
    changed
        More moments are known.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.history_of: Callable[[int], History | None] = lambda _number: None
        """Returns the course of a track, given by its number, that is shown."""
        self.history: History | None = None
        self._points: dict[int, Point] = {}
        self._latest = Latest("nllab-stills", self)
        self._latest.answered.connect(self._take)

    @property
    def end(self) -> int:
        """Presentations up to which the run is known."""
        return 0 if self.history is None else self.history.head.counters.presentations

    def follow(self, number: int) -> None:
        """Look at the course of a track; what belongs to another one is forgotten."""
        history = self.history_of(number)
        if history is not self.history:
            self.history, self._points = history, {}

    def point(self, moment: int) -> Point | None:
        """Return the weights at a moment, if they are known."""
        return self._points.get(moment)

    def ask(self, moments: Sequence[int]) -> None:
        """Compute beside the window what is not known of these moments and can be."""
        missing = self._missing(moments)
        course = course_of(self.history) if self.history is not None and missing else None
        if course is not None:
            self._latest.ask((self.history, missing), lambda: self._compute(course, missing))

    def finish(self, moments: Sequence[int]) -> None:
        """Compute it now."""
        missing = self._missing(moments)
        course = course_of(self.history) if self.history is not None and missing else None
        if course is not None:
            self._take((self.history, missing), points_at(course, missing, lambda: False))

    def close(self) -> None:
        """Give up what is being computed, and wait for the thread."""
        self._latest.close()

    def _missing(self, moments: Sequence[int]) -> tuple[int, ...]:
        if self.history is None:
            return ()
        return tuple(moment for moment in moments if moment <= self.end and moment not in self._points)

    def _compute(self, course: Course, moments: Sequence[int]) -> tuple[Point, ...]:
        try:
            return points_at(course, moments, self._latest.given_up.is_set)
        except CancelledError:
            return ()

    def _take(self, about: object, points: object) -> None:
        assert isinstance(about, tuple)
        assert isinstance(points, tuple)
        if about[0] is self.history:
            self._points |= {point.counters.presentations: point for point in points}
            self.changed.emit()
