"""An experiment: everything that decides how a training run goes, written down before it starts.

It is a frozen record of names and numbers: which family of models, which data, which network, which rule with
which settings, and one seed. It comes from a lesson file or a dictionary and goes back to one unchanged. It only
checks itself for form and range; whether the names exist and fit together is found out by the `Trainer`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal, TypeVar

import msgspec
from msgspec import Meta, Struct

from nlcore.errors import ExperimentError
from nlcore.field_errors import not_finite, on_one_line, sentence

T = TypeVar("T")
Positive = Annotated[int, Meta(ge=1, le=2**53)]
Length = Annotated[float, Meta(gt=0.0)]
Count = Annotated[int, Meta(ge=0, le=2**53)]


def _freeze(value: object) -> object:
    if isinstance(value, Mapping):
        return Choice("", tuple(sorted((str(k), _freeze(v)) for k, v in value.items())))
    if isinstance(value, list | tuple):
        return tuple(_freeze(item) for item in value)
    return value


def _thaw(value: object) -> object:
    if isinstance(value, Choice):
        return {k: _thaw(v) for k, v in value.options}
    if isinstance(value, tuple):
        return [_thaw(item) for item in value]
    return value


class Choice:
    """The name of a thing that is found by name, with its own options; immutable.

    Written as ``"zero"`` or as ``{name = "uniform", low = -0.5, high = 0.5}``.

    Parameters
    ----------
    name : str
        What is chosen.
    options : tuple of (str, object)
        Sorted by name; lists are held as tuples.
    """

    __slots__ = ("name", "options")
    name: Final[str]
    options: Final[tuple[tuple[str, object], ...]]

    def __init__(self, name: str, options: tuple[tuple[str, object], ...] = ()) -> None:
        self.name = name
        self.options = options

    def __eq__(self, other: object) -> bool:
        """Compare names and options."""
        return isinstance(other, Choice) and (self.name, self.options) == (other.name, other.options)

    def __hash__(self) -> int:
        """Hash the name and the options."""
        return hash((self.name, self.options))

    def __repr__(self) -> str:
        """Show it as it is written in a lesson file."""
        return f"Choice.parse({self.to_builtins()!r})"

    @classmethod
    def parse(cls, value: object) -> Choice:
        """Build a choice from a name or a mapping with a ``name``.

        Raises
        ------
        ValueError
            If it is neither.
        """
        if isinstance(value, Choice):
            return value
        if isinstance(value, str):
            return cls(value)
        if isinstance(value, Mapping) and isinstance(value.get("name"), str):
            options = sorted((str(k), _freeze(v)) for k, v in value.items() if k != "name")
            return cls(value["name"], tuple(options))
        raise ValueError('expected a name or a table such as {name = "..."}')

    def options_dict(self) -> dict[str, object]:
        """Return the options as a plain dictionary."""
        return {k: _thaw(v) for k, v in self.options}

    def to_builtins(self) -> object:
        """Return the name alone where there are no options, else a dictionary."""
        return {"name": self.name, **self.options_dict()} if self.options else self.name


class Record(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Base of the parts of an experiment: frozen, and strict about unknown fields."""


class Network(Record, frozen=True):
    """Layers of units, the inputs counted as layer 0."""

    layers: Annotated[tuple[Positive, ...], Meta(min_length=2, description="Units in each layer, inputs first.")]
    activations: Annotated[
        tuple[str, ...], Meta(min_length=1, description="Activation of each layer after the inputs.")
    ]

    def __post_init__(self) -> None:
        """Check that every layer after the inputs has an activation."""
        if len(self.activations) != len(self.layers) - 1:
            raise ValueError(
                f"{len(self.layers)} layers need {len(self.layers) - 1} activations (the input layer has none), "
                f"but {len(self.activations)} were given"
            )


class Every(Record, frozen=True):
    """How often to measure."""

    every: Annotated[
        Positive, Meta(description="How many of them lie between two measurements.", extra={"title": "measure every"})
    ] = 1
    unit: Annotated[
        Literal["epoch", "presentation"],
        Meta(description="What is counted between two measurements.", extra={"title": "measure: count"}),
    ] = "epoch"


class Stop(Record, frozen=True):
    """When a run is over. Any one of the conditions is enough; without any it runs until it is paused.

    `all_correct`, `loss_below` and `patience` are looked at where the curves are measured, `no_update` at the end of an
    epoch, `epochs` and `updates` always.
    """

    epochs: Annotated[
        Count | None, Meta(description="After this many epochs.", extra={"title": "stop after epochs"})
    ] = None
    updates: Annotated[
        Count | None, Meta(description="After this many weight updates.", extra={"title": "stop after updates"})
    ] = None
    all_correct: Annotated[
        bool,
        Meta(
            description="When every training example is classified correctly.", extra={"title": "stop when all correct"}
        ),
    ] = False
    loss_below: Annotated[
        float | None, Meta(description="When the training loss is below this.", extra={"title": "stop at loss below"})
    ] = None
    gradient_below: Annotated[
        Annotated[float, Meta(gt=0.0)] | None,
        Meta(
            description="When the gradient of a function is shorter than this.",
            extra={"title": "stop at gradient below"},
        ),
    ] = None
    no_update: Annotated[
        bool,
        Meta(description="After an epoch in which no weight was changed.", extra={"title": "stop without updates"}),
    ] = False
    patience: Annotated[
        Positive | None,
        Meta(
            description="After so many measurements in a row without a lower validation loss (early stopping).",
            extra={"title": "stop early: patience"},
        ),
    ] = None

    @property
    def has_end(self) -> bool:
        """Whether any condition is set."""
        limits = (self.epochs, self.updates, self.loss_below, self.gradient_below, self.patience)
        return self.all_correct or self.no_update or any(limit is not None for limit in limits)


class Penalty(Record, frozen=True):
    """A term that is added to the loss: strength times the sum of the squared weights."""

    strength: Annotated[
        float, Meta(ge=0.0, description="How much large weights cost.", extra={"symbol": "\\gamma"})
    ] = 0.0
    biases: Annotated[
        bool,
        Meta(description="Whether biases count too, as in the lecture's sum.", extra={"title": "penalty on biases"}),
    ] = True


class Dropout(Record, frozen=True):
    """The probability with which a unit is left out of one presentation."""

    hidden: Annotated[float, Meta(ge=0.0, lt=1.0, description="Probability of leaving out a hidden unit.")] = 0.0
    inputs: Annotated[float, Meta(ge=0.0, lt=1.0, description="Probability of leaving out an input.")] = 0.0


class Training(Record, frozen=True):
    """The learning rule and its settings."""

    rule: Annotated[str, Meta(description="The learning rule.")] = "backpropagation"
    loss: Annotated[str, Meta(description="The function that is minimised.")] = "squared_error"
    mode: Annotated[
        Literal["incremental", "mini_batch", "batch"],
        Meta(description="Update after each example, after a few, or after all of them."),
    ] = "incremental"
    batch_size: Annotated[Positive, Meta(description="Examples per update in mini_batch mode.")] = 32
    gradient: Annotated[
        Literal["sum", "mean"],
        Meta(description="Whether a batch adds its examples' gradients up, as in the lecture, or takes their mean."),
    ] = "sum"
    order: Annotated[str, Meta(description="The order in which examples are shown.")] = "fixed"
    initializer: Annotated[Choice, Meta(description="How the start weights are drawn.")] = Choice("uniform")
    learning_rate: Annotated[
        float,
        Meta(ge=0.0, description="How far one update moves the weights.", extra={"symbol": "\\eta"}),
    ] = 0.1
    momentum: Annotated[
        float,
        Meta(
            ge=0.0,
            lt=1.0,
            description="Share of the last weight change that is repeated.",
            extra={"symbol": "\\alpha"},
        ),
    ] = 0.0
    schedule: Annotated[Choice, Meta(description="How the learning rate falls with the number of updates.")] = Choice(
        "constant"
    )
    penalty: Penalty = Penalty()
    weight_decay: Annotated[
        float,
        Meta(
            ge=0.0,
            lt=1.0,
            description="Share of every weight that is lost at each update.",
            extra={"symbol": "\\lambda"},
        ),
    ] = 0.0
    dropout: Dropout = Dropout()
    clip_norm: Annotated[
        Length | None,
        Meta(
            description="Greatest length of a gradient; longer ones are shortened.", extra={"title": "longest gradient"}
        ),
    ] = None
    frozen: Annotated[
        tuple[str, ...],
        Meta(
            description='Weights that stay as they are: "weights[0]", "biases[1][0]", "weights[0][:,2]".',
            extra={"title": "frozen weights"},
        ),
    ] = ()
    tied: Annotated[
        tuple[Annotated[tuple[str, ...], Meta(min_length=1)], ...],
        Meta(
            description="Groups of weights that share one value, the mean of what each would have become.",
            extra={"title": "tied weights"},
        ),
    ] = ()
    evaluate_every: Every = Every()
    stop: Stop = Stop()


class Experiment(Record, frozen=True):
    """Everything that decides how a run goes.

    Attributes
    ----------
    family : Choice
        The family of models, for example ``feedforward``.
    dataset : Choice
        The data set and its options.
    network : Network or None
        The layers, for families that have them.
    training : Training
        The rule and its settings.
    seed : int
        Governs start weights, order and dropout, and nothing else.
    """

    family: Annotated[Choice, Meta(description="What kind of model is trained.")] = Choice("feedforward")
    dataset: Annotated[Choice, Meta(description="The examples.", extra={"title": "data set"})] = Choice("none")
    network: Network | None = None
    training: Training = Training()
    seed: Annotated[int, Meta(ge=0, le=2**53, description="Start weights and order follow from it.")] = 1

    @classmethod
    def from_dict(cls, mapping: Mapping[str, Any], where: str = "") -> Experiment:
        """Build an experiment from nested dictionaries.

        Raises
        ------
        ExperimentError
            With the dotted name of the wrong field.
        """
        return convert(mapping, cls, where)

    def to_dict(self) -> dict[str, Any]:
        """Return nested dictionaries of plain values; `from_dict` gives the same experiment back."""
        built: dict[str, Any] = msgspec.to_builtins(self, enc_hook=_encode)
        return _without_none(built)

    def replace(self, changes: Mapping[str, Any], where: str = "") -> Experiment:
        """Return a checked copy with some fields changed.

        Parameters
        ----------
        changes : mapping of str to object
            Dotted field names to values, for example ``{"training.momentum": 0.0}``.
        where : str
            What the changes come from, for the error message.
        """
        tree = self.to_dict()
        for name in _names_first(changes):
            _assign(tree, name, changes[name], where)
        return Experiment.from_dict(tree, where)


def convert(value: object, kind: type[T], where: str = "", place: str = "") -> T:
    """Turn plain values into a record, checking every field.

    Parameters
    ----------
    value : object
        Dictionaries, lists, strings and numbers.
    kind : type
        The record to build.
    where : str
        Put before the message, for example the lesson's file.
    place : str
        Dotted name of the value in the whole, put before the field.

    Raises
    ------
    ExperimentError
        Naming the field that is wrong.
    """
    said = not_finite(value, place)
    if said:
        raise ExperimentError(on_one_line(f"{where}: {said}" if where else said))
    try:
        return msgspec.convert(value, kind, dec_hook=_decode)
    except msgspec.ValidationError as error:
        raise ExperimentError(sentence(str(error), value, kind, where, place)) from None


def field_names(kind: type[Struct]) -> tuple[str, ...]:
    """Return the names of a record's fields."""
    return tuple(field.name for field in msgspec.structs.fields(kind))


def _decode(kind: type[Any], value: object) -> object:
    if kind is Choice:
        return Choice.parse(value)
    raise NotImplementedError(kind)


def _encode(value: object) -> object:
    if isinstance(value, Choice):
        return value.to_builtins()
    raise NotImplementedError(type(value))


def _without_none(tree: dict[str, Any]) -> dict[str, Any]:
    return {k: _without_none(v) if isinstance(v, dict) else v for k, v in tree.items() if v is not None}


def _names_first(changes: Mapping[str, Any]) -> list[str]:
    """Return the fields to change in their order, but the name of a thing before its options."""
    found = list(changes)
    for name in changes:
        if name.endswith(".name"):
            stem = name.removesuffix("name")
            first = next(i for i, other in enumerate(found) if other.startswith(stem))
            found.insert(first, found.pop(found.index(name)))
    return found


def _assign(tree: dict[str, Any], name: str, value: object, where: str) -> None:
    *parents, last = name.split(".")
    for parent in parents:
        inner = tree.setdefault(parent, {})
        if isinstance(inner, str):  # a choice written as a bare name gains options
            inner = tree[parent] = {"name": inner}
        if not isinstance(inner, dict):
            raise ExperimentError(f"{where + ': ' if where else ''}{name}: {parent} has no fields")
        tree = inner
    if isinstance(tree.get(last), dict) and "name" in tree[last] and isinstance(value, str):
        value = {"name": value}  # another name: the old one's options do not carry over
    if last == "name" and tree.get("name", value) != value:
        tree.clear()
    tree[last] = value
