"""A measurement beside the window: one at a time, with a share that is done, and it can be given up."""

from __future__ import annotations

from app.timing import measure
from app.widgets.job_run import JobRun
from nlcore.trainer import Trainer


class TimingRun(JobRun):
    """Measures in a thread; `finished` tells a Timing, or None if it was given up."""

    def start(self, trainer: Trainer, epochs: int) -> None:
        """Begin to measure, unless something is being measured."""
        self.begin(lambda job: measure(trainer, epochs, job), "nllab-timing")
