"""What is looked at on the error surface: the plane through the cursor, its axes by name, and the ways over it.

The axes stay the same objects as long as they mean the same, so that a slice is not worked out twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from app.frame import Frame, TrackFrame
from app.widgets.ways import Way
from app.widgets.weight_names import weight_text
from nlcore.errors import ExperimentError
from nlcore.families import Model
from nlcore.families.feedforward import FeedforwardModel
from nlcore.objectives import Objective
from nlcore.records import FloatArray
from nlcore.slice_planes import Axes, Plane, bottom, principal_axes, random_axes, weight_axes
from nlcore.trails import Point, Trail

LEAST_HALF = 2.0
"""Half of the smallest extent that is shown of a weight by itself; of a direction, and as a share of its place."""
LEAST_DIRECTION = 1.0
LEAST_SHARE = 0.1
MARGIN = 0.25
"""Of the extent of what is shown, on each side."""
FAR = 30.0
"""A bottom of the surface farther away than this is not shown by itself."""


class TrailSource(Protocol):
    """Where ways come from."""

    def of(self, number: int, presentations: int) -> Trail | None:
        """Return the way of a track up to a moment."""

    def refine(self) -> None:
        """Begin to find out what is not known."""

    def pause(self) -> None:
        """Give that up, because training runs."""

    def finish(self) -> None:
        """Wait until all is known."""


@dataclass(frozen=True, slots=True, eq=False)
class Sight:
    """What is looked at.

    Attributes
    ----------
    plane : Plane
        Through the cursor of the lead.
    names : tuple of str
        Of both axes.
    at : tuple of float
        Coordinates of the cursor.
    ways : tuple of Way
        Of the tracks, the lead's last.
    marks : tuple of tuple of float
        Other places that should be in sight.
    least : ndarray, shape (2,)
        Half of the smallest extent to show.
    notes : tuple of (str, str)
        What a person should know of other tracks, in short and in full.
    """

    plane: Plane
    names: tuple[str, str]
    at: tuple[float, float]
    ways: tuple[Way, ...]
    marks: tuple[tuple[float, float], ...]
    least: FloatArray
    notes: tuple[tuple[str, str], ...]


class Sights:
    """Makes sights of frames, and remembers where runs have been seen."""

    def __init__(self) -> None:
        self.trails: TrailSource | None = None
        self._axes: tuple[tuple[object, ...], Axes | None] = ((), None)
        self._seen: dict[int, tuple[object, list[Point]]] = {}
        """By the number of the track, its curves (which tell runs apart) and the moments that were shown."""

    def follow(self, other: Sights) -> None:
        """Know the ways that another one knows, and look along the same axes."""
        self.trails, self._axes = other.trails, other._axes

    def start_of(self, track: TrackFrame) -> FloatArray:
        """Return the weights that a run began with."""
        trail = self.trails.of(track.number, 0) if self.trails is not None else None
        if trail is not None and trail.points and trail.points[0].params.size == track.model.n_params:
            return trail.points[0].params
        return track.model.initial_params()

    def sight(self, frame: Frame, kind: str, places: tuple[int, int], seed: int) -> Sight | str:
        """Return what is looked at, or a sentence that says why there is nothing to see.

        Parameters
        ----------
        frame : Frame
            The instant.
        kind : {"weights", "random", "principal"}
            What spans the plane.
        places : tuple of int
            The two weights.
        seed : int
            Of the random directions.
        """
        lead = frame.lead
        model, params = lead.model, lead.state.params
        points = self._points(lead)
        try:
            axes = self._axes_of(lead, kind, places, seed, points[0])
        except ExperimentError as error:
            return f"No surface to draw: {error}."
        if axes is None:
            return (
                "The path does not leave a straight line yet, so it has no two main directions. Train some more, or "
                "choose two weights."
            )
        plane = axes.through(params)
        at = axes.coordinates(params)
        ways: list[Way] = []
        notes: list[tuple[str, str]] = []
        for track in reversed(frame.tracks):
            if not has_same_weights(model, track.model):
                notes.append(
                    (
                        f"{track.name}: other weights",
                        f"{track.name} has other weights, so its path cannot be drawn here.",
                    )
                )
                continue
            if track is not lead and not has_same_loss(model, track.model):
                notes.append(
                    (
                        f"{track.name}: another loss",
                        f"{track.name} minimises another loss; only its path is drawn, over the loss of {lead.name}.",
                    )
                )
            found, is_complete = points if track is lead else self._points(track)
            ways.append(Way.of(track.number, track.name, found, axes, is_complete=is_complete))
        least = LEAST_HALF if kind == "weights" else LEAST_DIRECTION
        return Sight(
            plane,
            axis_names(model, kind, places),
            (float(at[0]), float(at[1])),
            tuple(ways),
            _marks(model, plane, params, places) if kind == "weights" else (),
            np.maximum(least, LEAST_SHARE * np.abs(at)),
            tuple(notes),
        )

    def _axes_of(
        self, lead: TrackFrame, kind: str, places: tuple[int, int], seed: int, points: tuple[Point, ...]
    ) -> Axes | None:
        """Return the axes; the same object as before if they are the same."""
        model = lead.model
        key: tuple[object, ...] = (kind, model.n_params)
        if kind == "weights":
            key = (*key, *places, _tied(model))
        elif kind == "random":
            key = (*key, seed, points[0].params.tobytes())
        else:
            whole = self.trails.of(lead.number, 1 << 62) if self.trails is not None else None
            points = whole.points if whole is not None and len(whole.points) > len(points) else points
            key = (*key, len(points), points[-1].params.tobytes(), points[0].params.tobytes())
        if key == self._axes[0]:
            return self._axes[1]
        if kind == "weights":
            axes: Axes | None = weight_axes(model, *places)
        elif kind == "random":
            axes = random_axes(points[0].params, seed)
        else:
            path = np.stack([point.params for point in points])
            axes = principal_axes(points[0].params, path[np.all(np.isfinite(path), axis=1)])
        self._axes = (key, axes)
        return axes

    def _points(self, track: TrackFrame) -> tuple[tuple[Point, ...], bool]:
        """Return the moments of a run up to the cursor, and whether every update is among them."""
        state = track.state
        here = Point(state.params, state.counters)
        trail = self.trails.of(track.number, state.counters.presentations) if self.trails is not None else None
        if trail is not None and trail.points and trail.points[0].params.size == state.params.size:
            known, is_complete = trail.points, trail.is_complete
        else:
            known, is_complete = self._shown(track, here), False
        last = known[-1] if known else None
        if last is None or not np.array_equal(last.params, here.params):
            return (*known, here), is_complete
        return (*known[:-1], Point(here.params, here.counters, last.is_by_hand)), is_complete

    def _shown(self, track: TrackFrame, here: Point) -> tuple[Point, ...]:
        """Return the moments of a run that were shown, up to the cursor."""
        curves, points = self._seen.get(track.number, (None, []))
        if curves is not track.curves:
            points = []
        moments = [point.counters.presentations for point in points]
        if here.counters.presentations not in moments:
            points = sorted([*points, here], key=lambda point: point.counters.presentations)
        self._seen[track.number] = (track.curves, points)
        return tuple(p for p in points if p.counters.presentations <= here.counters.presentations)


def _marks(model: Model, plane: Plane, params: FloatArray, places: tuple[int, int]) -> tuple[tuple[float, float], ...]:
    """Return places that are worth seeing: the usual part of a function's plane, the bottom of a linear unit's bowl."""
    function = getattr(model, "function", None)
    if isinstance(function, Objective):
        return tuple(_corners(function.view, places))
    lowest = bottom(model, plane, params)
    if lowest is None or max(abs(lowest[0] - params[places[0]]), abs(lowest[1] - params[places[1]])) > FAR:
        return ()
    return (lowest,)


def _corners(view: tuple[float, float, float, float], places: tuple[int, int]) -> list[tuple[float, float]]:
    """Return two corners that, with the margin, show the part of the plane that is worth looking at."""
    sides = [((low + high) / 2, (high - low) / 2 / (1 + 2 * MARGIN)) for low, high in (view[:2], view[2:])]
    (x, width), (y, height) = (sides[place] for place in places)
    return [(x - width, y - height), (x + width, y + height)]


def axis_names(model: Model, kind: str, places: tuple[int, int]) -> tuple[str, str]:
    """Return what the axes are called."""
    if kind == "weights":
        return weight_text(model, places[0]), weight_text(model, places[1])
    if kind == "random":
        return "random direction 1", "random direction 2"
    return "main direction 1", "main direction 2"


def has_same_weights(one: Model, other: Model) -> bool:
    """Tell whether two models have the same parameters."""
    if isinstance(one, FeedforwardModel) and isinstance(other, FeedforwardModel):
        return one.layout.layers == other.layout.layers
    return type(one) is type(other) and one.n_params == other.n_params


def has_same_loss(one: Model, other: Model) -> bool:
    """Tell whether two models with the same parameters minimise the same loss."""
    if not isinstance(one, FeedforwardModel) or not isinstance(other, FeedforwardModel):
        return getattr(one, "function", None) == getattr(other, "function", None)  # they may go down in other ways
    mine, theirs = one.experiment.training, other.experiment.training
    is_same_data = all(
        a is b or np.array_equal(a, b)
        for a, b in zip(
            (one.problem.inputs[0], one.problem.targets[0]),
            (other.problem.inputs[0], other.problem.targets[0]),
            strict=True,
        )
    )
    has_same_units = one.layout.activations == other.layout.activations
    return is_same_data and has_same_units and (mine.loss, mine.penalty) == (theirs.loss, theirs.penalty)


def _tied(model: Model) -> object:
    return model.experiment.training.tied
