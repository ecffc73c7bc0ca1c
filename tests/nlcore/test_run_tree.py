"""Undo and redo choose runs, ghosts are few, and dragging makes one change."""

from __future__ import annotations

import pytest

from nlcore import run_tree
from nlcore.data_edits import DataEdit, DeleteExample
from nlcore.errors import DataError
from nlcore.history import History
from nlcore.interventions import SettingsChange, WeightEdit
from nlcore.records import Address
from nlcore.run_tree import MAX_RUNS, Node, RunTree
from nlcore.trainer import Trainer
from tests.nlcore.examples import xor


def rate(value: float) -> SettingsChange:
    return SettingsChange.of({"training.learning_rate": value})


def train(node: Node, n: int) -> None:
    after = node.history.trainer.measured_advance(node.history.head, n, stops=False)
    node.history.curves.append(after.clock, after.values)
    node.history.record(after.state)


@pytest.fixture
def tree() -> RunTree:
    made = RunTree(History(Trainer(xor())))
    train(made.current, 40)
    return made


def test_undo_and_redo_go_along_the_changes(tree: RunTree) -> None:
    first = tree.fork(20, rate(0.1))
    train(first, 30)
    second = tree.fork(50, rate(0.2))
    assert tree.redo() is None
    for node, at in ((first, 50), (tree.root, 20)):
        place = tree.undo()
        assert place is not None
        assert (place.node, place.presentations) == (node, at)
        assert tree.current is node
    assert tree.undo() is None
    for node, at in ((first, 20), (second, 50)):
        place = tree.redo()
        assert place is not None
        assert (place.node, place.presentations) == (node, at)
        assert tree.current is node
    assert [node.label for node in tree.nodes] == ["", "learning rate 0.5 -> 0.1", "learning rate 0.1 -> 0.2"]


def test_redo_leads_to_the_child_that_was_last_left(tree: RunTree) -> None:
    first = tree.fork(20, rate(0.1))
    tree.undo()
    second = tree.fork(20, rate(0.2))
    assert tree.siblings == [first]
    assert tree.ghosts == [tree.root, first]
    tree.undo()
    place = tree.redo()
    assert place is not None
    assert place.node is second
    tree.select(first)
    assert tree.siblings == [second]
    tree.select(tree.root)
    place = tree.redo()
    assert place is not None
    assert place.node is first
    assert first.history.head.same_bits(second.history.head)
    assert first.history.trainer.experiment != second.history.trainer.experiment


def test_a_refused_change_leaves_the_tree_alone(tree: RunTree) -> None:
    root = tree.current
    with pytest.raises(DataError):
        tree.fork(20, DataEdit.of(DeleteExample(4)))
    assert tree.nodes == [root]
    assert tree.current is root


def test_dragging_makes_one_change(tree: RunTree) -> None:
    node = tree.fork(20, rate(0.1))
    for value in (0.2, 0.3):
        assert tree.replace_last(rate(value)) is node
    assert [i.change for i in node.history.run.interventions] == [rate(0.3)]
    assert node.label == "learning rate 0.5 -> 0.3"
    assert len(tree.nodes) == 2
    train(node, 1)
    assert tree.replace_last(rate(0.4)) is None
    tree.undo()
    assert tree.replace_last(rate(0.4)) is None


def test_a_change_that_another_one_follows_is_not_replaced(tree: RunTree) -> None:
    node = tree.fork(40, rate(0.1))
    tree.fork(40, WeightEdit.of(Address("biases[1]", (0,)), 1.0))
    tree.undo()
    assert tree.current is node
    assert tree.replace_last(rate(0.2)) is None


def test_the_oldest_ghosts_go_first(tree: RunTree) -> None:
    made = []
    for i in range(MAX_RUNS + 3):
        tree.select(tree.root)
        made.append(tree.fork(20, rate(0.01 * (i + 1))))
    assert tree.nodes == [tree.root, *made[-MAX_RUNS + 1 :]]
    assert tree.current is made[-1]


def test_a_long_chain_of_changes_forgets_its_beginning(tree: RunTree) -> None:
    whole, made = tree.root.history, [tree.root]
    for i in range(MAX_RUNS + 2):
        made.append(tree.fork(tree.current.history.head.counters.presentations, rate(0.01 * (i + 1))))
        train(tree.current, 5)
    assert tree.nodes == made[-MAX_RUNS:]
    assert tree.root is made[-MAX_RUNS]
    assert tree.root.parent is None
    last = tree.current.history
    assert len(last.run.interventions) == MAX_RUNS + 2
    assert all(last.state_at(p).same_bits(whole.state_at(p)) for p in range(40))
    for _ in range(MAX_RUNS - 1):
        assert tree.undo() is not None
    assert tree.undo() is None


def test_a_dropped_run_is_not_redone(tree: RunTree) -> None:
    first = tree.fork(20, rate(0.1))
    tree.undo()
    tree.select(tree.root)
    for i in range(MAX_RUNS):
        tree.select(tree.root)
        tree.fork(20, rate(0.01 * (i + 1)))
    assert first not in tree.nodes
    assert all(node.left in (None, *tree.nodes) for node in tree.nodes)


def test_only_the_current_run_fills_its_checkpoints(tree: RunTree, monkeypatch: pytest.MonkeyPatch) -> None:
    room = 40_000
    monkeypatch.setattr(run_tree, "GHOST_BYTES", room // 8)
    monkeypatch.setattr(run_tree, "MAX_CHECKPOINT_BYTES", room)
    tree.root.history.limit_checkpoints(room)
    for i in range(3):
        for _ in range(400):
            train(tree.current, 1)
        assert room / 4 < tree.current.history.checkpoints.n_bytes <= room
        parent = tree.current
        node = tree.fork(parent.history.head.counters.presentations, rate(0.1 * (i + 1)))
        assert parent.history.checkpoints.n_bytes <= room // 8
        assert node.history.checkpoints.n_bytes <= room
    tree.undo()
    history = tree.current.history
    assert history.state_at(777).same_bits(history.advance_from(history.start, 777))
