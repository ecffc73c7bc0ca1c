"""Whether everything that a lesson's experiment names exists: data set, rule, loss and the rest, with their options."""

from __future__ import annotations

from nlcore import discovery
from nlcore.errors import ExperimentError, unknown
from nlcore.experiment import Choice, Experiment, Record, convert


def check_names(experiment: Experiment) -> None:
    """Check that everything an experiment names exists and takes its options; no data is loaded.

    Raises
    ------
    ExperimentError
        With the dotted name of the field.
    """
    from nlcore import activations, initializers, losses, ordering, schedules

    discovery.find("nlcore.families", "FAMILY", experiment.family.name, "family", "family")
    dataset = discovery.find("nlcore.datasets", "DATASET", experiment.dataset.name, "data set", "dataset")
    _check_options(experiment.dataset, dataset.options, "dataset")
    training = experiment.training
    discovery.find("nlcore.rules", "RULE", training.rule, "rule", "training.rule")
    losses.loss(training.loss)
    ordering.order_code(training.order)
    schedules.schedule(training.schedule)
    for i, name in enumerate(experiment.network.activations if experiment.network else ()):
        activations.activation(name, f"network.activations[{i}]")
    where = "training.initializer"
    if training.initializer.name not in initializers.INITIALIZERS:
        raise ExperimentError(unknown("initializer", training.initializer.name, initializers.INITIALIZERS, where))
    _check_options(training.initializer, initializers.INITIALIZERS[training.initializer.name].options, where)


def _check_options(choice: Choice, options: type[Record], where: str) -> None:
    convert(choice.options_dict(), options, place=where)
