"""The phases that the traces of all rules share: the example, the way forward, and the error before and after."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlcore.records import Phase
from nlcore.rules import Settings, Units, forward


@dataclass(frozen=True, slots=True)
class Shown:
    """An example that was fed forward; see `nlcore.rules.forward`."""

    targets: list[float]
    net_inputs: list[list[float]]
    outputs: list[list[float]]
    shown: list[list[float]]


def show(units: Units, inputs: list[float], targets: list[float], settings: Settings) -> Shown:
    """Feed an example forward as training does, with the masks of dropout."""
    return Shown(targets, *forward(units, inputs, settings.masks))


def forward_phases(units: Units, seen: Shown, settings: Settings) -> list[Phase]:
    """Return the example, and each layer's net inputs and outputs."""
    phases = [Phase("inputs", "inputs", {**_outputs(seen, settings, 0, "inputs"), "targets": np.array(seen.targets)})]
    for layer, activation in enumerate(units.activations):
        outputs = _outputs(seen, settings, layer + 1, f"outputs[{layer + 1}]")
        arrays = {f"net_inputs[{layer}]": np.array(seen.net_inputs[layer]), **outputs}
        phases.append(Phase("forward", f"forward.{activation.name}", arrays))
    return phases


def _outputs(seen: Shown, settings: Settings, layer: int, name: str) -> dict[str, NDArray[Any]]:
    """Return what is seen of a layer; where units may be left out, also what it was before, and the factors."""
    found = {name: np.array(seen.shown[layer])}
    if settings.masks is not None and layer < len(settings.masks):
        found[f"before_dropout[{layer}]"] = np.array(seen.outputs[layer])
        found[f"masks[{layer}]"] = np.array(settings.masks[layer])
    return found


def error_phase(units: Units, seen: Shown, settings: Settings) -> Phase:
    """Return the errors t - o, each output unit's share of the loss, and the example's loss."""
    return Phase("error", f"loss.{settings.loss.name}", _errors(units, seen, settings))


def error_after_phase(units: Units, inputs: list[float], targets: list[float], settings: Settings) -> Phase:
    """Return the same for the same example with other weights; what dropout left out stays left out."""
    seen = show(units, inputs, targets, settings)
    arrays = {"net_inputs": np.array(seen.net_inputs[-1]), "outputs": np.array(seen.outputs[-1])}
    return Phase("error after", f"loss.{settings.loss.name}", {**arrays, **_errors(units, seen, settings)})


def _errors(units: Units, seen: Shown, settings: Settings) -> dict[str, NDArray[Any]]:
    outputs = seen.outputs[-1]
    shares = settings.loss.of_example(seen.net_inputs[-1], outputs, seen.targets, units.activations[-1])
    total = 0.0
    for share in shares:
        total += share
    errors = [t - o for t, o in zip(seen.targets, outputs, strict=True)]
    return {"errors": np.array(errors), "shares": np.array(shares), "loss": np.array([total])}


def update_arrays(units: Units, prefix: str = "") -> tuple[dict[str, NDArray[Any]], dict[str, NDArray[Any]]]:
    """Return the last changes and the weights of a network, by name."""
    changed: dict[str, NDArray[Any]] = {}
    new: dict[str, NDArray[Any]] = {}
    for layer in range(len(units.weights)):
        changed[f"{prefix}weight_changes[{layer}]"] = np.array(units.weight_changes[layer])
        changed[f"{prefix}bias_changes[{layer}]"] = np.array(units.bias_changes[layer])
        new[f"{prefix}weights[{layer}]"] = np.array(units.weights[layer])
        new[f"{prefix}biases[{layer}]"] = np.array(units.biases[layer])
    return changed, new
