"""What the window says in numbers and words about the run it shows, as one frozen record.

The session makes it, the status line, the timeline and the actions read it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from nlcore.records import Counters, FloatArray

Activity = Literal["empty", "loading", "paused", "running"]


@dataclass(frozen=True, slots=True, eq=False)
class Status:
    """What the status line says.

    Attributes
    ----------
    activity : str
        "empty", "loading", "paused" or "running".
    counters, head : Counters
        The three clocks at the cursor, and at the newest state.
    row : ndarray or None
        The measurements at the cursor, in the order of the model's columns.
    updates_per_second : float
        While running.
    message : str
        A sentence for the person; empty if there is nothing to say.
    progress : tuple of (int, int or None) or None
        How much of the data is loaded or of a move is done, and of how much if that is known; None if there is nothing
        to show.
    now, end : int
        Presentations on the clock of all tracks, and at the newest state of the track that is farthest.
    n_tracks : int
        How many tracks there are.
    wanted : int or None
        Presentations at the moment to which a move is under way, if there is one.
    """

    activity: Activity
    counters: Counters = field(default_factory=Counters)
    head: Counters = field(default_factory=Counters)
    row: FloatArray | None = None
    updates_per_second: float = 0.0
    message: str = ""
    progress: tuple[int, int | None] | None = None
    now: int = 0
    end: int = 0
    n_tracks: int = 0
    wanted: int | None = None
