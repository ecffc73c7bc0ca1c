"""Whether a run began with examples that a person had edited: files that only name the data set cannot tell those."""

from __future__ import annotations

from nlcore import datasets
from nlcore.data_edits import is_same_training
from nlcore.datasets import Data
from nlcore.errors import LabError
from nlcore.experiment import Experiment


def is_edited(experiment: Experiment, data: Data | None) -> bool:
    """Load a data set again and compare; this may take long, so do it beside the window."""
    if data is None:
        return False
    try:
        return not is_same_training(data, datasets.load(experiment.dataset))
    except LabError:
        return False  # it cannot be loaded any more, so nothing can be said
