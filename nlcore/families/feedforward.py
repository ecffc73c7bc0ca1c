"""Layered networks that learn from examples: from one perceptron to 960 x 3 x 4 for faces.

It resolves the names in an experiment to functions and arrays, checks that they fit together, and hands the work to a
kernel. Error here is a sum over examples, as in the lecture.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlcore import discovery, kernels, metrics, network, regularizers
from nlcore.activations import activation
from nlcore.datasets import Data
from nlcore.early_stopping import Watch
from nlcore.errors import ExperimentError, unknown
from nlcore.experiment import Experiment, Record
from nlcore.families import Advance, Column, _presentation
from nlcore.initializers import needs_examples, start_params
from nlcore.kernels import vectorized
from nlcore.kernels.problem import CLOCK, MEASURES, Problem, Progress, StopRules, is_stopped
from nlcore.losses import loss
from nlcore.network import Layout
from nlcore.ordering import order_code
from nlcore.records import Counters, FinishReason, FloatArray, Metrics, SetName, Trace, TrainState, read_only
from nlcore.rules import Rule

MOST_PARAMS = 20_000_000
LARGE = 4_000_000
"""Weights times examples of one update that takes matrix products some milliseconds."""
BLOCK = 1 << 14
"""Presentations, at most, between two looks of early stopping at the measurements; more if they come more rarely."""
CURVES = ("loss", "sse", "mse", "error_rate", "error_rate_all_units")
REGRESSION_CURVES = ("loss", "sse", "mse")


class FeedforwardModel:
    """A layered network with its examples; see `nlcore.families.Model`."""

    def __init__(self, experiment: Experiment, data: Data, layout: Layout, rule: Rule, kernel: str) -> None:
        self.experiment = experiment
        self.data: Data | None = data
        self.examples = data
        self.layout = layout
        self.rule = rule
        self.trains = rule.trains
        self.n_params = layout.n_params
        self.epoch_length = len(data.training)
        self.kernel = kernel
        self.problem = _problem(experiment, data, layout, rule)
        curves = REGRESSION_CURVES if data.class_names is None else CURVES
        self.set_names: tuple[SetName, ...] = tuple(name for name, examples in data.sets.items() if len(examples))
        self.patience = experiment.training.stop.patience
        if self.patience is not None:
            self.watched = CLOCK + MEASURES * self.set_names.index("validation")
        self.columns = tuple(Column(name, metric) for name in self.set_names for metric in curves)
        self.probes = frozenset(
            {"network_diagram", "examples"}
            | ({"decision_surface"} if data.n_inputs == 2 else set())
            | ({"weight_images"} if data.image_shape else set())
        )

    @property
    def is_fast(self) -> bool:
        """Whether the compiled loop trains now, or matrix products so large that they are nearly all of the work."""
        if self.kernel != kernels.STRICT:
            return self.n_params * self.problem.batch >= LARGE
        return kernels.is_compiled(self.problem)

    def prepare(self) -> bool:
        """Compile the loop this run needs; False if its kernel was chosen for a compiler that does not work."""
        if self.kernel != kernels.STRICT or self.experiment.training.rule not in kernels.COMPILED_RULES:
            return True
        return kernels.prepare(has_options=self.problem.options is not None)

    def initial_params(self) -> FloatArray:
        """Return the start weights of the experiment's seed, read-only, shape (n_params,)."""
        return _start(self.experiment, self.layout, self.examples)

    def initial_extra(self, params: FloatArray) -> Mapping[str, NDArray[Any]]:
        """Return what a state at the start holds besides parameters and clocks."""
        if self.patience is None:
            return _extra(0)
        row = kernels.measure(self.kernel, self.problem, params, Counters())
        return _extra(0, Watch.begun(float(row[self.watched]), 0, params))

    def advance(self, state: TrainState, n: int, *, measured: bool, stops: bool) -> Advance:
        """Train for `n` presentations; see `nlcore.families.Model`."""
        if self.patience is not None:
            return self._watched_advance(state, n, self.patience, stops=stops)
        stretch = kernels.run(self.kernel, self.problem, _progress(state), n, measured=measured, stops=stops)
        end = stretch.end
        after = TrainState(end.params, end.velocity, end.counters, _extra(end.updates_in_epoch))
        return self._advanced(state, after, stretch.rows, stretch.reason)

    def _watched_advance(self, state: TrainState, n: int, patience: int, *, stops: bool) -> Advance:
        """Train block by block; the measurements of a block tell whether there was a new best, or the end.

        A block goes back to no weights but its last. Where those of another moment are wanted, the way there is gone
        once more.
        """
        watch, end, reason = self._watch(state), _progress(state), None
        goal, tables = end.counters.presentations + n, [np.empty((0, self.problem.n_columns))]
        before_best: Progress | None = None
        while end.counters.presentations < goal and reason is None:
            start, last_best = end, watch.at
            most = max(BLOCK, self.problem.until_due(start.counters))
            part = self.problem.until_last_due(start.counters, min(goal - start.counters.presentations, most))
            stretch = kernels.run(self.kernel, self.problem, start, part, measured=True, stops=stops)
            end, reason, rows = stretch.end, stretch.reason, stretch.rows
            watch, n_rows = watch.after(rows[:, self.watched], rows[:, 0], patience if stops else None)
            if n_rows < len(rows):
                end, reason = self._again(start, int(rows[n_rows - 1, 0])), None
            if stops and n_rows and reason is None and watch.since >= patience:
                reason = FinishReason.STOP_RULE
            tables.append(rows[:n_rows])
            if watch.at == end.counters.presentations:
                watch, before_best = replace(watch, params=end.params), None
            elif watch.at != last_best:
                before_best = start
        if before_best is not None:
            watch = replace(watch, params=self._again(before_best, watch.at).params)
        after = TrainState(end.params, end.velocity, end.counters, _extra(end.updates_in_epoch, watch))
        return self._advanced(state, after, np.concatenate(tables), reason)

    def _again(self, start: Progress, presentations: int) -> Progress:
        """Go to a moment that was passed already."""
        n = presentations - start.counters.presentations
        return kernels.run(self.kernel, self.problem, start, n, measured=False, stops=False).end

    def _watch(self, state: TrainState) -> Watch:
        """Return what early stopping remembers; where it was turned on a moment ago, it begins with this one."""
        if Watch.is_in(state):
            return Watch.of(state)
        row = kernels.measure(self.kernel, self.problem, state.params, state.counters)
        return Watch.begun(float(row[self.watched]), state.counters.presentations, state.params)

    def _advanced(
        self, before: TrainState, after: TrainState, rows: FloatArray, reason: FinishReason | None
    ) -> Advance:
        """Turn the kernel's rows into clocks and values; epochs with their fraction, also between two ends."""
        clock = rows[:, :CLOCK].copy()
        start = before.counters
        shown = clock[:, 0] - start.presentations + start.position_in_epoch
        clock[:, 2] = start.epochs + shown / self.epoch_length
        return Advance(after, read_only(clock), self._values(rows), reason)

    def _values(self, rows: FloatArray) -> FloatArray:
        """Turn the kernel's sums into the quantities of `columns`."""
        values = np.empty((len(rows), len(self.columns)))
        width = len(self.columns) // len(self.set_names)
        for part, name in enumerate(self.set_names):
            n = len(self.examples.sets[name])
            first = CLOCK + MEASURES * part
            row_loss, sse, wrong, wrong_units = rows[:, first : first + MEASURES].T
            found = (row_loss, sse, sse / (n * self.examples.n_outputs), wrong / n, wrong_units / n)
            values[:, part * width : (part + 1) * width] = np.transpose(found[:width])
        return read_only(values)

    def measure(self, state: TrainState) -> FloatArray:
        """Return one row of measurements at a state, shape (n_columns,)."""
        row = kernels.measure(self.kernel, self.problem, state.params, state.counters)
        return read_only(self._values(row[None, :])[0].copy())

    def measure_quickly(self, state: TrainState) -> FloatArray:
        """Return the same by matrix products where the compiled loop is not there; last digits may differ."""
        if self.is_fast:
            return self.measure(state)
        row = vectorized.measure(self.problem, state.params, state.counters)
        return read_only(self._values(row[None, :])[0].copy())

    def is_stopped(self, state: TrainState) -> bool:
        """Tell whether the stop rules already hold at a state."""
        if self.patience is not None and Watch.of(state).since >= self.patience:
            return True
        row, stop = None, self.problem.stop  # as in training, some rules are looked at only where a measurement is due
        needs_row = stop.all_correct or not math.isnan(stop.loss_below)
        if needs_row and (state.counters.presentations == 0 or self.problem.is_due(state.counters)):
            row = kernels.measure(self.kernel, self.problem, state.params, state.counters)
        return is_stopped(stop, state.counters, _progress(state).updates_in_epoch, row)

    def evaluate(self, params: FloatArray) -> Mapping[SetName, Metrics | None]:
        """Measure all sets; None for an empty one."""
        found: dict[SetName, Metrics | None] = {}
        n_classes = len(self.examples.class_names) if self.examples.class_names else None
        for name, examples in self.examples.sets.items():
            passed = network.forward(self.layout, params, examples.inputs)
            of_units = self.problem.loss.of_units
            with np.errstate(over="ignore", invalid="ignore"):
                last = self.layout.activations[-1]
                total = float(np.sum(of_units(passed.net_inputs[-1], passed.outputs[-1], examples.targets, last)))
            if name == "training":
                total += regularizers.penalty_of(params, self.problem.options, self.layout)
            found[name] = metrics.measure(
                total, passed.outputs[-1], examples.targets, self.examples.midpoint, n_classes
            )
        return found

    def trace(self, state: TrainState) -> Trace:
        """Explain the next presentation, phase by phase, with the numbers of the textbook loop."""
        return _presentation.trace(
            self.problem, state, lambda: self.advance(state, 1, measured=False, stops=False).state
        )


def _extra(updates_in_epoch: int, watch: Watch | None = None) -> Mapping[str, NDArray[Any]]:
    found = {"updates_in_epoch": read_only(np.array(updates_in_epoch))}
    return MappingProxyType(found if watch is None else {**found, **watch.extra()})


def _start(experiment: Experiment, layout: Layout, data: Data) -> FloatArray:
    examples = (data.training.inputs, data.training.targets)
    params = start_params(experiment.training.initializer, layout, experiment.seed, examples)
    if not experiment.training.tied:
        return params
    tied = params.copy()
    regularizers.tie(tied, regularizers.options(experiment.training, layout))
    return read_only(tied)


def _progress(state: TrainState) -> Progress:
    updates = int(state.extra["updates_in_epoch"]) if "updates_in_epoch" in state.extra else 0
    return Progress(state.params, state.velocity, state.counters, updates)


def _problem(experiment: Experiment, data: Data, layout: Layout, rule: Rule) -> Problem:
    training, n = experiment.training, len(data.training)
    every = training.evaluate_every
    stop = training.stop
    batches = {"incremental": 1, "mini_batch": min(training.batch_size, n), "batch": n}
    return Problem(
        layout=layout,
        rule=rule,
        loss=loss(training.loss),
        inputs=tuple(examples.inputs for examples in data.sets.values() if len(examples)),
        targets=tuple(examples.targets for examples in data.sets.values() if len(examples)),
        midpoint=data.midpoint,
        learning_rate=training.learning_rate,
        momentum=training.momentum,
        batch=batches[training.mode],
        mean=training.gradient == "mean",
        order=order_code(training.order),
        seed=experiment.seed,
        every=every.every if every.unit == "presentation" else 0,
        every_epochs=every.every if every.unit == "epoch" else 0,
        options=regularizers.options(training, layout),
        stop=StopRules(
            -1 if stop.epochs is None else stop.epochs,
            -1 if stop.updates is None else stop.updates,
            stop.all_correct,
            math.nan if stop.loss_below is None else stop.loss_below,
            stop.no_update,
        ),
    )


class NoOptions(Record, frozen=True):
    """A layered network is described by `network`; the family has no options of its own."""


class Feedforward:
    """Layered networks; see `nlcore.families.Family`."""

    name = "feedforward"
    title = "Layered network"
    help = "Layers of units, each connected to all units of the layer before."
    options = NoOptions

    def build(self, experiment: Experiment, data: Data | None, kernel: str | None = None) -> FeedforwardModel:
        """Resolve names and check that network, rule, loss and data fit together."""
        if data is None:
            raise ExperimentError("dataset: a layered network needs examples; choose a data set")
        if len(data.training) == 0:
            raise ExperimentError("dataset: the training set is empty; choose another split")
        if experiment.network is None:
            raise ExperimentError(
                f"network: missing; for this data set for example layers = [{data.n_inputs}, 3, {data.n_outputs}], "
                'activations = ["sigmoid", "sigmoid"]'
            )
        layers = experiment.network.layers
        for place, what, has, needs in (
            ("layers[0]", "inputs", layers[0], data.n_inputs),
            ("the last layer", "outputs", layers[-1], data.n_outputs),
        ):
            if has != needs:
                raise ExperimentError(f"network: {place} has {has} units, but the data set has {needs} {what}")
        layout = Layout(layers, tuple(activation(name) for name in experiment.network.activations))
        if layout.n_params > MOST_PARAMS:
            raise ExperimentError(
                f"network.layers: {layout.n_params:,} weights and biases are more than this program can hold "
                f"({MOST_PARAMS:,}); use smaller layers"
            )
        training = experiment.training
        rule: Rule = discovery.find("nlcore.rules", "RULE", training.rule, "rule", "training.rule")
        for n_units, unit in zip(layers[1:], layout.activations, strict=True):
            if unit.name == "softmax" and n_units == 1:
                raise ExperimentError(
                    'network.activations: one softmax unit alone always says 1; use "sigmoid", or two or more units'
                )
        loss(training.loss).check(layout.activations[-1], data.training.targets)
        if training.stop.patience is not None and not len(data.validation):
            raise ExperimentError(
                "training.stop.patience: early stopping watches the validation set, and there is none; "
                "choose a split with one"
            )
        if training.stop.gradient_below is not None:
            raise ExperimentError(
                "training.stop.gradient_below: is looked at for functions without examples; use loss_below or epochs"
            )
        if training.stop.all_correct and data.class_names is None:
            raise ExperimentError("training.stop.all_correct: this data set has numbers as targets, not classes")
        rule.check(layout, training, data.training.targets)
        if not needs_examples(training.initializer):  # such a one is asked only for the start of a run
            _start(experiment, layout, data)
        kernel = kernel or kernels.choose(training.mode, training.rule)
        if kernel not in (kernels.STRICT, kernels.VECTORIZED):
            raise ExperimentError(unknown("kernel", kernel, (kernels.STRICT, kernels.VECTORIZED)))
        if kernel == kernels.STRICT and training.mode != "incremental":
            raise ExperimentError(
                f"training.mode: the kernel {kernel!r} trains example by example; {training.mode} needs the kernel "
                f"{kernels.VECTORIZED!r}"
            )
        return FeedforwardModel(experiment, data, layout, rule, kernel)


FAMILY = Feedforward()
