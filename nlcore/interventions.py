"""What a person may change in the middle of a run: a setting, a weight, an example.

An intervention is a frozen record with the moment at which it happens. Applying it is a pure function from a trainer
and a state to a trainer and a state, so a run with interventions can be computed again as exactly as one without.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Annotated, Any, Final

import msgspec
import numpy as np
from msgspec import Meta
from msgspec.structs import force_setattr
from numpy.typing import NDArray

from nlcore.data_edits import DataEdit, ExampleEdit, adds_or_deletes, changed_data, label_of
from nlcore.early_stopping import SINCE
from nlcore.errors import ExperimentError
from nlcore.experiment import Choice, Experiment, Record, convert
from nlcore.network import Layout
from nlcore.records import Address, TrainState, read_only
from nlcore.trainer import Trainer

LIVE: Final = (
    "learning_rate",
    "momentum",
    "schedule",
    "penalty",
    "weight_decay",
    "dropout",
    "clip_norm",
    "frozen",
    "tied",
    "stop",
)
"""The settings under `training` that may change during a run."""
WITHOUT_LAYERS = "params"
"""The one block of parameters of a model that has no layers; its index is a single number."""
NAMES = {"frozen": "frozen weights", "tied": "tied weights", "stop": "stop rules", "clip_norm": "longest gradient"}


class SettingsChange(Record, frozen=True, tag_field="kind", tag="settings"):
    """Other settings from the next presentation on.

    Attributes
    ----------
    settings : tuple of (str, object)
        Dotted names such as ``"training.learning_rate"`` (only those of `LIVE` and what is below them) and values;
        tables and lists are held as choices and tuples.
    """

    settings: tuple[tuple[str, Any], ...]

    def __post_init__(self) -> None:
        """Check the names and freeze the values."""
        for name, _ in self.settings:
            first, _, rest = name.partition(".")
            if first != "training" or rest.partition(".")[0] not in LIVE:
                raise ExperimentError(f"{name}: cannot change during a run; change it in the experiment for a new run")
        force_setattr(self, "settings", tuple((name, _frozen(value)) for name, value in self.settings))

    @classmethod
    def of(cls, settings: Mapping[str, object]) -> SettingsChange:
        """Build a change from dotted names and plain values."""
        return cls(tuple(settings.items()))

    def plain(self) -> dict[str, object]:
        """Return dotted names and plain values, for `Experiment.replace`."""
        return {name: _thawed(value) for name, value in self.settings}


class WeightEdit(Record, frozen=True, tag_field="kind", tag="weights"):
    """Other values for some weights; the last changes, which momentum repeats, stay.

    Attributes
    ----------
    edits : tuple of (Address, float)
        Which parameters, and their new values. A model without layers calls its one block ``"params"``.
    """

    edits: Annotated[tuple[tuple[Address, float], ...], Meta(min_length=1)]

    def __post_init__(self) -> None:
        """Check the numbers."""
        for address, value in self.edits:
            if not math.isfinite(value):
                raise ExperimentError(f"{_written(address)}: {value} is not a finite number; give another value")
        edits = ((Address(a.block, tuple(_whole(i, a) for i in a.index)), float(value)) for a, value in self.edits)
        force_setattr(self, "edits", tuple(edits))

    @classmethod
    def of(cls, address: Address, value: float) -> WeightEdit:
        """Build the edit of one weight."""
        return cls(((address, value),))


Change = SettingsChange | WeightEdit | DataEdit


class Intervention(Record, frozen=True):
    """A change and its moment.

    Attributes
    ----------
    at : int
        Presentations before it.
    change : SettingsChange, WeightEdit or DataEdit
        What happens.
    """

    at: Annotated[int, Meta(ge=0, le=2**53)]
    change: Change

    def to_builtins(self) -> dict[str, Any]:
        """Return it as dictionaries, tuples, texts and numbers; `from_builtins` gives an equal one back."""
        built: dict[str, Any] = msgspec.to_builtins(self, enc_hook=_thawed)
        return built

    @classmethod
    def from_builtins(cls, value: object, where: str = "") -> Intervention:
        """Build an intervention from plain values.

        Parameters
        ----------
        value : object
            What `to_builtins` returned, perhaps after it was written to a file.
        where : str
            Put before the message of an error.

        Raises
        ------
        ExperimentError
            If a field is wrong.
        """
        return convert(value, cls, where)


def apply(trainer: Trainer, state: TrainState, intervention: Intervention) -> tuple[Trainer, TrainState]:
    """Return what trains from here on, and the state it goes on from.

    Parameters
    ----------
    trainer : Trainer
        What has trained so far.
    state : TrainState
        The state at the moment of the intervention.
    intervention : Intervention
        What happens.

    Raises
    ------
    ExperimentError
        If a setting or a weight does not exist, or does not fit the rest.
    DataError
        If an example does not exist, or does not fit the data set.
    ValueError
        If the state is one of another moment.
    """
    if state.counters.presentations != intervention.at:
        raise ValueError(f"an intervention at {intervention.at} meets a state at {state.counters.presentations}")
    return changed_trainer(trainer, intervention.change), changed_state(trainer, state, intervention.change)


def changed_trainer(trainer: Trainer, *changes: Change) -> Trainer:
    """Return the trainer after changes; after weight edits alone it is the same. Errors as in `apply`."""
    model, experiment, edits = trainer.model, trainer.experiment, list[ExampleEdit]()
    for change in changes:
        if isinstance(change, SettingsChange):
            experiment = experiment.replace(change.plain())
        elif isinstance(change, DataEdit):
            edits += change.edits
    if experiment is trainer.experiment and not edits:
        return trainer
    data = changed_data(model.data, DataEdit(tuple(edits))) if edits else model.data
    return Trainer(experiment, data, model.kernel)


def changed_state(trainer: Trainer, state: TrainState, change: Change) -> TrainState:
    """Return the state after a change, given the trainer before it. Errors as in `apply`.

    An epoch in which a weight or the data were changed does not count as one without an update: training goes on.
    """
    anew: dict[str, NDArray[Any]] = {}
    if is_measured(change) and "updates_in_epoch" in state.extra:
        anew["updates_in_epoch"] = read_only(np.array(max(int(state.extra["updates_in_epoch"]), 1)))
    if SINCE in state.extra:  # what early stopping waits for may come now
        anew[SINCE] = read_only(np.array(0))
    if anew:
        state = replace(state, extra=MappingProxyType({**state.extra, **anew}))
    if isinstance(change, WeightEdit):
        params = state.params.copy()
        for address, value in change.edits:
            params[_with_tied(trainer, _place(trainer, address))] = value
        return replace(state, params=read_only(params))
    counters = state.counters
    if ends_epoch(change) and counters.position_in_epoch:
        return replace(state, counters=replace(counters, epochs=counters.epochs + 1, position_in_epoch=0))
    return state


def ends_epoch(change: Change) -> bool:
    """Tell whether a new epoch begins after a change."""
    return isinstance(change, DataEdit) and adds_or_deletes(change)


def is_measured(change: Change) -> bool:
    """Tell whether a change shows at once in the measurements."""
    return not isinstance(change, SettingsChange)


def label(change: Change, experiment: Experiment) -> str:
    """Say a change in a few words.

    Parameters
    ----------
    change : SettingsChange, WeightEdit or DataEdit
        What happens.
    experiment : Experiment
        The one in force before it, for the old values.
    """
    if isinstance(change, SettingsChange):
        return ", ".join(_setting_label(name, value, experiment) for name, value in change.plain().items())
    if isinstance(change, WeightEdit):
        said = " and ".join(f"{_weight_name(address, experiment)} = {value:.4g}" for address, value in change.edits[:2])
        return said + (f" and {len(change.edits) - 2} more" if len(change.edits) > 2 else "")
    return label_of(change)


def _weight_name(address: Address, experiment: Experiment) -> str:
    """Name a weight in words, counting from 1.

    As the lecture does where there is only one unit, w0 being its bias; else by the unit and where the weight comes
    from. The two numbers of a function are x and y.
    """
    if experiment.network is None:
        return "xy"[address.index[0]] if address.index[0] < 2 else _written(address)
    layers = experiment.network.layers
    if layers[1:] == (1,):
        return "weight w0" if address.block == "biases[0]" else f"weight w{address.index[-1] + 1}"
    block, _, number = address.block.rstrip("]").partition("[")
    unit = _unit_name(int(number) + 1, address.index[0], layers)
    if block == "biases":
        return f"bias of {unit}"
    return f"weight from {_unit_name(int(number), address.index[1], layers)} to {unit}"


def _unit_name(layer: int, unit: int, layers: tuple[int, ...]) -> str:
    """Name a unit: layer 0 are the inputs, and a number is left out where there is nothing to tell apart."""
    of = f" of layer {layer}" if len(layers) > 3 and 0 < layer < len(layers) - 1 else ""
    kind = "input" if layer == 0 else "output unit" if layer == len(layers) - 1 else "hidden unit"
    return f"{kind} {unit + 1}{of}" if layers[layer] > 1 else f"the {kind}{of}"


def _setting_label(name: str, value: object, experiment: Experiment) -> str:
    old: object = experiment.to_dict()
    for part in name.split("."):
        old = old.get(part) if isinstance(old, dict) else None
    path = name.split(".")[1:]
    path[0] = NAMES.get(path[0], path[0])
    shown = [_shown(old), _shown(value)]
    words = " ".join(path).replace("_", " ")
    return f"{words} {shown[0]} -> {shown[1]}" if all(shown) else f"{words} changed"


def _shown(value: object) -> str:
    """Write a short value; longer ones have no text."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, int | float):
        return f"{value:.4g}"
    return value if isinstance(value, str) else ""


def _with_tied(trainer: Trainer, place: int) -> list[int]:
    """Return a place, together with those that share its value."""
    options = getattr(getattr(trainer.model, "problem", None), "options", None)
    groups = options.groups() if options is not None else []
    return next((group for group in groups if place in group), [place])


def _place(trainer: Trainer, address: Address) -> int:
    layout = getattr(trainer.model, "layout", None)
    if isinstance(layout, Layout):
        return layout.index(address)
    if address.block != WITHOUT_LAYERS:
        raise ExperimentError(f"no parameters are called {address.block!r}; there are {WITHOUT_LAYERS}")
    if len(address.index) != 1 or not 0 <= address.index[0] < trainer.model.n_params:
        shape = (trainer.model.n_params,)
        raise ExperimentError(f"{address.block} has shape {shape}; {address.index} is outside it")
    return address.index[0]


def _whole(index: object, address: Address) -> int:
    try:
        return operator.index(index)  # type: ignore[arg-type]  # this is what is tried
    except TypeError:
        raise ExperimentError(
            f"{_written(address)}: {index!r} is not a whole number; give the place of one weight, counted from 0"
        ) from None


def _written(address: Address) -> str:
    return address.block + str(list(address.index))


def _frozen(value: object) -> object:
    """Return a value with all tables as choices (without a name where they have none) and all lists as tuples."""
    if isinstance(value, Choice):
        return value.name if value.name and not value.options else value
    if isinstance(value, Mapping):
        return _frozen(Choice.parse({"name": "", **value}))
    if isinstance(value, list | tuple):
        return tuple(_frozen(item) for item in value)
    return value


def _thawed(value: object) -> object:
    if isinstance(value, Choice):
        return value.to_builtins() if value.name else value.options_dict()
    if isinstance(value, tuple):
        return [_thawed(item) for item in value]
    return value
