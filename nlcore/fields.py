"""The settings of an experiment as a list of fields: what each is called, may be, means, and whether it may change now.

Everything comes from the declared records: ranges, sentences, symbols, the options of the chosen data set, initializer
and schedule. A form, a table or a help page can be built from it without knowing a single setting by name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Literal

import msgspec
from msgspec import inspect

from nlcore import datasets, discovery
from nlcore.activations import ACTIVATIONS
from nlcore.directions import DIRECTIONS
from nlcore.experiment import Choice, Experiment, Network, Record
from nlcore.families import Family
from nlcore.families.function import IDLE, UNUSED
from nlcore.initializers import INITIALIZERS
from nlcore.interventions import LIVE
from nlcore.losses import LOSSES
from nlcore.objectives import OBJECTIVES, OWN
from nlcore.ordering import ORDERS
from nlcore.schedules import SCHEDULES
from nlcore.step_lengths import STEP_LENGTHS
from nlcore.theory.regions import OWN as OWN_REGION

Kind = Literal["number", "integer", "switch", "choice", "text", "list", "other"]
OptionsOf = Callable[[str], type[Record]]


@dataclass(frozen=True, slots=True)
class Field:
    """One setting.

    Attributes
    ----------
    name : str
        Dotted, as in ``--set training.learning_rate=0.3``.
    kind : str
        What a value is: "number", "integer", "switch" (true or false), "choice" (one of `choices`), "text", "list" (of
        numbers or texts, written as in a lesson file) or "other".
    value : object
        As it stands in the experiment, in plain types; None where an optional setting is not set.
    default : object
        What it is when nothing is said; None if something must be said.
    optional : bool
        Whether it may be left out.
    low, high : float or None
        Bounds of a number; None without one.
    choices : tuple of str
        What may be chosen.
    help : str
        One sentence.
    symbol : str
        The lecture's letter in LaTeX, or an empty text.
    is_live : bool
        Whether it may change in the middle of a run; otherwise a change begins a new one.
    is_used : bool
        False where another setting makes this one idle, for example the batch size in incremental mode.
    title : str
        What to call it where the words of its name would be poor; see `label`.
    """

    name: str
    kind: Kind
    value: object
    default: object = None
    optional: bool = False
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()
    help: str = ""
    symbol: str = ""
    is_live: bool = False
    is_used: bool = True
    title: str = ""

    @property
    def label(self) -> str:
        """The title if it has one, else the last parts of the name as words: "Penalty strength"."""
        parts = [part for part in self.name.split(".") if part not in ("training", "dataset", "network")]
        words = self.title or " ".join(parts or [self.name]).replace("_", " ")
        return words[:1].upper() + words[1:]


@cache
def _named() -> dict[str, tuple[str, ...]]:
    """Return the settings that name a thing, and the names there are."""
    return {
        "training.rule": discovery.names("nlcore.rules"),
        "training.loss": tuple(LOSSES),
        "training.order": tuple(ORDERS),
        "training.initializer": tuple(INITIALIZERS),
        "training.schedule": tuple(SCHEDULES),
        "dataset": discovery.names("nlcore.datasets"),
        "family": discovery.names("nlcore.families"),
        "family.function": (*OBJECTIVES, OWN),
        "family.direction": tuple(DIRECTIONS),
        "family.step_length": tuple(STEP_LENGTHS),
    }


def _dataset_options(name: str) -> type[Record]:
    found: datasets.Dataset = discovery.find("nlcore.datasets", "DATASET", name, "data set", "dataset")
    return found.options


def _family_options(name: str) -> type[Record]:
    found: Family = discovery.find("nlcore.families", "FAMILY", name, "family", "family")
    return found.options


OPTIONS: dict[str, OptionsOf] = {
    "dataset": _dataset_options,
    "family": _family_options,
    "training.initializer": lambda name: INITIALIZERS[name].options,
    "training.schedule": lambda name: SCHEDULES[name][0],
}
"""Choices with options of their own, and where the options are declared."""


def fields(experiment: Experiment) -> tuple[Field, ...]:
    """Return every setting of an experiment, in the order in which they are declared.

    Parameters
    ----------
    experiment : Experiment
        The options of its data set, initializer and schedule are among the fields.
    """
    tree = experiment.to_dict()
    found: list[Field] = []
    for declared in _declared(Experiment):
        if declared.name == "network":
            if experiment.network is not None:
                found += _network_fields(experiment.network)
        else:
            found += _fields_of(declared, declared.name, tree)
    return tuple(replace(field, is_used=_is_used(field.name, experiment)) for field in found)


def _network_fields(network: Network) -> list[Field]:
    layers, activations = _declared(Network)
    return [
        replace(_field(layers, "network.layers"), value=list(network.layers)),
        replace(
            _field(activations, "network.activations"), value=list(network.activations), choices=tuple(ACTIVATIONS)
        ),
    ]


def _declared(record: type[msgspec.Struct]) -> tuple[inspect.Field, ...]:
    described = inspect.type_info(record)
    assert isinstance(described, inspect.StructType)
    return described.fields


def _fields_of(declared: inspect.Field, name: str, tree: Mapping[str, Any]) -> list[Field]:
    """Return the field of one declaration, or those of the record or choice it stands for."""
    value = tree.get(name.rpartition(".")[2], _default(declared))
    kind, _ = _unwrapped(declared.type)
    if isinstance(kind, inspect.StructType):
        inner = value if isinstance(value, Mapping) else {}
        return [field for part in kind.fields for field in _fields_of(part, f"{name}.{part.name}", inner)]
    if isinstance(kind, inspect.CustomType) and kind.cls is Choice:
        return _choice_fields(declared, name, Choice.parse(value))
    return [replace(_field(declared, name), value=_plain(value))]


def _choice_fields(declared: inspect.Field, name: str, chosen: Choice) -> list[Field]:
    first = replace(_field(declared, name), kind="choice", value=chosen.name, choices=_named().get(name, ()))
    if name not in OPTIONS or chosen.name not in first.choices:
        return [first]
    options, given = _declared(OPTIONS[name](chosen.name)), chosen.options_dict()
    return [first, *(field for part in options for field in _fields_of(part, f"{name}.{part.name}", given))]


def _field(declared: inspect.Field, name: str) -> Field:
    """Read name, kind, bounds and sentence from a declaration; the value is its default."""
    kind, said = _unwrapped(declared.type)
    optional = False
    if isinstance(kind, inspect.UnionType):
        optional = kind.includes_none
        rest = [part for part in kind.types if not isinstance(part, inspect.NoneType)]
        kind, inner = _unwrapped(rest[0]) if len(rest) == 1 else (kind, {})
        said = {**inner, **said}
    default = _default(declared)
    names = _named().get(name, ())
    live = name.startswith("training.") and name.split(".")[1] in LIVE
    return Field(
        name=name,
        kind="choice" if names or isinstance(kind, inspect.LiteralType) else _kind(kind),
        value=default,
        default=default,
        optional=optional,
        low=_bound(kind, "ge", "gt"),
        high=_bound(kind, "le", "lt"),
        choices=names or (tuple(map(str, kind.values)) if isinstance(kind, inspect.LiteralType) else ()),
        help=said.get("description", ""),
        symbol=said.get("symbol", ""),
        title=said.get("title", ""),
        is_live=live,
    )


def _unwrapped(kind: inspect.Type) -> tuple[inspect.Type, dict[str, Any]]:
    """Take the descriptions off a type; return the bare type and what they say, the outermost last."""
    said: dict[str, Any] = {}
    while isinstance(kind, inspect.Metadata):
        said = {**(kind.extra_json_schema or {}), **(kind.extra or {}), **said}
        kind = kind.type
    return kind, said


def _kind(kind: inspect.Type) -> Kind:
    if isinstance(kind, inspect.BoolType):
        return "switch"
    if isinstance(kind, inspect.FloatType):
        return "number"
    if isinstance(kind, inspect.IntType):
        return "integer"
    if isinstance(kind, inspect.StrType):
        return "text"
    return "list" if isinstance(kind, inspect.VarTupleType | inspect.TupleType | inspect.ListType) else "other"


def _bound(kind: inspect.Type, closed: str, open_: str) -> float | None:
    bound = getattr(kind, closed, None)
    return bound if bound is not None else getattr(kind, open_, None)


def _default(declared: inspect.Field) -> Any:
    if declared.default_factory is not msgspec.NODEFAULT:
        return _plain(declared.default_factory())
    return None if declared.default is msgspec.NODEFAULT else _plain(declared.default)


def _plain(value: Any) -> Any:
    if isinstance(value, Choice):
        return value.to_builtins()
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value


def _is_used(name: str, experiment: Experiment) -> bool:
    """Tell whether a setting has any effect beside the others."""
    training = experiment.training
    if name == "training.stop.gradient_below":
        return experiment.family.name == "function"
    if name == "family.formula":
        return experiment.family.options_dict().get("function") == OWN
    if name in ("dataset.m", "dataset.n") and experiment.dataset.name == "logic_gates":
        return experiment.dataset.options_dict().get("gate") == "m_of_n"
    if name.endswith((".polygons", ".holes")):
        chosen = experiment.dataset if name.startswith("dataset.") else training.initializer
        return chosen.options_dict().get("region") == OWN_REGION
    if experiment.family.name != "feedforward":
        return not name.startswith(tuple(f"training.{setting}" for setting in (*UNUSED, *IDLE)))
    if training.rule == "none":
        return not name.startswith("training.") or name.startswith(
            ("training.initializer", "training.rule", "training.loss", "training.penalty")
        )
    if name == "training.batch_size":
        return training.mode == "mini_batch"
    if name == "training.gradient":
        return training.mode != "incremental"
    if name == "training.penalty.biases":
        return training.penalty.strength > 0.0
    if training.rule == "perceptron":
        settings = ("momentum", "penalty", "weight_decay", "dropout", "clip_norm", "tied", "loss", "mode")
        return not name.startswith(tuple(f"training.{setting}" for setting in settings))
    return True
