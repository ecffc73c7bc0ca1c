"""The finest steps of the clock: the phases of one presentation, forwards and back.

A phase is only shown: net inputs, outputs, error terms, changes and new weights of the next presentation appear one
after the other while the state stays the one before it. After the last phase comes the presentation itself.
"""

from __future__ import annotations

from app.clock import Clock
from app.traced import trace_of
from nlcore.records import Trace


class PhaseClock(Clock):
    """A clock that can also stop inside a presentation."""

    def step_phase(self) -> None:
        """Light the next phase; after the last one, show the example and go on to the next."""
        trace = self._next_trace()
        if trace is not None and self.phase < len(trace.phases):
            self.show_phase(self.phase + 1)
        else:
            self.step("presentation")

    def step_phase_back(self) -> None:
        """Put the last phase out; before the first one, go back to the last phase of the presentation before."""
        trace = self._next_trace()
        if self.phase > 0:
            self.show_phase(self.phase - 1)
        elif self.tracks and self.now > 0:
            self.step_back("presentation")
            trace = self._next_trace()
            if trace is not None:
                self.show_phase(len(trace.phases))

    def go_to_phase(self, phase: int) -> None:
        """Light so many phases; one more than there are shows the example, one less than none goes back by one."""
        trace = self._next_trace()
        if phase < 0:
            self.phase = 0
            self.step_phase_back()
        elif trace is not None and phase > len(trace.phases):
            self.step("presentation")
        else:
            self.show_phase(phase)

    def show_phase(self, phase: int) -> None:
        """Light so many phases of the next presentation, at most all of them."""
        trace = self._next_trace()
        if trace is None:
            return
        n = len(trace.phases)
        self.phase = min(max(phase, 0), n)
        name = trace.phases[self.phase - 1].name if self.phase else ""
        self._set_activity("paused", f"Phase {self.phase} of {n}: {name}." if name else "")
        self._emit_frame({"phase"})

    def n_phases(self) -> int:
        """Return how many phases the next presentation has; 0 where it cannot be explained."""
        trace = self._next_trace()
        return len(trace.phases) if trace is not None else 0

    def _next_trace(self) -> Trace | None:
        """Return what explains the next presentation of the track that steps are counted in."""
        self.pause()
        if not self.tracks:
            return None
        guide = self.guide()
        return trace_of(guide.trainer.model, guide.cursor)
