"""What the calibration of outputs shows, in words and tables; and which tracks can be compared in one picture."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.frame import Frame, TrackFrame
from app.table import Cell, Table
from app.widgets.drawn_examples import drawn_examples
from app.widgets.numbers import count, counted, number
from app.widgets.score_table import TRUTH, ScoreRow
from nlcore.calibration import (
    Bin,
    Judged,
    at_threshold,
    calibration_error,
    judge,
    reliability,
    true_probabilities,
    why_no_probabilities,
)
from nlcore.datasets import Data, ExampleSet
from nlcore.families.feedforward import FeedforwardModel
from nlcore.records import FloatArray, SetName

MOST_WORK = 4_000_000
"""Weights times examples; of larger sets a sample is taken."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of the tracks.

    Attributes
    ----------
    set_name : str
        Which set.
    output : int
        Which output, that is which class.
    n_bins : int
        How many bins.
    threshold : float
        From which output on the class is answered.
    """

    set_name: SetName = "training"
    output: int = 0
    n_bins: int = 10
    threshold: float = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """What was found for one track."""

    track: TrackFrame
    judged: Judged
    bins: tuple[Bin, ...]
    row: ScoreRow


def usable_sets(data: Data) -> list[SetName]:
    """Return the sets that have examples."""
    return [name for name, examples in data.sets.items() if len(examples)]


def class_word(data: Data, output: int) -> str:
    """Return the name of the class that an output stands for."""
    names = data.class_names or ()
    return names[1] if data.n_outputs == 1 else names[output]


def other_word(data: Data) -> str:
    """Return the name of what is not of the class."""
    names = data.class_names or ()
    return names[0] if data.n_outputs == 1 else "other classes"


def same_examples(one: ExampleSet, other: ExampleSet) -> bool:
    """Tell whether two sets hold the very same examples."""
    if one is other:
        return True
    return np.array_equal(one.inputs, other.inputs) and np.array_equal(one.targets, other.targets)


def comparable(frame: Frame, set_name: SetName) -> list[tuple[TrackFrame, FeedforwardModel]]:
    """Return the tracks with the lead's examples whose outputs are probabilities, the lead first."""
    lead = frame.lead.model
    assert isinstance(lead, FeedforwardModel)
    examples = lead.examples.sets[set_name]
    return [
        (track, track.model)
        for track in frame.tracks
        if isinstance(track.model, FeedforwardModel)
        and not why_no_probabilities(track.model)
        and same_examples(examples, track.model.examples.sets[set_name])
        and np.all(np.isfinite(track.state.params))
    ]


def sampled(model: FeedforwardModel, set_name: SetName) -> ExampleSet:
    """Return a set's examples, or of a large one a sample that is always the same."""
    examples = model.examples.sets[set_name]
    if len(examples) * model.n_params <= MOST_WORK:
        return examples
    rows = drawn_examples(len(examples))
    return ExampleSet(examples.inputs[rows], examples.targets[rows], tuple(examples.names[i] for i in rows.tolist()))


def answers(frame: Frame, asked: Question) -> list[Answer]:
    """Judge all tracks that can be compared."""
    tracks = comparable(frame, asked.set_name)
    lead = tracks[0][1]
    examples = sampled(lead, asked.set_name)
    truth = true_probabilities(lead, examples)
    return [_answer(track, model, examples, truth, asked) for track, model in tracks]


def _answer(
    track: TrackFrame, model: FeedforwardModel, examples: ExampleSet, truth: FloatArray | None, asked: Question
) -> Answer:
    judged = judge(model, track.state.params, examples, asked.output, truth)
    bins = reliability(judged.outputs, judged.is_class, asked.n_bins, judged.expected)
    counts = at_threshold(judged.outputs, judged.is_class, asked.threshold)
    return Answer(track, judged, bins, ScoreRow(track.number, track.name, judged.scores, counts))


def truth_row(answer: Answer, threshold: float) -> ScoreRow | None:
    """Return the row of the true probabilities themselves, where they are known."""
    judged = answer.judged
    if judged.expected is None or judged.expected_scores is None:
        return None
    counts = at_threshold(judged.expected, judged.is_class, threshold)
    return ScoreRow(0, TRUTH, judged.expected_scores, counts)


def bars_of(judged: Judged, n_bins: int) -> tuple[tuple[int, int], ...]:
    """Count for each bin the examples of the class and all others."""
    places = np.minimum((judged.outputs * n_bins).astype(np.int64), n_bins - 1)
    high = np.bincount(places[judged.is_class], minlength=n_bins)
    low = np.bincount(places[~judged.is_class], minlength=n_bins)
    return tuple(zip(high.tolist(), low.tolist(), strict=True))


def bin_words(one: Bin, name: str, class_name: str) -> str:
    """Say what a bin holds."""
    known = "" if one.expected is None else f"; true probability {number(one.expected, 2)}"
    whose = f"{name}: " if name else ""
    return (
        f"{whose}outputs from {number(one.low, 2)} to {number(one.high, 2)}, on average {number(one.predicted, 2)}: "
        f"{count(one.hits)} of {counted(one.count, 'example')} are of {class_name}, {number(one.share, 2)} "
        f"(95 % interval {number(one.share_low, 2)} to {number(one.share_high, 2)}){known}."
    )


def threshold_words(found: Answer, asked: Question, class_name: str) -> str:
    """Say what the threshold does for a track."""
    counts = found.row.counts
    return (
        f"“{class_name}” from an output of {number(asked.threshold, 3)} on: {counted(counts.hits, 'example')} of it "
        f"found, {count(counts.misses)} missed, {counted(counts.false_alarms, 'false alarm')}."
    )


def fit_words(found: Answer, *, is_one: bool) -> str:
    """Say how well the outputs of a track fit."""
    judged, fit = found.judged, found.judged.scores
    whose = "" if is_one else f"{found.track.name}: "
    said = (
        f"{whose}log-likelihood {number(fit.log_likelihood, 4)} (on average the observed class was given "
        f"{number(fit.per_example, 3)}); outputs and observed shares are {number(calibration_error(found.bins), 2)} "
        "apart on average"
    )
    if judged.distance is not None:
        said += f", outputs and true probabilities {number(judged.distance, 2)}"
    return f"{said}."


def tables_of(found: list[Answer], asked: Question, truth: ScoreRow | None) -> tuple[Table, ...]:
    """Return the scores of all tracks, and all bins."""
    rows: list[tuple[Cell, ...]] = []
    for row in [*(one.row for one in found), *([truth] if truth is not None else [])]:
        fit, n = row.scores, row.counts
        sums = (fit.log_likelihood, fit.cross_entropy, fit.squared_error)
        rows.append((row.name, *sums, n.hits, n.misses, n.false_alarms, n.rejections, n.wrong))
    headings = (
        "outputs of", "log-likelihood", "cross-entropy", "squared error", "hits", "misses", "false alarms",
        "rejections", "wrong",
    )  # fmt: skip
    note = f"{asked.set_name} set, threshold {asked.threshold:g}."
    bins: list[tuple[Cell, ...]] = [
        (
            one.track.name, b.low, b.high, b.count, b.hits, b.predicted, b.share, b.share_low, b.share_high,
            "unknown" if b.expected is None else b.expected,
        )
        for one in found
        for b in one.bins
    ]  # fmt: skip
    of_bins = (
        "outputs of", "from", "to", "examples", "of the class", "mean output", "observed share", "95 % from", "95 % to",
        "mean true probability",
    )  # fmt: skip
    return Table("Fit and threshold", headings, tuple(rows), note), Table("Bins", of_bins, tuple(bins), note)
