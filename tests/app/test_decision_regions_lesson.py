"""What the lesson on decision regions says in numbers."""

from __future__ import annotations

import re

import numpy as np
import pytest

from app.lesson import find_lesson
from app.lesson_text import parse_link
from nlcore import kernels
from nlcore.activations import activation
from nlcore.constructions.half_planes import params_of
from nlcore.experiment import Experiment
from nlcore.families.feedforward import FeedforwardModel
from nlcore.network import Layout
from nlcore.theory.regions import NAMED, region
from nlcore.trainer import Trainer

LESSON = find_lesson("decision-regions")
EPOCH = 200


@pytest.fixture(scope="module", autouse=True)
def compiled() -> None:
    kernels.prepare()


def accuracies(experiment: Experiment, epochs: int) -> tuple[float, float]:
    """Return training and test accuracy."""
    trainer = Trainer(experiment)
    measured = trainer.evaluate(trainer.advance(trainer.initial_state(), epochs * EPOCH))
    training, test = measured["training"], measured["test"]
    assert training is not None
    assert test is not None
    return training.accuracy or 0.0, test.accuracy or 0.0


def table_rows(heading: str) -> list[list[str]]:
    lines = LESSON.text.split("\n")
    first = next(i for i, line in enumerate(lines) if line.startswith(f"| {heading}"))
    rows = []
    for line in lines[first + 2 :]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows


def test_the_table_of_tracks() -> None:
    rows = []
    for name, experiment in LESSON.tracks():
        assert experiment.network is not None
        found = str(experiment.dataset.options_dict()["region"]).replace("_", " ").replace("half plane", "half-plane")
        rows.append([name, found, "-".join(map(str, experiment.network.layers))])
        model = Trainer(experiment).model
        assert isinstance(model, FeedforwardModel)
        assert (len(model.examples.training), len(model.examples.test)) == (EPOCH, EPOCH)
    assert table_rows("track") == rows


@pytest.mark.slow
def test_the_table_of_thirty_seeds() -> None:
    rows = []
    names = {"bow tie, 0 hidden": "none", "bow tie, 1 hidden": "one, 12 units", "bow tie, 2 hidden": "two, 12 and 4"}
    for name, experiment in LESSON.tracks()[3:]:
        found = np.array([accuracies(experiment.replace({"seed": seed}), 1000) for seed in range(1, 31)])
        means = found.mean(axis=0)
        right = int((found[:, 0] == 1.0).sum())
        rows.append(
            [names[name], f"{right} of 30", f"{means[0]:.0%}".replace("%", " %"), f"{means[1]:.0%}"[:-1] + " %"]
        )
    assert table_rows("hidden layers") == rows


def test_a_single_unit_cannot() -> None:
    for name in ("convex", "star", "ring", "bow_tie"):
        for seed in (1, 2, 3):
            assert accuracies(LESSON.tracks()[3][1].replace({"dataset.region": name, "seed": seed}), 40)[0] < 0.75


def test_the_run_of_step_five() -> None:
    if not kernels.prepare():
        pytest.skip("takes long without the compiler")
    wrong = [round(EPOCH * (1.0 - accuracies(e, 1000)[0])) for _, e in LESSON.tracks()[3:]]
    assert 70 <= wrong[0] <= 130
    assert wrong[1:] == [5, 0]


def test_learning_from_the_soft_star() -> None:
    (href,) = (found for found in re.findall(r"\]\((action:set\?[^)\s]*)\)", LESSON.text) if "steepness" in found)
    action = parse_link(href)
    assert action is not None
    soft = LESSON.experiment.replace(dict(action.arguments))
    assert accuracies(soft, 0)[0] == pytest.approx(0.58)
    assert accuracies(soft, 100)[0] == 1.0


@pytest.mark.slow
def test_a_network_as_small_as_the_built_one_seldom_finds_it() -> None:
    small = LESSON.tracks()[5][1].replace({"network.layers": list(NAMED["bow_tie"].plan.layers)})
    assert small.network is not None
    assert small.network.layers == (2, 4, 2, 1)
    right = sum(accuracies(small.replace({"seed": seed}), 1000)[0] == 1.0 for seed in range(1, 13))
    assert right <= 1


def test_weights_in_the_text() -> None:
    def last(found: str) -> tuple[list[float], float]:
        plan = NAMED[found].plan  # type: ignore[index]
        layout = Layout(plan.layers, (activation("threshold"),) * 2)
        params = params_of(plan, layout, 1.0)
        return layout.block(params, "weights[1]")[0].tolist(), float(layout.block(params, "biases[1]")[0])

    assert last("convex") == ([1.0] * 5, -4.0)  # -(n - 1)
    assert last("star") == ([1.0] * 5, -2.0)  # -(2 m - n - 1)
    assert sorted(last("ring")[0]) == [-1.0] * 6 + [6.0] * 6
    triangle, hole = ((-0.8, -0.8), (0.8, -0.8), (0.0, 0.8)), ((-0.2, -0.5), (0.2, -0.5), (0.0, 0.0))
    plan = region("own", (triangle,), (hole,)).plan
    assert plan.layers == (2, 6, 1)
    assert (sorted(plan.votes), plan.needed) == ([-1, -1, -1, 3, 3, 3], 7)


def test_how_many_lines_of_the_star_say_yes() -> None:
    plan, star = NAMED["star"].plan, NAMED["star"]
    points = np.random.default_rng(0).uniform(-1.0, 1.0, (4000, 2))
    far = 1e3 * np.column_stack([np.cos(np.linspace(0, 6.28, 400)), np.sin(np.linspace(0, 6.28, 400))])
    for places in (points, far):
        yes = (places @ plan.lines[:, :2].T + plan.lines[:, 2] > 0.0).sum(axis=1)
        assert yes.min() >= 1
        assert np.array_equal(yes >= 4, star.contains(places))
    assert set(yes.tolist()) == {2, 3}  # at least three goes on for ever, at least four does not


def test_which_regions_need_a_second_hidden_layer_here() -> None:
    assert [len(NAMED[name].plan.layers) for name in ("half_plane", "outside_strip", "star", "ring", "bow_tie")] == [
        2, 3, 3, 3, 4,
    ]  # fmt: skip
    assert NAMED["star"].plans[1].layers == (2, 7, 5, 1)
