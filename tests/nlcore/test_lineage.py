"""Trainers of edited runs: few are kept, and those made again train as the first ones did."""

from __future__ import annotations

import gc
import weakref

import numpy as np
import pytest

from nlcore import lineage
from nlcore.data_edits import AddExample, DataEdit, DeleteExample, MoveExample, RelabelExample
from nlcore.datasets import Data, ExampleSet, no_examples
from nlcore.errors import DataError, ExperimentError
from nlcore.history import History
from nlcore.interventions import Change, SettingsChange, WeightEdit
from nlcore.lineage import MOST_KEPT, Descent
from nlcore.records import Address
from nlcore.run_tree import RunTree
from nlcore.trainer import Trainer
from tests.nlcore.examples import xor

CHANGES: tuple[Change, ...] = (
    DataEdit.of(MoveExample(1, (0.5, 0.25))),
    DataEdit.of(AddExample((2.0, 2.0), (1.0,))),
    SettingsChange.of({"training.learning_rate": 0.25}),
    DataEdit.of(MoveExample(4, (3.0, 3.0)), RelabelExample(4, (0.0,))),
    WeightEdit.of(Address("biases[0]", (0,)), 1.0),
    DataEdit.of(DeleteExample(0)),
    SettingsChange.of({"training.momentum": 0.5, "training.penalty": {"strength": 0.01}}),
    DataEdit.of(AddExample((4.0, 4.0), (0.0,)), RelabelExample(0, (0.0,))),
    DataEdit.of(DeleteExample(4), MoveExample(0, (7.0, 7.0))),
)


def same(one: Trainer, other: Trainer) -> bool:
    first, second = one.model.data, other.model.data
    assert first is not None
    assert second is not None
    return (
        one.experiment == other.experiment
        and first.training.names == second.training.names
        and first.training.inputs.tolist() == second.training.inputs.tolist()
        and first.training.targets.tolist() == second.training.targets.tolist()
    )


def test_trainers_that_were_let_go_of_are_made_again() -> None:
    descent = Descent(Trainer(xor()))
    descents, made = [descent], [descent.trainer]
    for change in CHANGES:
        descents.append(descents[-1].after(change))
        made.append(descents[-1].trainer)
    assert descents[-1].trainer is made[-1]
    assert made[-1].model.data is not None
    assert made[-1].model.data.training.names == ("0 XOR 1", "1 XOR 0", "1 XOR 1", "new 1")
    assert sum(one.trainer is trainer for one, trainer in zip(descents[1:3], made[1:3], strict=True)) == 0
    for one, trainer in [*zip(descents, made, strict=True), *reversed([*zip(descents, made, strict=True)])]:
        assert same(one.trainer, trainer)
    assert descents[0].trainer is made[0]


def test_a_change_that_does_not_fit_leaves_no_trace() -> None:
    descent = Descent(Trainer(xor()))
    with pytest.raises(DataError, match="no training example 9"):
        descent.after(DataEdit.of(DeleteExample(9)))
    with pytest.raises(ExperimentError):
        descent.after(SettingsChange.of({"training.momentum": 2.0}))
    assert same(descent.trainer, Trainer(xor()))


def many(n: int) -> Trainer:
    inputs = np.random.default_rng(3).normal(size=(n, 2))
    data = Data(
        name="many", source="made up", training=ExampleSet.of(inputs, inputs[:, :1] > 0), validation=no_examples(2, 1),
        test=no_examples(2, 1), input_names=("a", "b"), output_names=("o",),
    )  # fmt: skip
    return Trainer(xor(), data)


def test_of_many_moved_examples_few_copies_are_kept() -> None:
    tree, copies = RunTree(History(many(50))), []
    for i in range(60):
        history = tree.current.history
        history.record(history.trainer.advance(history.head, 3))
        tree.fork(history.head.counters.presentations, DataEdit.of(MoveExample(i % 50, (float(i), 0.0))))
        data = tree.current.history.trainer.model.data
        assert data is not None
        copies.append(weakref.ref(data.training.inputs))
    del data
    gc.collect()
    in_kernels = 8  # those that were trained on last
    assert sum(copy() is not None for copy in copies) <= MOST_KEPT + in_kernels
    assert copies[-1]() is not None


@pytest.mark.parametrize("kept", [1, 4])
def test_states_of_a_run_with_many_edits_come_back(monkeypatch: pytest.MonkeyPatch, kept: int) -> None:
    monkeypatch.setattr(lineage, "MOST_KEPT", kept)
    history, heads = History(Trainer(xor())), []
    for i in range(25):
        history.record(history.trainer.advance(history.head, 3))
        history = history.fork(3 * i + 3, CHANGES[i % 2] if i % 3 else CHANGES[3 if i else 0])
        heads.append(history.head)
    fresh = history.fork(history.head.counters.presentations, CHANGES[4])
    for head in [*heads[:-1], *reversed(heads[:-1])]:
        assert fresh.state_at(head.counters.presentations).same_bits(head)
