"""Changes in the middle of a run do what they say, refuse what cannot be, and can be written down."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from nlcore import random
from nlcore.data_edits import AddExample, DataEdit, DeleteExample, ExampleEdit, MoveExample, RelabelExample
from nlcore.errors import DataError, ExperimentError, LabError
from nlcore.experiment import Experiment, Training, field_names
from nlcore.history import History
from nlcore.interventions import LIVE, Change, Intervention, SettingsChange, WeightEdit, apply, label
from nlcore.records import Address, FinishReason, TrainState
from nlcore.trainer import Trainer
from tests.nlcore.examples import gate, xor

NUDGE = WeightEdit.of(Address("weights[0]", (1, 0)), 0.25)


def started(n: int = 6, **changes: Any) -> tuple[Trainer, TrainState]:
    trainer = Trainer(xor(**changes))
    return trainer, trainer.advance(trainer.initial_state(), n)


def after(change: Change, n: int = 6, **changes: Any) -> tuple[Trainer, TrainState]:
    trainer, state = started(n, **changes)
    return apply(trainer, state, Intervention(n, change))


def test_a_new_rate_acts_from_the_next_presentation() -> None:
    trainer, state = started()
    changed, same = apply(trainer, state, Intervention(6, SettingsChange.of({"training.learning_rate": 0.125})))
    assert same is state
    assert changed.experiment == trainer.experiment.replace({"training.learning_rate": 0.125})
    assert changed.model.data is trainer.model.data
    slow, fast = changed.advance(state, 1), trainer.advance(state, 1)
    momentum = 0.9 * state.velocity
    np.testing.assert_allclose((fast.velocity - momentum) / 4, slow.velocity - momentum, rtol=1e-12)


def test_a_run_keeps_its_kernel() -> None:
    trainer = Trainer(xor(), kernel="vectorized")
    changed, _ = apply(trainer, trainer.initial_state(), Intervention(0, SettingsChange.of({"training.momentum": 0.0})))
    assert changed.model.kernel == "vectorized"


@pytest.mark.parametrize("index", [(0.5, 0), (1, 2.0), (float("nan"), 0), ("1", 0)])
def test_the_place_of_a_weight_is_a_whole_number(index: tuple[Any, ...]) -> None:
    with pytest.raises(ExperimentError, match=r"^weights\[0\]\[.*\]: .* is not a whole number; give the place of one"):
        WeightEdit.of(Address("weights[0]", index), 1.0)
    edit = WeightEdit.of(Address("weights[0]", (np.int64(1), np.uint8(0))), 1.0)  # type: ignore[arg-type]
    assert edit == WeightEdit.of(Address("weights[0]", (1, 0)), 1.0)


def test_no_random_draw_comes_twice_where_examples_come_and_go(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each presentation's draw has a key of its own, however long the epochs before it were."""
    drawn: list[tuple[int, int]] = []
    below = random.below

    def noted(stream: int, counter: int, limit: int) -> int:
        drawn.append((stream, counter))
        return below(stream, counter, limit)

    monkeypatch.setattr(random, "below", noted)
    history, used = History(Trainer(xor(training__order="random"))), []
    for edit in (DeleteExample(0), DeleteExample(1), AddExample((1.0, 1.0), (1.0,)), DeleteExample(0)):
        length, problem = history.trainer.model.epoch_length, history.trainer.model.problem  # type: ignore[attr-defined]
        for n in (length, length, 1):  # two epochs, and one that the edit cuts short
            drawn.clear()
            problem.order_at(history.head.counters)
            used += drawn[:n]
            history.record(history.trainer.advance(history.head, n))
        history = history.fork(history.head.counters.presentations, DataEdit.of(edit))
    assert len(used) == history.head.counters.presentations
    assert len(set(used)) == len(used)


@pytest.mark.parametrize("name", ["training.rule", "training.mode", "seed", "network.layers", "learning_rate", ""])
def test_what_makes_another_run_is_refused(name: str) -> None:
    with pytest.raises(ExperimentError, match="for a new run"):
        SettingsChange.of({name: 1})


def test_a_wrong_value_is_refused_with_its_field() -> None:
    with pytest.raises(ExperimentError, match=r"training\.learning_rate"):
        after(SettingsChange.of({"training.learning_rate": -0.5}))


def test_settings_that_may_change_exist() -> None:
    assert set(LIVE) <= set(field_names(Training))


def test_an_edited_weight_changes_nothing_else() -> None:
    trainer, state = started()
    _, edited = apply(trainer, state, Intervention(6, NUDGE))
    place = trainer.model.layout.index(Address("weights[0]", (1, 0)))  # type: ignore[attr-defined]
    assert edited.params[place] == 0.25
    np.testing.assert_array_equal(np.delete(edited.params, place), np.delete(state.params, place))
    assert edited.velocity is state.velocity
    assert edited.counters == state.counters
    assert not edited.params.flags.writeable


def test_several_weights_are_edited_at_once() -> None:
    edits = ((Address("weights[1]", (0, 1)), 2.0), (Address("biases[1]", (0,)), -3.0))
    _, edited = after(WeightEdit(edits))
    assert edited.params[-3:].tolist()[1:] == [2.0, -3.0]


def test_a_model_without_layers_names_its_parameters_by_number() -> None:
    trainer = Trainer(Experiment.from_dict({"family": {"name": "function", "start": [3.0, 1.0]}}))
    start = trainer.initial_state()
    _, edited = apply(trainer, start, Intervention(0, WeightEdit.of(Address("params", (1,)), -2.0)))
    assert edited.params.tolist() == [3.0, -2.0]
    for address in (Address("params", (2,)), Address("weights[0]", (0, 0)), Address("params", (-1,))):
        with pytest.raises(ExperimentError, match="params"):
            apply(trainer, start, Intervention(0, WeightEdit.of(address, 1.0)))
    with pytest.raises(DataError, match="no examples"):
        apply(trainer, start, Intervention(0, DataEdit.of(DeleteExample(0))))


def test_moving_and_relabelling_keep_the_place_in_the_epoch() -> None:
    trainer, state = started()
    for edit in (MoveExample(2, (0.5, -1.0)), RelabelExample(2, (0.0,))):
        changed, same = apply(trainer, state, Intervention(6, DataEdit.of(edit)))
        assert (same.counters, same.params is state.params) == (state.counters, True)
        old, new = trainer.model.data.training, changed.model.data.training  # type: ignore[union-attr]
        assert new.names == old.names
        row = (new.inputs if isinstance(edit, MoveExample) else new.targets)[2].tolist()
        assert row == list(edit.inputs if isinstance(edit, MoveExample) else edit.targets)
        is_other = np.any(np.hstack((new.inputs != old.inputs, new.targets != old.targets)), axis=1)
        assert is_other.tolist() == [False, False, True, False]


@pytest.mark.parametrize(("n", "epochs"), [(0, 0), (4, 1), (6, 2)])
@pytest.mark.parametrize("edit", [AddExample((0.5, 0.5), (1.0,)), DeleteExample(1)])
def test_adding_and_deleting_end_the_epoch(n: int, epochs: int, edit: ExampleEdit) -> None:
    trainer, before = started(n)
    changed, state = apply(trainer, before, Intervention(n, DataEdit.of(edit)))
    assert (state.counters.epochs, state.counters.position_in_epoch) == (epochs, 0)
    assert (state.counters.presentations, state.counters.updates) == (n, n)
    assert state.extra["updates_in_epoch"] == max(1, before.extra["updates_in_epoch"])
    size = 5 if isinstance(edit, AddExample) else 3
    assert changed.model.epoch_length == len(changed.model.data.training.names) == size  # type: ignore[union-attr]
    later = changed.advance(state, size)
    assert (later.counters.epochs, later.counters.position_in_epoch) == (epochs + 1, 0)


def test_names_stay_with_their_examples() -> None:
    trainer, state = started(0)
    names = trainer.model.data.training.names  # type: ignore[union-attr]
    steps = [AddExample((0.5, 0.5), (1.0,)), DeleteExample(0), AddExample((0.1, 0.1), (0.0,))]
    changed, _ = apply(trainer, state, Intervention(0, DataEdit(tuple(steps))))
    assert changed.model.data.training.names == (*names[1:], "new 1", "new 2")  # type: ignore[union-attr]
    assert changed.model.data.training.inputs[-2:].tolist() == [[0.5, 0.5], [0.1, 0.1]]  # type: ignore[union-attr]
    assert trainer.model.data.training.names == names  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (MoveExample(4, (0.0, 0.0)), "no training example 4: they are numbered from 0 to 3"),
        (DeleteExample(-1), "no training example -1"),
        (MoveExample(0, (0.0,)), "1 inputs were given for an example; this data set has 2"),
        (AddExample((0.0, 0.0), (1.0, 1.0)), "2 targets"),
    ],
)
def test_edits_that_do_not_fit_are_refused(edit: ExampleEdit, said: str) -> None:
    with pytest.raises(DataError, match=said):
        after(DataEdit.of(edit))


def test_the_last_example_stays() -> None:
    with pytest.raises(DataError, match="last training example cannot be deleted"):
        after(DataEdit.of(*[DeleteExample(0)] * 4))


def test_a_label_that_the_rule_does_not_know_is_refused() -> None:
    trainer = Trainer(gate("and"))
    with pytest.raises(ExperimentError, match="-1 and \\+1"):
        apply(trainer, trainer.initial_state(), Intervention(0, DataEdit.of(RelabelExample(0, (0.5,)))))


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_numbers_must_be_finite(value: float) -> None:
    for make in (
        lambda: WeightEdit.of(Address("weights[0]", (0, 0)), value),
        lambda: MoveExample(0, (0.0, value)),
        lambda: RelabelExample(0, (value,)),
        lambda: AddExample((value, 0.0), (1.0,)),
    ):
        with pytest.raises(LabError, match="finite"):
            make()


def test_a_state_of_another_moment_is_a_mistake_of_the_caller() -> None:
    trainer, state = started()
    with pytest.raises(ValueError, match="at 5 meets a state at 6"):
        apply(trainer, state, Intervention(5, NUDGE))


CHANGES: tuple[Change, ...] = (
    NUDGE,
    WeightEdit(((Address("weights[1]", (0, 1)), np.float64(2)), (Address("biases[1]", (0,)), -3))),
    SettingsChange.of({"training.learning_rate": 0.25, "training.momentum": 0}),
    SettingsChange.of({"training.stop": {"epochs": 5, "all_correct": True}, "training.frozen": ["weights[0]"]}),
    SettingsChange.of({"training.schedule": {"name": "step", "every": 3}, "training.tied": [["a", "b"], []]}),
    SettingsChange.of({"training.schedule": {"name": "constant"}, "training.clip_norm": None}),
    DataEdit.of(MoveExample(2, (np.float64(0.1), 1)), RelabelExample(1, (0.0,))),  # type: ignore[arg-type]
    DataEdit.of(AddExample((0.1, 1.0), (0.0,)), DeleteExample(3)),
)


@pytest.mark.parametrize("change", CHANGES)
def test_interventions_can_be_written_and_read(change: Change) -> None:
    intervention = Intervention(10**9, change)
    text = json.dumps(intervention.to_builtins(), allow_nan=False)
    back = Intervention.from_builtins(json.loads(text))
    assert back == intervention
    assert hash(back) == hash(intervention)
    assert json.dumps(back.to_builtins()) == text


def test_settings_come_back_as_they_were_given() -> None:
    settings = {
        "training.stop": {"epochs": 5, "all_correct": True},
        "training.schedule": {"name": "step", "every": 3},
        "training.tied": [["a", "b"], []],
        "training.learning_rate": 0.5,
    }
    assert SettingsChange.of(settings).plain() == settings
    stopped, _ = after(SettingsChange.of({"training.stop": {"epochs": 5}}))
    assert stopped.experiment.training.stop.epochs == 5


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"at": -1, "change": {"kind": "weights", "edits": [[{"block": "biases[0]", "index": [0]}, 1.0]]}}, "at"),
        ({"at": 1, "change": {"kind": "magic"}}, "kind"),
        ({"at": 1, "change": {"kind": "weights", "edits": []}}, "edits"),
        ({"at": 1, "change": {"kind": "data", "edits": [{"kind": "delete", "index": "2"}]}}, "index"),
        ({"at": 1, "change": {"kind": "data", "edits": [{"kind": "delete"}]}}, "index"),
        ({"at": 1, "change": {"kind": "settings", "settings": [["training.rule", "delta"]]}}, "training.rule"),
        ({"at": 1, "change": {"kind": "data", "edits": [{"kind": "move", "index": 0, "inputs": [np.nan]}]}}, "finite"),
        ([], "table"),
    ],
)
def test_what_was_not_written_here_is_refused(wrong: object, said: str) -> None:
    with pytest.raises(LabError, match=said):
        Intervention.from_builtins(wrong)


def test_weights_of_a_single_unit_are_called_as_in_the_lecture() -> None:
    bias, second = Address("biases[0]", (0,)), Address("weights[0]", (0, 1))
    assert label(WeightEdit.of(bias, -0.8), gate("and")) == "weight w0 = -0.8"
    assert label(WeightEdit(((second, 0.5), (bias, 1.0))), gate("and")) == "weight w2 = 0.5 and weight w0 = 1"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (SettingsChange.of({"training.learning_rate": 0.1}), "learning rate 0.5 -> 0.1"),
        (SettingsChange.of({"training.stop.epochs": 7}), "stop rules epochs none -> 7"),
        (SettingsChange.of({"training.stop": {"epochs": 7}}), "stop rules changed"),
        (NUDGE, "weight from input 1 to hidden unit 2 = 0.25"),
        (CHANGES[1], "weight from hidden unit 2 to the output unit = 2 and bias of the output unit = -3"),
        (DataEdit.of(MoveExample(2, (0.0, 0.0))), "example 3 moved"),
        (DataEdit.of(RelabelExample(0, (0.0,)), DeleteExample(1)), "example 1 relabelled and 1 more"),
        (DataEdit.of(AddExample((0.0, 0.0), (0.0,))), "example added"),
        (DataEdit.of(DeleteExample(1)), "example 2 deleted"),
    ],
)
def test_changes_have_short_labels(change: Change, said: str) -> None:
    assert label(change, xor()) == said


def test_a_converged_perceptron_goes_on_after_an_edit() -> None:
    """An epoch without an update ends a run; one in which something was changed does not count as such."""
    history = History(Trainer(gate("and")))
    trained = history.trainer.measured_advance(history.head, 400, stops=True)
    assert trained.reason is FinishReason.STOP_RULE
    history.record(trained.state)
    at = trained.state.counters.presentations
    child = history.fork(at, DataEdit.of(AddExample((5.0, 5.0), (-1.0,))))
    assert child.trainer.finish_reason(child.head, stops=True) is None
    assert child.trainer.advance(child.head, 5).counters.updates > child.head.counters.updates


def test_editing_a_tied_weight_edits_its_group() -> None:
    experiment = xor(training__tied=[["weights[0][0,:]", "weights[0][1,:]"]])
    trainer = Trainer(experiment)
    state = trainer.initial_state()
    edit = Intervention(at=0, change=WeightEdit.of(Address("weights[0]", (0, 1)), 3.5))
    _, edited = apply(trainer, state, edit)
    weights = trainer.model.layout.weights(edited.params)[0]  # type: ignore[attr-defined]
    assert (weights[0, 1], weights[1, 1]) == (3.5, 3.5)
    assert weights[0, 0] == weights[1, 0] != 3.5


def test_what_an_edit_does_not_touch_is_shared() -> None:
    trainer, state = started()
    old = trainer.model.data.training  # type: ignore[union-attr]
    for edit, kept in ((RelabelExample(1, (0.0,)), "inputs"), (MoveExample(1, (0.5, 0.5)), "targets")):
        changed, _ = apply(trainer, state, Intervention(6, DataEdit.of(edit)))
        new = changed.model.data.training  # type: ignore[union-attr]
        assert getattr(new, kept) is getattr(old, kept)
        other = "targets" if kept == "inputs" else "inputs"
        assert not np.array_equal(getattr(new, other), getattr(old, other))
        assert not getattr(new, other).flags.writeable
