"""Is the gradient right? What the learning code computes, against differences of the loss that it should lower.

The analytic side is what the run's own kernel would write with learning rate 1 and nothing else, so a fault in the
learning code shows; only where plain Python would take long, matrix products take its place. The numeric side is the
central difference (E(w + h) - E(w - h)) / 2h of the loss that is measured. It is inexact itself: a large h cuts corners
(truncation, grows with the square of h), a small one takes the difference of two nearly equal numbers (rounding, grows
as h falls). So a difference is called a fault only if no step explains it.
"""

from __future__ import annotations

import enum
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from nlcore import kernels, regularizers
from nlcore.families.feedforward import FeedforwardModel
from nlcore.kernels import vectorized
from nlcore.kernels.problem import Problem, Progress
from nlcore.network import ForwardPass, Layout, forward
from nlcore.ordering import FIXED
from nlcore.records import Counters, FloatArray, TrainState, read_only
from nlcore.regularizers import Options
from nlcore.rules.backpropagation import Backpropagation
from nlcore.schedules import Schedule

TOLERANCE = 1e-5
"""Relative difference up to which two gradients agree."""
FLOOR = 1e-3
"""Weights whose gradient is less than this share of the largest are compared with that share: they matter no more."""
LADDER = (1e-3, 1e-4, 1e-5, 1e-6)
"""Steps at which a difference is looked at again before it is called a fault."""
BEST_STEP = 1e-4
ROUNDING = 4.0 * 2.0**-53
AT_ONCE = 400_000
"""Net inputs that are worked out together, about."""
SMALLEST_STEP, LARGEST_STEP = 1e-12, 1.0


class Verdict(enum.Enum):
    """What a difference between the two gradients of a weight means."""

    AGREES = "agrees"
    TOO_LARGE = "step too large: truncation"
    TOO_SMALL = "step too small: rounding"
    KINK = "kink of ReLU crossed"
    UNDEFINED = "the loss is no finite number"
    DIFFERS = "does not agree"


WORST_FIRST = (Verdict.DIFFERS, Verdict.UNDEFINED, Verdict.KINK, Verdict.TOO_LARGE, Verdict.TOO_SMALL)


@dataclass(frozen=True, slots=True)
class WeightCheck:
    """One weight.

    Attributes
    ----------
    place : int
        In the flat vector of parameters.
    analytic, numeric : float
        dE/dw as the learning code has it, and as the central difference.
    difference : float
        |analytic - numeric| / max(|analytic|, |numeric|); 0 where both are 0.
    verdict : Verdict
        What that means.
    is_frozen, is_tied : bool
        Whether training leaves the weight alone, or gives it the mean of its group afterwards.
    """

    place: int
    analytic: float
    numeric: float
    difference: float
    verdict: Verdict
    is_frozen: bool = False
    is_tied: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class GradientCheck:
    """Some weights at one step size."""

    step: float
    weights: tuple[WeightCheck, ...]

    @property
    def counts(self) -> Counter[Verdict]:
        """How often each verdict was given."""
        return Counter(weight.verdict for weight in self.weights)

    @property
    def verdict(self) -> Verdict:
        """The worst of all."""
        found = self.counts
        return next((verdict for verdict in WORST_FIRST if found[verdict]), Verdict.AGREES)

    @property
    def largest(self) -> float:
        """The largest relative difference; nan if any is undefined."""
        return max((w.difference for w in self.weights), key=lambda d: (math.isnan(d), d), default=0.0)


def obstacle(model: object, params: FloatArray) -> str:
    """Say why the gradient of a model cannot be checked; empty if it can."""
    if not isinstance(model, FeedforwardModel):
        return "There is no network here: this lesson minimises a function directly."
    if not model.trains:
        return "Nothing is trained here, so no gradient is computed that could be checked."
    if not isinstance(model.rule, Backpropagation):
        return (
            "Threshold units have no gradient: their output jumps from −1 to +1 and is flat everywhere else. "
            "The perceptron rule learns without one, so there is nothing to check."
        )
    if not np.all(np.isfinite(params)):
        return (
            "The weights have left the range of finite numbers, so there is no loss to compare with. "
            "Step back, or restart with a smaller learning rate."
        )
    return ""


class GradientQuestion:
    """The gradient of the loss of some training examples at some weights; ask from one thread at a time.

    The penalty counts with the examples' share of the training set, as in training. Momentum, decay, clipping,
    schedules, frozen and tied weights change what is done with a gradient, not the gradient, and are left out.

    Parameters
    ----------
    model : FeedforwardModel
        One for which `obstacle` finds none.
    params : ndarray, shape (n_params,)
        Where.
    rows : sequence of int
        Training examples.
    counters : Counters or None
        With dropout: the presentation whose masks are used, for a single example; None for no dropout.
    """

    def __init__(
        self, model: FeedforwardModel, params: FloatArray, rows: Sequence[int], counters: Counters | None = None
    ) -> None:
        self.model, self.params = model, params
        self.layout: Layout = model.layout
        self.rows: NDArray[np.intp] = np.asarray(rows, dtype=np.intp)
        self._inputs = model.problem.inputs[0][self.rows]
        self._targets = model.problem.targets[0][self.rows]
        self._share = len(self.rows) / model.problem.n
        self._given: Options | None = model.problem.options
        self.has_masks = counters is not None and len(self.rows) == 1 and self._given is not None and self._given.drops
        self._presentations = counters.presentations if counters is not None and self.has_masks else 0

    @classmethod
    def at(cls, model: FeedforwardModel, state: TrainState, rows: Sequence[int]) -> GradientQuestion:
        """Ask at a state; a single example is shown with the dropout of the next presentation."""
        return cls(model, state.params, rows, state.counters if len(rows) == 1 else None)

    @cached_property
    def gradient(self) -> FloatArray:
        """What the learning code computes as dE/dw for every weight, shape (n_params,)."""
        zero, n, first = np.zeros(self.layout.n_params), len(self.rows), self._presentations
        is_slow = n * self.layout.n_params > kernels.MUCH and not self.model.is_fast
        is_together = self.model.problem.batch > 1 or is_slow
        problem = self._bare(batch=n if is_together else 1)
        with np.errstate(over="ignore", invalid="ignore"):
            if is_together:
                start = Progress(self.params, read_only(zero), Counters(presentations=first), 0)
                steps = vectorized.run(problem, start, n, measured=False, stops=False).end.velocity
                return read_only(-steps)
            total = np.zeros_like(zero)
            for k in range(n):
                begun = Counters(presentations=first + k, position_in_epoch=k)
                start = Progress(self.params, read_only(zero), begun, 0)
                total -= kernels.run(self.model.kernel, problem, start, 1, measured=False, stops=False).end.velocity
        return read_only(total)

    def _bare(self, batch: int) -> Problem:
        """Return the run's problem with these examples, learning rate 1, and what belongs to the loss alone."""
        problem, given = self.model.problem, self._given
        options = None
        if given is not None and (given.penalty > 0.0 or self.has_masks):
            options = Options(
                schedule=Schedule(),
                penalty=given.penalty * self._share,
                penalty_biases=given.penalty_biases,
                keep=1.0,
                clip_norm=math.inf,
                drop_hidden=given.drop_hidden if self.has_masks else 0.0,
                drop_inputs=given.drop_inputs if self.has_masks else 0.0,
                frozen=np.zeros(self.layout.n_params, dtype=np.bool_),
                tied=np.empty(0, dtype=np.int64),
                tied_bounds=np.zeros(1, dtype=np.int64),
            )
        return replace(
            problem,
            inputs=(self._inputs,),
            targets=(self._targets,),
            learning_rate=1.0,
            momentum=0.0,
            batch=batch,
            mean=False,
            order=FIXED,
            options=options,
        )

    @cached_property
    def _masks(self) -> list[FloatArray] | None:
        if not self.has_masks or self._given is None:
            return None
        factors = regularizers.masks(self._given, self.layout, self.model.problem.seed, self._presentations)
        return [np.array([layer]) for layer in factors]

    @cached_property
    def _passed(self) -> ForwardPass:
        return forward(self.layout, self.params, self._inputs, self._masks)

    @cached_property
    def loss(self) -> float:
        """The loss of the examples, with their share of the penalty."""
        passed = self._passed
        shares = self._shares(passed.net_inputs[-1], passed.outputs[-1], 1)
        return float(shares.sum()) + self._share * regularizers.penalty_of(self.params, self._given, self.layout)

    @cached_property
    def _noise(self) -> float:
        """About how far rounding moves the loss: an error in an output counts with its distance from the target."""
        shares = self._shares(self._passed.net_inputs[-1], self._passed.outputs[-1], 1)
        largest = max(float(np.max(np.abs(nets), initial=0.0)) for nets in self._passed.net_inputs)
        return ROUNDING * (1.0 + largest) * float(np.sum(shares + np.sqrt(2.0 * np.abs(shares))))

    @cached_property
    def _scale(self) -> float:
        return float(np.max(np.abs(self.gradient), initial=0.0))

    def _shares(self, net_inputs: FloatArray, outputs: FloatArray, times: int) -> FloatArray:
        """Return the shares of the loss; the examples stand `times` times below each other."""
        targets = np.tile(self._targets, (times, 1)) if times > 1 else self._targets
        with np.errstate(over="ignore", invalid="ignore"):
            return self.model.problem.loss.of_units(net_inputs, outputs, targets, self.layout.activations[-1])

    def losses(self, places: NDArray[np.intp], moves: FloatArray) -> FloatArray:
        """Return the loss with one weight moved, for each of several moves of weights.

        A weight acts on the net input of one unit; all moves of weights of a layer go forward together from there.

        Parameters
        ----------
        places : ndarray of int, shape (n,)
            Which weight is moved.
        moves : ndarray, shape (n,)
            By how much.
        """
        found = np.empty(len(places))
        layers = np.array([self.layout.locate(int(place))[0] for place in places])
        most = max(1, AT_ONCE // max(1, len(self.rows) * max(self.layout.layers[1:])))
        for layer in np.unique(layers):
            which = np.flatnonzero(layers == layer)
            for first in range(0, len(which), most):
                part = which[first : first + most]
                net_inputs, outputs = self._forward_moved(int(layer), places[part], moves[part])
                shares = self._shares(net_inputs, outputs, len(part))
                found[part] = shares.reshape(len(part), -1).sum(axis=1)
        return found + self._share * self._penalties(places, moves)

    def _forward_moved(self, layer: int, places: NDArray[np.intp], moves: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return net inputs and outputs of the output units, the examples below each other for every move."""
        layout, n = self.layout, len(self.rows)
        shown = self._passed.outputs[layer] if self._masks is None else self._passed.outputs[layer] * self._masks[layer]
        nets = np.repeat(self._passed.net_inputs[layer][None], len(places), axis=0)
        for k, (place, move) in enumerate(zip(places, moves, strict=True)):
            _, unit, source = layout.locate(int(place))
            moved = (self.params[place] + move) - self.params[place]  # as far as the numbers of the machine allow
            nets[k, :, unit] += moved if source < 0 else moved * shown[:, source]
        nets = nets.reshape(len(places) * n, -1)
        with np.errstate(over="ignore", invalid="ignore"):
            outputs = layout.activations[layer].values(nets)
        if layer + 1 == len(layout.activations):
            return nets, outputs
        rest = Layout(layout.layers[layer + 1 :], layout.activations[layer + 1 :])
        masks = None if self._masks is None else self._masks[layer + 1 :]
        passed = forward(rest, self.params[layout.offsets[layer + 1] :], outputs, masks)
        return passed.net_inputs[-1], passed.outputs[-1]

    def _penalties(self, places: NDArray[np.intp], moves: FloatArray) -> FloatArray:
        given = self._given
        if given is None or given.penalty == 0.0:
            return np.zeros(len(places))
        before = self.params[places]
        counts = np.array([given.penalty_biases or self.layout.locate(int(p))[2] >= 0 for p in places])
        with np.errstate(over="ignore", invalid="ignore"):
            change = given.penalty * ((before + moves) ** 2 - before**2) * counts
        return np.asarray(regularizers.penalty_of(self.params, given, self.layout) + change)

    def numerics(self, places: Sequence[int], steps: Sequence[float]) -> tuple[FloatArray, FloatArray]:
        """Return the central difference of the loss for each weight at its step, and about how far rounding moves it.

        Where a loss is not finite the difference is nan.
        """
        at, by = np.asarray(places, dtype=np.intp), np.asarray(steps, dtype=np.float64)
        found = self.losses(np.concatenate((at, at)), np.concatenate((by, -by)))
        above, below = found[: len(at)], found[len(at) :]
        with np.errstate(over="ignore", invalid="ignore"):
            differences = (above - below) / (2.0 * by)
            lost = ROUNDING * (np.abs(self.gradient[at] * self.params[at]) + np.maximum(np.abs(above), np.abs(below)))
            rounding = (self._noise + lost) / by
        return np.where(np.isfinite(differences), differences, np.nan), rounding

    def crosses_kink(self, place: int, step: float) -> bool:
        """Tell whether a ReLU unit is on at one end of the step and off at the other, for any example."""
        kinked = [k for k, unit in enumerate(self.layout.activations) if unit.name == "relu"]
        if not kinked:
            return False
        up, down = (self._nets(place, by) for by in (step, -step))
        return any(bool(np.any((up[k] > 0.0) != (down[k] > 0.0))) for k in kinked)

    def _nets(self, place: int, by: float) -> tuple[FloatArray, ...]:
        moved = self.params.copy()
        moved[place] += by
        return forward(self.layout, moved, self._inputs, self._masks).net_inputs

    def check(self, places: Sequence[int], step: float) -> GradientCheck:
        """Compare the two gradients of some weights at a step size."""
        given = self._given
        frozen = set() if given is None else set(np.flatnonzero(given.frozen).tolist())
        tied = set() if given is None else set(given.tied.tolist())
        numerics, rounding = self.numerics(places, [step] * len(places))
        pairs = [
            (float(self.gradient[place]), numeric) for place, numeric in zip(places, numerics.tolist(), strict=True)
        ]
        doubtful = [k for k, (analytic, numeric) in enumerate(pairs) if not self._is_near(analytic, numeric)]
        verdicts = [Verdict.AGREES] * len(pairs)
        again = [place for k in doubtful for place in [places[k]] * len(LADDER)]
        others = self.numerics(again, LADDER * len(doubtful))
        tries = [array.reshape(len(doubtful), len(LADDER)) for array in others]
        for k, *tried in zip(doubtful, *tries, strict=True):
            verdicts[k] = self._verdict(places[k], step, pairs[k], float(rounding[k]), tried[0], tried[1])
        return GradientCheck(
            step,
            tuple(
                WeightCheck(place, *pair, relative_difference(*pair), verdict, place in frozen, place in tied)
                for place, pair, verdict in zip(places, pairs, verdicts, strict=True)
            ),
        )

    def differences(self, place: int, steps: Sequence[float]) -> FloatArray:
        """Return the relative difference of a weight at each of several step sizes."""
        analytic = float(self.gradient[place])
        numerics, _ = self.numerics([place] * len(steps), steps)
        return np.array([relative_difference(analytic, numeric) for numeric in numerics.tolist()])

    def _is_near(self, analytic: float, numeric: float, slack: float = 0.0) -> bool:
        size = max(abs(analytic), abs(numeric))
        return abs(analytic - numeric) <= TOLERANCE * max(size, FLOOR * self._scale) + slack

    def _verdict(
        self,
        place: int,
        step: float,
        pair: tuple[float, float],
        rounding: float,
        numerics: FloatArray,
        roundings: FloatArray,
    ) -> Verdict:
        """Judge a weight that is not near at its step, from how it does at the steps of the ladder."""
        analytic, numeric = pair
        if not math.isfinite(numeric):
            return Verdict.UNDEFINED
        gap, size = abs(analytic - numeric), max(abs(analytic), abs(numeric))
        is_tiny = size <= float(roundings[LADDER.index(BEST_STEP)]) / TOLERANCE
        if is_tiny and gap <= rounding:
            return Verdict.AGREES
        tries = zip(LADDER, numerics.tolist(), roundings.tolist(), strict=True)
        fitting = [s for s, found, lost in tries if self._is_near(analytic, found, lost)]
        if fitting and self.crosses_kink(place, step):
            return Verdict.KINK
        if fitting:
            is_large = min(fitting) < step and not gap <= rounding
            return Verdict.TOO_LARGE if is_large else Verdict.TOO_SMALL
        return Verdict.KINK if self.crosses_kink(place, LADDER[-1]) else Verdict.DIFFERS


def relative_difference(analytic: float, numeric: float) -> float:
    """Return |a - n| / max(|a|, |n|); 0 where both are 0, nan where one is no finite number."""
    if not (math.isfinite(analytic) and math.isfinite(numeric)):
        return math.nan
    size = max(abs(analytic), abs(numeric))
    return abs(analytic - numeric) / size if size > 0.0 else 0.0


def step_sizes(n: int = 49) -> FloatArray:
    """Return step sizes, evenly spread over the powers of ten, from the smallest to the largest that can be chosen."""
    return np.logspace(math.log10(SMALLEST_STEP), math.log10(LARGEST_STEP), n)
