"""What of the next presentation is lit: the numbers of its first phases, found by layer.

Made from a `Trace` and the number of lit phases. What a trace holds besides is ignored, so phases may be added to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from numpy.typing import NDArray

from nlcore.records import Trace

Shown = Literal["weights", "gradient", "changes", "new weights"]
"""What lines stand for: weights before the presentation, the example's part of the gradient, changes, new weights."""
Array = NDArray[Any]
CHANGES, NEW, GRADIENT, AFTER = "weight changes", "new weights", "gradient", "error after"


@dataclass(frozen=True, slots=True, eq=False)
class Lit:
    """The lit phases of a presentation.

    Attributes
    ----------
    number, n_phases : int
        How many are lit, of how many.
    name : str
        Of the newest.
    example : int
        Which training example is presented.
    units : mapping of str to ndarray
        What is known of units, by the names of `nlcore.records.Trace`.
    blocks : mapping of str to mapping
        Weights and biases of the phases that hold some, by the name of the phase.
    after : mapping of str to ndarray
        What the same example gives with the new weights.
    newest : frozenset of str
        Names of what the newest phase has brought.
    """

    number: int
    n_phases: int
    name: str
    example: int
    units: Mapping[str, Array]
    blocks: Mapping[str, Mapping[str, Array]]
    after: Mapping[str, Array]
    newest: frozenset[str]

    @classmethod
    def of(cls, trace: Trace, n_lit: int) -> Lit | None:
        """Return the first phases of a trace, at most all of them; None if none is lit."""
        phases = trace.phases[:n_lit]
        if not phases:
            return None
        units: dict[str, Array] = {}
        blocks: dict[str, Mapping[str, Array]] = {}
        after: Mapping[str, Array] = {}
        for phase in phases:
            if phase.name in (CHANGES, NEW, GRADIENT):
                blocks[phase.name] = phase.arrays
            elif phase.name == AFTER:
                after = phase.arrays
            else:
                units.update(phase.arrays)
        newest = phases[-1]
        return cls(
            len(phases), len(trace.phases), newest.name, trace.example, units, blocks, after, frozenset(newest.arrays)
        )

    @property
    def shown(self) -> Shown:
        """What the lines stand for now."""
        if self.name == GRADIENT:
            return "gradient"
        if self.name == CHANGES:
            return "changes"
        return "new weights" if NEW in self.blocks else "weights"

    @property
    def title(self) -> str:
        """Which phase it is: "Phase 5 of 9: hidden deltas"."""
        return f"Phase {self.number} of {self.n_phases}: {self.name}"

    def outputs(self, layer: int) -> Array | None:
        """Return what the units of a layer hand on; None before it is known."""
        return self.units.get(f"outputs[{layer}]" if layer else "inputs")

    def net_inputs(self, layer: int) -> Array | None:
        """Return the net inputs of a layer."""
        return self.units.get(f"net_inputs[{layer - 1}]")

    def deltas(self, layer: int) -> Array | None:
        """Return the error terms of a layer."""
        return self.units.get(f"deltas[{layer - 1}]")

    def dropped(self, layer: int) -> Array | None:
        """Return which units of a layer are left out of this presentation; None without dropout."""
        mask = self.units.get(f"masks[{layer}]")
        return None if mask is None else mask == 0.0

    def weights(self, phase: str, layer: int) -> tuple[Array, Array] | None:
        """Return what a phase says of the weights and the biases of a layer of units; None if it is not lit."""
        block = self.blocks.get(phase)
        if block is None:
            return None
        stem, bias = ("weight_changes", "bias_changes") if phase == CHANGES else ("weights", "biases")
        found = block.get(f"{stem}[{layer - 1}]"), block.get(f"{bias}[{layer - 1}]")
        return None if found[0] is None or found[1] is None else (found[0], found[1])

    def is_newest(self, name: str) -> bool:
        """Tell whether the newest phase has brought this."""
        return name in self.newest
