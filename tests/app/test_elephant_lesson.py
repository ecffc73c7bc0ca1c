"""The numbers in the text of elephant."""

from __future__ import annotations

import math

import numpy as np
import pytest

from app.lesson import find_lesson
from app.lesson_text import parse_link
from app.widgets.outline_texts import best_fits
from nlcore.datasets import Data
from nlcore.experiment import Experiment
from nlcore.families.feedforward import FeedforwardModel
from nlcore.theory.elephant import PARAMETERS, TERMS
from nlcore.theory.outlines import Fit
from nlcore.trainer import Trainer

LESSON = find_lesson("elephant")
LINKS = [part.split(")")[0] for part in LESSON.text.split("(")[1:] if part.startswith("action:set?")]


def after(experiment: Experiment, epochs: int = 150) -> tuple[Trainer, np.ndarray[tuple[int], np.dtype[np.float64]]]:
    trainer = Trainer(experiment)
    return trainer, trainer.advance(trainer.initial_state(), epochs * trainer.model.epoch_length).params


def linked(number: int) -> Experiment:
    action = parse_link(LINKS[number])
    assert action is not None
    return LESSON.experiment.replace(dict(action.arguments))


def data_of(experiment: Experiment) -> Data:
    data = Trainer(experiment).model.data
    assert data is not None
    return data


def fits(experiment: Experiment) -> tuple[Fit, ...]:
    return best_fits(data_of(experiment))


def rms(trainer: Trainer, params: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float:
    model = trainer.model
    assert isinstance(model, FeedforwardModel)
    training = model.examples.training
    apart = training.targets - training.inputs @ model.layout.weights(params)[0].T - model.layout.biases(params)[0]
    return math.sqrt(np.mean(np.sum(apart**2, axis=1)))


def test_tracks_reach_the_best_there_is_for_them() -> None:
    counts = []
    for _, experiment in LESSON.tracks():
        trainer, params = after(experiment)
        k = trainer.model.n_params
        best = next(fit for fit in fits(experiment) if fit.n_parameters == k)
        assert rms(trainer, params) == pytest.approx(best.training, abs=1e-7)
        counts.append(k)
    assert counts == [6, 10, 14, 22]


def test_the_table() -> None:
    rows = [line for line in LESSON.text.split("\n") if line.startswith("| ")][1:]
    found = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]
    wanted = [
        (str(f.harmonics), str(f.n_parameters), f"{f.training:.3f}".replace("0.000", "0"))
        for f in fits(LESSON.experiment)
    ]
    assert [tuple(row[:3]) for row in found] == wanted[:5]


def test_the_weights_are_the_published_numbers() -> None:
    trainer, params = after(LESSON.tracks()[3][1])
    model = trainer.model
    assert isinstance(model, FeedforwardModel)
    weights = 100.0 * model.layout.weights(params)[0]
    names = model.examples.input_names
    wanted = np.zeros_like(weights)
    for term in TERMS[:8]:
        value = term.value(PARAMETERS)
        row, sign = (0, 1.0) if term.coordinate == "y" else (1, -1.0)
        wanted[row, names.index(term.wave)] = sign * value
    assert weights == pytest.approx(wanted, abs=1e-4)
    assert (int(np.sum(np.abs(weights) > 1e-3)), params.size) == (8, 22)
    assert np.abs(model.layout.biases(params)[0]).max() < 1e-6
    assert weights[0, names.index("cos t")] == pytest.approx(-60.0)
    assert weights[1, names.index("sin t")] == pytest.approx(-50.0)


def test_noise() -> None:
    experiment = linked(0)
    trainer, params = after(experiment)
    assert (trainer.model.n_params, data_of(experiment).training.targets.size) == (34, 34)
    assert rms(trainer, params) < 1e-4
    found = {fit.n_parameters: fit.validation for fit in fits(experiment)}
    assert [round(found[k], 3) for k in (6, 22, 34)] == [0.249, 0.149, 0.183]
    for seed in range(1, 11):
        every = fits(experiment.replace({"dataset.seed": seed}))
        assert min(every, key=lambda fit: fit.validation).n_parameters == 22
        assert every[-1].training < 1e-12


def test_heart_and_house() -> None:
    heart, params = after(linked(1))
    assert heart.model.n_params == 18
    assert rms(heart, params) < 1e-7
    house = fits(linked(2))
    assert [round(house[k].training, 3) for k in (0, 7)] == [0.080, 0.010]


def test_all_weights_learn_equally_fast() -> None:
    for _, experiment in LESSON.tracks():
        trainer = Trainer(experiment)
        model = trainer.model
        assert isinstance(model, FeedforwardModel)
        states = [trainer.advance(trainer.initial_state(), n * 24) for n in (0, 1, 600)]
        start, one, best = (state.params for state in states)
        left = (one - best) / (start - best)
        assert model.layout.weights(left)[0] == pytest.approx(np.full((2, model.layout.layers[0]), 0.88))
        assert model.layout.biases(left)[0] == pytest.approx([0.76, 0.76])
