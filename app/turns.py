"""Taking turns at drawing: while training runs, not everything is drawn in every frame.

Each frame has room for some milliseconds of drawing. Who has waited longest comes first; what did not fit comes first
in the next frame, and is told then of everything that has changed since it was drawn.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from app.frame import Frame

BUDGET_MS = 18.0
SHARE = 0.15
"""Of that with several tracks: what is drawn must also be painted, which takes about twice as long and is not measured
here. With it frames come every 33 ms with four tracks of 100 000 measurements."""


class Turns:
    """Hands frames to those who draw them.

    Parameters
    ----------
    budget_ms : float
        How long drawing may take in one frame of a run; the first in turn is drawn in any case.
    """

    def __init__(self, budget_ms: float = BUDGET_MS) -> None:
        self._budget = budget_ms / 1000
        self._missed: dict[str, frozenset[str]] = {}
        self._turn: dict[str, int] = {}
        self._n = 0

    def show(self, frame: Frame, drawers: Mapping[str, tuple[bool, Callable[[Frame], None]]]) -> None:
        """Let everybody draw a frame, or as many as there is time for if training runs.

        Parameters
        ----------
        frame : Frame
            What to draw.
        drawers : mapping of str to (bool, callable)
            By name, whether it is in sight (else it only notes the frame, which costs nothing), and what draws it.
        """
        began = time.perf_counter()
        budget = self._budget if len(frame.tracks) == 1 else SHARE * self._budget
        self._n += 1
        for name in sorted(drawers, key=lambda name: self._turn.get(name, 0)):
            is_in_sight, draw = drawers[name]
            is_late = time.perf_counter() - began > budget
            if is_in_sight and frame.is_running and is_late:
                self._missed[name] = self._missed.get(name, frozenset()) | frame.changed
                continue
            missed = self._missed.pop(name, None)
            if is_in_sight:
                self._turn[name] = self._n
            draw(frame if missed is None else frame.with_changes(missed))
