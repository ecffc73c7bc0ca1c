"""The numbers in the text of the lesson on Boolean functions."""

from __future__ import annotations

from math import comb

import numpy as np
import pytest

from app.lesson import find_lesson
from nlcore import kernels, network
from nlcore.experiment import Experiment
from nlcore.families.feedforward import FeedforwardModel
from nlcore.theory.boolean_functions import by_count, changes, fewest_terms, named, true_cases, truth_of
from nlcore.trainer import Trainer

SEEDS = range(1, 21)


def row_cells(heading: str) -> list[tuple[str, ...]]:
    """Return the rows of the table in the text whose heading begins so."""
    lines = find_lesson("boolean-functions").text.split("\n")
    first = next(i for i, line in enumerate(lines) if line.startswith(heading)) + 2
    rows = []
    for line in lines[first:]:
        if not line.startswith("|"):
            break
        rows.append(tuple(cell.strip() for cell in line.strip("|").split("|")))
    return rows


def learner(hidden: int, **changes: object) -> Experiment:
    experiment = dict(find_lesson("boolean-functions").tracks())["8 units, learning"]
    dotted = {name.replace("__", "."): value for name, value in changes.items()}
    return experiment.replace({"network.layers": [4, hidden, 1], **dotted})


def wrong_cases(experiment: Experiment) -> list[int]:
    """Return how many cases are wrong at the end, seed by seed."""
    found = []
    for seed in SEEDS:
        trainer = Trainer(experiment.replace({"seed": seed})).prepared()
        end = trainer.measured_advance(trainer.initial_state(), 2000 * trainer.model.epoch_length, stops=True).state
        measured = trainer.evaluate(end)["training"]
        assert measured is not None
        assert measured.error_rate is not None
        found.append(round(16 * measured.error_rate))
    return found


needs_compiler = pytest.mark.skipif(not kernels.has_compiler(), reason="takes minutes without the compiler")


@needs_compiler
def test_how_many_seeds_learn_parity() -> None:
    rows = row_cells("| hidden units |")
    found = {}
    for hidden, said in rows:
        found[hidden] = wrong_cases(learner(int(hidden)))
        assert said == f"{found[hidden].count(0)} of 20"
    assert [hidden for hidden, _ in rows] == ["4", "5", "6", "8"]
    assert (found["4"].count(1), found["4"].count(2)) == (14, 2)
    assert found["4"][0] == 1  # seed 1, the track on the screen


@needs_compiler
def test_the_coding_of_the_inputs_matters() -> None:
    assert wrong_cases(learner(8, dataset__coding="zero_one")).count(0) == 15


@needs_compiler
def test_more_time_does_not_help() -> None:
    """Of the first ten seeds; the text speaks of all, which were trained for 20 000 epochs once."""
    n_right = 0
    for seed in list(SEEDS)[:10]:
        trainer = Trainer(learner(4, seed=seed)).prepared()
        end = trainer.advance(trainer.initial_state(), 20_000 * 16)
        measured = trainer.evaluate(end)["training"]
        assert measured is not None
        n_right += measured.error_rate == 0.0
    assert n_right == 2


def test_the_table_of_units() -> None:
    for n, cases, counting in row_cells("| $n$ |"):
        size = int(n)
        assert int(cases.replace(" ", "")) == 2 ** (size - 1) == sum(comb(size, k) for k in range(1, size + 1, 2))
        assert int(counting) == size
        if size <= 5:
            truth = named("parity", size)
            assert len(true_cases(truth)) == len(fewest_terms(truth)) == 2 ** (size - 1)
            assert len(changes(by_count(truth) or ())) == size


def test_predictions_and_answers() -> None:
    assert len(true_cases(named("and", 4))) == 1
    assert len(true_cases(named("or", 4))) == 15
    majority = named("majority", 5)
    assert (len(true_cases(majority)), len(fewest_terms(majority))) == (16, 10)
    assert changes(by_count(majority) or ()) == ((3, 1),)
    assert len(fewest_terms((0,) * 8 + (1,) * 8)) == 1  # eight true cases, one term: x1
    turned = truth_of("1110100110010110", 4)
    assert (len(true_cases(turned)), len(fewest_terms(turned)), len(changes(by_count(turned) or ()))) == (9, 8, 3)


def test_most_tables_of_twenty_inputs_need_more_than_840_units() -> None:
    """2^(H n^2 + H^2) networks with H = 840 are fewer than one in 2^100 of the 2^(2^20) tables."""
    assert 840 * 20**2 + 840**2 < 2**20 - 100


def test_the_units_by_hand() -> None:
    trainer = Trainer(find_lesson("boolean-functions").experiment)
    model = trainer.model
    assert isinstance(model, FeedforwardModel)
    params = trainer.initial_state().params
    layout, inputs = model.layout, model.examples.training.inputs
    weights, biases = layout.block(params, "weights[0]"), layout.block(params, "biases[0]")
    cases = [row for row, value in enumerate(named("parity", 4)) if value]
    assert weights.tolist() == inputs[cases].tolist()
    assert biases.tolist() == [-3.0] * 8
    assert layout.block(params, "biases[1]").tolist() == [7.0]
    nets = network.forward(layout, params, inputs).net_inputs[0]
    differing = np.array([[np.sum(inputs[case] != x) for case in cases] for x in inputs])
    assert np.array_equal(nets, 1.0 - 2.0 * differing)
    coded = Trainer(
        find_lesson("boolean-functions").experiment.replace(
            {"dataset.coding": "zero_one", "dataset.truth": "0000000000001000", "network.layers": [4, 1, 1]}
        )
    )
    assert coded.initial_state().params[:5].tolist() == [1, 1, -1, -1, -1.5]


def test_counting_by_hand() -> None:
    trainer = Trainer(dict(find_lesson("boolean-functions").tracks())["4 units, built"])
    model = trainer.model
    assert isinstance(model, FeedforwardModel)
    params = trainer.initial_state().params
    assert model.layout.block(params, "weights[1]").tolist() == [[1, -1, 1, -1]]
    outputs = network.forward(model.layout, params, np.array([[1.0, 1.0, -1.0, 1.0]])).outputs
    assert outputs[1].tolist() == [[1, 1, 1, -1]]
    assert outputs[2].tolist() == [[1]]
