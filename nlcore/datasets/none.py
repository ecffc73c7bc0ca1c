"""No examples: for models that minimise a function instead of learning from data."""

from __future__ import annotations

from nlcore.datasets import Data, Dataset
from nlcore.experiment import Record


class NoOptions(Record, frozen=True):
    """There is nothing to choose."""


def load(options: NoOptions) -> Data | None:
    """Return None: there are no examples."""
    del options
    return None


DATASET = Dataset("none", "No examples", "For functions that are minimised directly.", NoOptions, load)
