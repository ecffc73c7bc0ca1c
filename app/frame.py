"""What panes are given to draw: one instant of every track, frozen.

The session makes one `Frame` and hands the same object to all visible panes, so they always show the same moment. Panes
read it; they never change it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from nlcore.curves import Curves
from nlcore.datasets import Data
from nlcore.experiment import Experiment
from nlcore.families import Model
from nlcore.records import FinishReason, SetName, TrainState

EVERYTHING = frozenset({"lesson", "state", "curves", "selection"})
"""What has changed for somebody who has seen nothing yet."""


@dataclass(frozen=True, slots=True)
class Selection:
    """What the person has pointed at; the same in all panes.

    Attributes
    ----------
    example : tuple of (set name, index) or None
        An example.
    unit : tuple of (layer, index) or None
        A unit; layer 0 is the input layer.
    weight : tuple of (layer, unit, input) or None
        A weight of ``weights[layer]``; the input is -1 for the unit's bias.
    """

    example: tuple[SetName, int] | None = None
    unit: tuple[int, int] | None = None
    weight: tuple[int, int, int] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Ghost:
    """How a run would have gone without a change, or with another one: a course that is not the one shown.

    Attributes
    ----------
    number : int
        Counts the courses of a session, from 1; the first is the one without any change.
    name : str
        What makes it different: "without learning rate 0.5 → 0.1".
    at : int
        Presentations at which it and the course that is shown part.
    curves : Curves
        Its measurements; they do not grow while it is a ghost.
    """

    number: int
    name: str
    at: int
    curves: Curves


@dataclass(frozen=True, slots=True, eq=False)
class TrackFrame:
    """One run at the cursor.

    Attributes
    ----------
    name : str
        What the track is called.
    model : Model
        Everything that can be computed from parameters.
    state : TrainState
        The state at the cursor.
    curves : Curves
        Measurements so far; grows, so draw it at once and keep no reference.
    reason : FinishReason or None
        Why the run ended, if it did.
    ghosts : tuple of Ghost
        The other courses of this run, at most seven; the same tuple as long as they are the same.
    number : int
        From 1 to 8, the same as long as the track is there: decides colour and symbol.
    """

    name: str
    model: Model
    state: TrainState
    curves: Curves
    reason: FinishReason | None = None
    ghosts: tuple[Ghost, ...] = ()
    number: int = 1

    @property
    def data(self) -> Data | None:
        """The examples, if the family has any."""
        return self.model.data

    @property
    def experiment(self) -> Experiment:
        """What the run was made from."""
        return self.model.experiment


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One instant of everything that is shown.

    Attributes
    ----------
    tracks : tuple of TrackFrame
        At least one; the first leads.
    selection : Selection
        What is pointed at.
    changed : frozenset of str
        What differs from the frame before: "lesson" (everything is new), "state", "curves", "selection",
        "tracks" (there are others, or they are called otherwise), "phase".
    is_running : bool
        Whether training goes on faster than one can follow; panes may draw coarser meanwhile.
    phase : int
        How many phases of the next presentation are lit (see `nlcore.records.Trace`), from 0 to all of them. They are
        shown only: the states are those before it.
    is_of_lead : bool
        Whether the first track is the one that changes act on.
    """

    tracks: tuple[TrackFrame, ...]
    selection: Selection = Selection()
    changed: frozenset[str] = EVERYTHING
    is_running: bool = False
    phase: int = 0
    is_of_lead: bool = True

    @property
    def lead(self) -> TrackFrame:
        """The first track."""
        return self.tracks[0]

    def of_track(self, k: int) -> Frame:
        """Return the same instant of one track alone."""
        return replace(self, tracks=(self.tracks[k],), is_of_lead=self.is_of_lead and k == 0)

    def with_changes(self, more: frozenset[str]) -> Frame:
        """Return the same instant for somebody for whom more has changed."""
        return replace(self, changed=self.changed | more)
