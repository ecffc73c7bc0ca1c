"""What a lesson promises in numbers, and whether training keeps the promise.

An expectation names an epoch, some seeds and ranges of measures. Checking it trains every seed from the start and
measures; a test does so for every lesson, so that no text claims what the program does not show.
"""

from __future__ import annotations

from dataclasses import dataclass

from nlcore import datasets
from nlcore.experiment import Count, Experiment, Positive, Record
from nlcore.records import Counters, SetName
from nlcore.trainer import Trainer


class Bounds(Record, frozen=True):
    """The range in which a measured number is promised to lie."""

    min: float | None = None
    max: float | None = None

    def __post_init__(self) -> None:
        """Refuse a range that says nothing or contains nothing."""
        if self.min is None and self.max is None:
            raise ValueError("give min, max or both")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError(f"min ({self.min}) is above max ({self.max})")

    def contain(self, value: float | None) -> bool:
        """Tell whether a number is there and in the range; nan never is."""
        low = -float("inf") if self.min is None else self.min
        high = float("inf") if self.max is None else self.max
        return value is not None and low <= value <= high

    def __str__(self) -> str:
        """Write the range as a comparison."""
        if self.min is None:
            return f"<= {self.max:g}"
        return f">= {self.min:g}" if self.max is None else f"from {self.min:g} to {self.max:g}"


class SetBounds(Record, frozen=True):
    """Promised ranges of the measures of one set of examples."""

    loss: Bounds | None = None
    sse: Bounds | None = None
    mse: Bounds | None = None
    error_rate: Bounds | None = None
    accuracy: Bounds | None = None
    accuracy_all_units: Bounds | None = None


class MetricBounds(Record, frozen=True):
    """Promised ranges, set by set."""

    training: SetBounds | None = None
    validation: SetBounds | None = None
    test: SetBounds | None = None

    def items(self) -> tuple[tuple[SetName, str, Bounds], ...]:
        """Return (set, measure, range) for every promise."""
        found: list[tuple[SetName, str, Bounds]] = []
        sets: tuple[tuple[SetName, SetBounds | None], ...] = (
            ("training", self.training),
            ("validation", self.validation),
            ("test", self.test),
        )
        for name, bounds in sets:
            for metric in bounds.__struct_fields__ if bounds else ():
                bound = getattr(bounds, metric)
                if bound is not None:
                    found.append((name, metric, bound))
        return tuple(found)


class Expectation(Record, frozen=True):
    """What a lesson promises: after so many epochs, for so many of the seeds, numbers in these ranges.

    The numbers are measures, and how many updates there were. The seeds are that of the experiment and those that
    follow it; the stop rules do not hold.
    """

    at_epoch: Count
    metrics: MetricBounds = MetricBounds()
    updates: Bounds | None = None
    track: Count = 0
    seeds: Positive = 1
    at_least: Positive | None = None

    def __post_init__(self) -> None:
        """Refuse a promise that is empty or cannot be kept."""
        if not self.metrics.items() and self.updates is None:
            raise ValueError("metrics: name at least one, for example metrics.training.error_rate.max = 0.0")
        if self.at_least is not None and self.at_least > self.seeds:
            raise ValueError(f"at_least ({self.at_least}) is more than seeds ({self.seeds})")

    @property
    def needed(self) -> int:
        """How many seeds must keep the promise; all of them unless said otherwise."""
        return self.seeds if self.at_least is None else self.at_least


@dataclass(frozen=True, slots=True)
class SeedResult:
    """What one seed came to: when it was measured, every promised measure, and which were out of range."""

    seed: int
    counters: Counters
    values: tuple[tuple[str, float | None], ...]
    broken: tuple[str, ...]

    @property
    def is_met(self) -> bool:
        """Whether all measures lie in their ranges."""
        return not self.broken


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of checking an expectation; as text it is one readable line."""

    where: str
    expectation: Expectation
    results: tuple[SeedResult, ...]

    @property
    def n_met(self) -> int:
        """How many seeds kept the promise."""
        return sum(result.is_met for result in self.results)

    @property
    def holds(self) -> bool:
        """Whether enough did."""
        return self.n_met >= self.expectation.needed

    def __str__(self) -> str:
        """Say what was promised, how many seeds kept it, and what the others came to."""
        promised = [f"{s}.{m} {bound}" for s, m, bound in self.expectation.metrics.items()]
        if self.expectation.updates is not None:
            promised.append(f"updates {self.expectation.updates}")
        promises = ", ".join(promised)
        line = (
            f"{self.where}, epoch {self.expectation.at_epoch}: {self.n_met} of {len(self.results)} seeds have "
            f"{promises} (needed: {self.expectation.needed})"
        )
        others = "; ".join(f"seed {r.seed}: {', '.join(r.broken)}" for r in self.results if not r.is_met)
        return f"{line}; {others}" if others else line


def check(where: str, experiment: Experiment, expectation: Expectation) -> Outcome:
    """Train an experiment for every seed of an expectation and measure.

    Parameters
    ----------
    where : str
        What is checked, for the message.
    experiment : Experiment
        Its seed is the first; the others follow it.
    expectation : Expectation
        What to measure, and when.
    """
    data = datasets.load(experiment.dataset)
    results = []
    for seed in range(experiment.seed, experiment.seed + expectation.seeds):
        trainer = Trainer(experiment.replace({"seed": seed}), data).prepared()
        state = trainer.initial_state()
        if trainer.model.trains:
            state = trainer.advance(state, expectation.at_epoch * trainer.model.epoch_length)
        measured = trainer.evaluate(state)
        values: list[tuple[str, float | None]] = []
        broken: list[str] = []
        for set_name, metric, bound in expectation.metrics.items():
            of_set = measured.get(set_name)
            value: float | None = getattr(of_set, metric) if of_set else None
            values.append((f"{set_name}.{metric}", value))
            if not bound.contain(value):
                said = "does not exist" if value is None else f"is {value:g}"
                broken.append(f"{set_name}.{metric} {said}")
        made = state.counters.updates
        if expectation.updates is not None:
            values.append(("updates", float(made)))
            if not expectation.updates.contain(made):
                broken.append(f"updates is {made}")
        results.append(SeedResult(seed, state.counters, tuple(values), tuple(broken)))
    return Outcome(where, expectation, tuple(results))
