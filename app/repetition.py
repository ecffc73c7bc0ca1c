"""An experiment repeated with other seeds, as the window shows it: what was asked for, and what is done so far.

Frozen records without Qt. They hold the runs that are done; a repetition that was cancelled keeps those.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nlcore.experiment import Experiment
from nlcore.repeated_run import RepeatedRun, data_seeds, seeded
from nlcore.repeats import DEFAULT_SEEDS, Repeats, as_csv
from nlcore.trainer import Trainer

FEWEST, MOST = 2, 200


@dataclass(frozen=True, slots=True)
class Plan:
    """What a person asks for.

    Attributes
    ----------
    n : int
        How many seeds.
    epochs : int or None
        Exactly so many epochs a run; None for the stop rules.
    new_data : bool
        Whether the seeds of the data vary too.
    """

    n: int = DEFAULT_SEEDS
    epochs: int | None = None
    new_data: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Course:
    """What is repeated: a track with the settings in force, from its start.

    Attributes
    ----------
    name : str
        Of the track.
    number : int
        Of the track, from 1; decides its colour.
    trainer : Trainer
        Holds the experiment and its data.
    is_edited : bool
        Whether the examples were changed by hand; then there are no new data like them.
    """

    name: str
    number: int
    trainer: Trainer
    is_edited: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class RepeatedTrack:
    """A track with the runs that are done, at least one."""

    course: Course
    repeats: Repeats


@dataclass(frozen=True, slots=True, eq=False)
class Repetition:
    """All that is known so far.

    Attributes
    ----------
    plan : Plan
        What was asked for.
    courses : tuple of Course
        What is repeated.
    tracks : tuple of RepeatedTrack
        Those with runs that are done.
    is_over : bool
        Whether no more runs come.
    """

    plan: Plan
    courses: tuple[Course, ...]
    tracks: tuple[RepeatedTrack, ...] = ()
    is_over: bool = False

    @property
    def total(self) -> int:
        """How many runs were asked for."""
        return self.plan.n * len(self.courses)

    @property
    def done(self) -> int:
        """How many runs are done."""
        return sum(len(track.repeats.runs) for track in self.tracks)

    @property
    def is_whole(self) -> bool:
        """Whether all runs are done."""
        return self.done == self.total

    def as_csv(self) -> str:
        """Write a line for each run, as `nllab run --seeds --table` does."""
        runs = [run for track in self.tracks for run in track.repeats.runs]
        return as_csv(runs, {"track": [track.course.name for track in self.tracks for _ in track.repeats.runs]})


def gather(
    plan: Plan, courses: tuple[Course, ...], runs: Sequence[tuple[int, RepeatedRun]], *, is_over: bool
) -> Repetition:
    """Return what is known from runs that are done, each with the place of its course.

    Parameters
    ----------
    plan, courses : Plan, tuple of Course
        What was asked for.
    runs : sequence of (int, RepeatedRun)
        In any order.
    is_over : bool
        Whether no more come.
    """
    tracks = []
    for place, course in enumerate(courses):
        own = sorted((run for at, run in runs if at == place), key=lambda run: run.seed)
        if own:
            experiment = course.trainer.experiment
            varied = ("seed", *(data_seeds(experiment) if plan.new_data else ()))
            tracks.append(RepeatedTrack(course, Repeats(experiment, course.trainer, tuple(own), varied)))
    return Repetition(plan, courses, tuple(tracks), is_over)


def seed_experiment(track: RepeatedTrack, seed: int) -> Experiment:
    """Return the experiment of one of a track's runs."""
    first = track.repeats.experiment
    return seeded(first, seed - first.seed, new_data=len(track.repeats.varied) > 1)
