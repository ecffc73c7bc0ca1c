"""Cross-validation for `nllab run --folds`: fold by fold, and then the run on all available examples.

No Qt here. What each fold found goes to standard error; the last run is a track like any other.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TextIO

from app import headless
from app.headless import Progress, Track, Until
from app.sentences import counted
from nlcore.cross_validation import Fold, final_experiment, pooled, run_folds
from nlcore.datasets import Data
from nlcore.errors import ExperimentError
from nlcore.experiment import Experiment


def train(name: str, experiment: Experiment, k: int, data: Data | None, stream: TextIO | None = None) -> Track:
    """Find the number of epochs by `k` folds and train one track so long, on all available examples.

    Parameters
    ----------
    name : str
        Of the track.
    experiment : Experiment
        Its `stop.epochs` is the most that a fold may take.
    k : int
        Parts.
    data : Data or None
        Its examples.
    stream : file, optional
        Where to say what each fold found; standard error by default.

    Raises
    ------
    LabError
        If the experiment does not fit together, or cannot be cut into so many parts.
    """
    out = sys.stderr if stream is None else stream
    progress = Progress(f"{name}, {k} folds", out)

    def show(done: int, total: int) -> None:
        progress.show(done / total if total else None, f"epoch {done} of {total}")

    def told(number: int, fold: Fold) -> None:
        progress.close()
        best = counted(fold.best_epoch, "epoch")
        last = " (the last: more may be better)" if fold.best_epoch == experiment.training.stop.epochs else ""
        out.write(f"{name}, fold {number + 1} of {k}: best after {best}{last}, validation loss {fold.value:.6g}\n")

    try:
        found = run_folds(experiment, data, k, progress=show, on_fold=told)
    finally:
        progress.close()
    if data is None:
        raise ExperimentError("dataset: cross-validation needs examples; choose a data set")
    out.write(
        f"{name}: mean {found.mean_epochs:.1f}, standard deviation {found.sd_epochs:.1f}; now "
        f"{counted(found.epochs, 'epoch')} with all available examples\n"
    )
    track = headless.train(name, final_experiment(experiment, found), Until(), pooled(data))
    return replace(track, cross_validation=found)
