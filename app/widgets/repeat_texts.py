"""What a repetition says in words: how many runs succeed, what was repeated, whether it belongs to other settings.

Plain functions of records, so the pane, its table and a screen reader say the same.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from app.frame import TrackFrame
from app.repetition import RepeatedTrack, Repetition
from app.widgets.numbers import count, counted, number
from nlcore.datasets import Data
from nlcore.experiment import Experiment
from nlcore.families import Model
from nlcore.records import FinishReason
from nlcore.repeated_run import RepeatedRun, data_seeds
from nlcore.spread import Summary

FINISHES = {
    FinishReason.STOP_RULE: "stop rule",
    FinishReason.LIMIT: "all epochs done",
    FinishReason.DIVERGED: "diverged",
    FinishReason.NOTHING_TO_TRAIN: "nothing to train",
}
MOST_NAMED = 3
OTHER_SETTINGS = "These results belong to other settings"
OTHER_TRACKS = "These results belong to other tracks than those on the screen."


def finish_word(run: RepeatedRun) -> str:
    """Say why a run ended, for the table."""
    return FINISHES.get(run.reason, run.reason.value.replace("_", " "))


def result_sentence(repetition: Repetition, *, is_brief: bool = False) -> str:
    """Say what came out: how many seeds reach zero training errors and when, or the last loss.

    Parameters
    ----------
    repetition : Repetition
        With at least one run.
    is_brief : bool
        Whether there is room for one or two lines only.
    """
    tracks = repetition.tracks
    if len(repetition.courses) < 2:
        return _result(tracks[0])
    if not all(track.repeats.has_classes for track in tracks):
        return " ".join(f"{track.course.name}: {_result(track)}" for track in tracks)
    if is_brief:
        said = (f"{track.course.name} {_of_all(track)}" for track in tracks)
        return f"Zero training errors: {', '.join(said)} seeds."
    said = (f"{track.course.name} {_of_all(track)} seeds{_when(track)}" for track in tracks)
    paired = f" {_paired(*tracks)}" if len(tracks) == 2 else ""
    return f"Zero training errors are reached by {'; '.join(said)}.{paired}{''.join(map(_diverged, tracks))}"


def _of_all(track: RepeatedTrack) -> str:
    return f"{count(track.repeats.n_all_correct)} of {count(len(track.repeats.runs))}"


def _when(track: RepeatedTrack) -> str:
    summary = Summary.of([run.first_all_correct for run in track.repeats.runs])
    return f" (median: {_epochs(summary.median)})" if summary.n else ""


def _paired(one: RepeatedTrack, other: RepeatedTrack) -> str:
    """Compare two tracks seed by seed: which comes to zero training errors earlier."""
    never = math.inf
    mine, theirs = (
        {run.seed: never if run.first_all_correct is None else run.first_all_correct for run in track.repeats.runs}
        for track in (one, other)
    )
    shared = [seed for seed in mine if seed in theirs]
    if not shared:
        return ""
    earlier, later = (sum(sign * mine[seed] < sign * theirs[seed] for seed in shared) for sign in (1, -1))
    return (
        f"Seed by seed, “{one.course.name}” is earlier {count(earlier)} times, “{other.course.name}” "
        f"{count(later)} times of {count(len(shared))}."
    )


def _result(track: RepeatedTrack) -> str:
    found, n = track.repeats, len(track.repeats.runs)
    if found.has_classes:
        reached = found.n_all_correct
        summary = Summary.of([run.first_all_correct for run in found.runs])
        needs = f"the median {'needs' if reached == n else 'of these needs'} {_epochs(summary.median)}"
        if reached == 0:
            said = f"None of {counted(n, 'seed')} reaches zero training errors."
        elif reached == 1:
            said = f"1 of {counted(n, 'seed')} reaches zero training errors; it needs {_epochs(summary.median)}."
        else:
            who = f"All {counted(n, 'seed')}" if reached == n else f"{count(reached)} of {counted(n, 'seed')}"
            said = f"{who} reach zero training errors; {needs}."
    else:
        loss = found.summary("training", "loss")
        said = f"{counted(n, 'seed')}: the last training loss is "
        said += (
            f"{number(loss.median)} in the median, {number(loss.low)} to {number(loss.high)} in all."
            if loss.n
            else "not a finite number in any run."
        )
    return said + _diverged(track)


def _diverged(track: RepeatedTrack) -> str:
    diverged = track.repeats.diverged
    if not diverged:
        return ""
    names = ", ".join(str(seed) for seed in diverged[:MOST_NAMED]) + (" …" if len(diverged) > MOST_NAMED else "")
    return f" {count(len(diverged))} diverged (seed{'' if len(diverged) == 1 else 's'} {names})."


def _epochs(median: float) -> str:
    return f"{number(median, 6)} epoch{'' if median == 1 else 's'}"


def what_sentence(repetition: Repetition) -> str:
    """Say what was repeated: which seeds, which data, how long."""
    plan, first = repetition.plan, repetition.courses[0].trainer.experiment.seed
    seeds = f"Seeds {first} to {first + plan.n - 1}"
    data = "new data for each" if plan.new_data else "the same data"
    if repetition.courses[0].trainer.model.data is None:
        data = "other start points"
    length = "until a stop rule holds" if plan.epochs is None else f"{counted(plan.epochs, 'epoch')} each"
    ended = ""
    if repetition.is_over and not repetition.is_whole:
        ended = f" Ended after {count(repetition.done)} of {count(repetition.total)} runs."
    return f"{seeds}, {data}, from the start {length}.{ended}"


def invitation(experiment: Experiment | None, n_tracks: int = 1) -> str:
    """Say what a repetition is good for and how to begin one."""
    what = "this experiment" if n_tracks < 2 else f"all {n_tracks} tracks"
    seed = "" if experiment is None else f", from seed {experiment.seed} on"
    return (
        f"How much of what you see is chance? Press “Repeat with” to train {what} again from the start, once with each "
        f"seed{seed}, with the settings at the cursor. You get mean and spread of the curves and a table of all runs."
    )


def why_no_new_data(model: Model, *, is_edited: bool) -> str:
    """Say why data cannot be drawn anew; empty if they can."""
    if model.data is None:
        return "There are no examples here, only a function"
    if is_edited:
        return "The examples were changed by hand, so there are no new ones like them"
    if not data_seeds(model.experiment):
        return "This data set has no seed: its examples are always the same"
    return ""


def difference(repetition: Repetition, screen: Sequence[TrackFrame]) -> str:
    """Say in what the tracks on the screen differ from those that were repeated; empty if only in their seeds."""
    by_number = {track.number: track for track in screen}
    if {course.number for course in repetition.courses} != set(by_number):
        return f"{OTHER_TRACKS} Repeat again for those."
    for track in repetition.tracks:
        said = _difference(track, by_number[track.course.number].model)
        if said:
            whose = f"{track.course.name}: " if len(by_number) > 1 else ""
            return f"{OTHER_SETTINGS}: {whose}{said}. Repeat again for those on the screen."
    return ""


def _difference(track: RepeatedTrack, model: Model) -> str:
    varied = set(track.repeats.varied)
    theirs = dict(_flat(track.repeats.experiment.to_dict()))
    ours = dict(_flat(model.experiment.to_dict()))
    names = [name for name in {**theirs, **ours} if name not in varied and theirs.get(name) != ours.get(name)]
    said = [f"{_name(name)} {_value(theirs.get(name))}, now {_value(ours.get(name))}" for name in names[:MOST_NAMED]]
    if len(names) > MOST_NAMED:
        said.append(f"and {count(len(names) - MOST_NAMED)} more")
    if not names and len(varied) == 1 and not _is_same_data(track.repeats.trainer.model.data, model.data):
        said.append("other examples")
    return "; ".join(said)


def _flat(tree: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in tree.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{before}{name}.")
        else:
            yield f"{before}{name}", value


def _name(setting: str) -> str:
    last = setting.rpartition(".")[2]
    before = setting.rpartition(".")[0].rpartition(".")[2]
    return (last if last != "name" else before).replace("_", " ")


def _value(value: object) -> str:
    if value is None:
        return "none"
    if isinstance(value, (list, tuple)):
        return "-".join(str(item) for item in value)
    return str(value).replace("_", " ")


def _is_same_data(one: Data | None, other: Data | None) -> bool:
    if one is other:
        return True
    if one is None or other is None:
        return False
    return all(
        np.array_equal(mine.inputs, theirs.inputs) and np.array_equal(mine.targets, theirs.targets)
        for mine, theirs in ((one.sets[name], other.sets[name]) for name in one.sets)
    )
