"""How far networks are from linear along the ways of their runs: worked out once for each moment, beside the window.

A few moments of a small network are worked out at once; what takes longer is asked of a thread, and the picture is
drawn again when it has answered.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QObject, Signal

from app.latest import Latest
from nlcore.errors import CancelledError
from nlcore.families.feedforward import FeedforwardModel
from nlcore.linearity import Departure, LinearFit, departure_of, fit_at_examples, fit_in_box
from nlcore.network import Layout
from nlcore.records import FloatArray
from nlcore.trails import Point

EXAMPLES, BOX = "examples", "box"
AT_ONCE = 4_000_000
"""Work that the window does itself, in multiplications."""
OVERHEAD = 40_000
"""What asking a network once costs, whatever its size."""


Known = dict[tuple[int, bool], tuple[FloatArray, Departure]]
"""By its moment, the parameters of a point and how far they are from linear."""


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """What is asked of one track.

    Attributes
    ----------
    number : int
        Of the track.
    model : FeedforwardModel
        Its network.
    points : tuple of Point
        The moments, oldest first.
    """

    number: int
    model: FeedforwardModel
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Question:
    """Moments of a run that are not known yet, and the fit if that is known."""

    run: Run
    kind: str
    fit: LinearFit | None

    def cost(self) -> int:
        """Return the multiplications that an answer takes, about."""
        model = self.run.model
        n, width = len(model.examples.training), model.examples.n_inputs + 1
        rows = len(self.fit.inputs) if self.fit is not None else max(500, 2 * width) if self.kind == BOX else n
        setup = 0 if self.fit is not None else 8 * rows * width * width
        return setup + len(self.run.points) * (OVERHEAD + rows * (model.n_params + width))

    def answer(self, is_given_up: Callable[[], bool] = lambda: False) -> tuple[_Question, LinearFit, list[Departure]]:
        """Work it out; `CancelledError` if it was given up meanwhile."""
        fit = self.fit
        if fit is None:
            fit = fit_at_examples(self.run.model) if self.kind == EXAMPLES else fit_in_box(self.run.model)
        found = []
        for point in self.run.points:
            if is_given_up():
                raise CancelledError("the comparison with linear functions was given up")
            found.append(departure_of(self.run.model, point.params, fit))
        return self, fit, found


class Departures(QObject):
    """Knows how far networks were from linear.

    Signals
    -------
    changed
        More is known than before.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._fits: dict[tuple[int, str], tuple[FloatArray, LinearFit]] = {}
        self._known: dict[tuple[int, str], Known] = {}
        self._layouts: dict[tuple[int, str], Layout] = {}
        self._work = Latest("nllab-linearity", self)
        self._work.answered.connect(self._on_work_answered)

    def follow(self, other: Departures) -> None:
        """Know what another one knows."""
        self._fits = dict(other._fits)
        self._known = {key: dict(known) for key, known in other._known.items()}
        self._layouts = dict(other._layouts)

    def fit_of(self, run: Run, kind: str) -> LinearFit | None:
        """Return the linear functions that a network is compared with, if they are known."""
        inputs = run.model.examples.training.inputs
        for (_, other), (given, fit) in self._fits.items():
            if other == kind and given is inputs:
                return fit
        return None

    def find(self, runs: Sequence[Run], kind: str, *, waits: bool = False) -> None:
        """Find out what is not known of some runs, at once if that takes no time or if `waits`."""
        self._forget(runs, kind)
        questions = []
        for run in runs:
            fit = self.fit_of(run, kind)
            known = self._known.get((run.number, kind), {}) if fit is not None else {}
            missing = tuple(point for point in run.points if not _is_known(known, point))
            if missing:
                questions.append(_Question(Run(run.number, run.model, missing), kind, fit))
        if not questions:
            return
        if waits or sum(question.cost() for question in questions) <= AT_ONCE:
            for question in questions:
                self._take(*question.answer())
        else:
            about = tuple((q.run.number, q.run.model, kind, q.run.points[-1].counters) for q in questions)
            is_given_up = self._work.given_up.is_set
            self._work.ask(about, lambda: _answers(questions, is_given_up))

    def of(self, run: Run, kind: str) -> list[tuple[Point, Departure]]:
        """Return what is known of a run, oldest first."""
        known = self._known.get((run.number, kind), {})
        if self.fit_of(run, kind) is None:
            return []
        return [(point, known[_moment(point)][1]) for point in run.points if _is_known(known, point)]

    def _forget(self, runs: Sequence[Run], kind: str) -> None:
        """Forget what belongs to other examples or to moments that nobody asks about any more."""
        for run in runs:
            key, inputs = (run.number, kind), run.model.examples.training.inputs
            fit = self._fits.get(key)
            if fit is not None and (fit[0] is not inputs or self._layouts[key] != run.model.layout):
                del self._fits[key]
                self._known.pop(key, None)
            if key in self._known and len(self._known[key]) > 2 * len(run.points) + 64:
                wanted = {_moment(point) for point in run.points}
                self._known[key] = {at: found for at, found in self._known[key].items() if at in wanted}

    def _take(self, question: _Question, fit: LinearFit, found: list[Departure]) -> None:
        run, key = question.run, (question.run.number, question.kind)
        self._fits[key] = (run.model.examples.training.inputs, fit)
        self._layouts[key] = run.model.layout
        known = self._known.setdefault(key, {})
        for point, departure in zip(run.points, found, strict=True):
            known[_moment(point)] = (point.params, departure)

    def _on_work_answered(self, _: object, answer: object) -> None:
        assert isinstance(answer, list)
        for question, fit, found in answer:
            self._take(question, fit, found)
        self.changed.emit()


def _answers(
    questions: Sequence[_Question], is_given_up: Callable[[], bool]
) -> list[tuple[_Question, LinearFit, list[Departure]]]:
    """Answer all questions, or none if they are given up."""
    try:
        return [question.answer(is_given_up) for question in questions]
    except CancelledError:
        return []


def _moment(point: Point) -> tuple[int, bool]:
    """Return what tells a point from the others: a change by hand makes a second one at the same moment."""
    return point.counters.presentations, point.is_by_hand


def _is_known(known: Known, point: Point) -> bool:
    found = known.get(_moment(point))
    return found is not None and (found[0] is point.params or np.array_equal(found[0], point.params, equal_nan=True))
