"""Every lesson is trained, and must show what it promises and what its text says in numbers."""

import re
from collections.abc import Iterator

import numpy as np
import pytest

from app.lesson import Lesson, check_expectation, find_lesson, lesson_paths, list_lessons, read_lesson
from app.lesson_expectation import Expectation, check
from app.lesson_text import faults, parse_link
from app.pane import pane_ids
from nlcore import datasets, kernels, network
from nlcore.datasets import Data
from nlcore.experiment import Experiment, convert
from nlcore.families.feedforward import FeedforwardModel
from nlcore.mistake_bounds import bound_of
from nlcore.records import FinishReason, FloatArray, TrainState
from nlcore.replays import Replay, count_updates
from nlcore.trainer import Trainer

IDS = [path.stem for path in lesson_paths()]
PROMISES = [(path.stem, n) for path in lesson_paths() for n in range(len(read_lesson(path).expectations))]

LONG = 400_000
"""Presentations that take minutes without the compiler."""
PROBED = {"network_diagram", "examples", "decision_surface", "weight_images"}
"""Panes that a model must have something for. The others are opened with their lessons elsewhere."""


@pytest.fixture(scope="module", autouse=True)
def compiled() -> None:
    kernels.prepare()


def skip_if_long(trained: Trainer, epochs: int) -> None:
    """Leave out what takes minutes without the compiler."""
    if epochs * trained.model.epoch_length > LONG and trained.model.trains and not kernels.prepare():
        pytest.skip("takes minutes without the compiler")


def trainer(lesson_id: str, **changes: object) -> Trainer:
    experiment = find_lesson(lesson_id).experiment
    return Trainer(experiment.replace({name.replace("__", "."): value for name, value in changes.items()}))


def after(trained: Trainer, epochs: int) -> TrainState:
    return trained.advance(trained.initial_state(), epochs * trained.model.epoch_length)


def training(trained: Trainer, state: TrainState) -> tuple[float, float]:
    """Return loss and error rate on the training set."""
    measured = trained.evaluate(state)["training"]
    assert measured is not None
    assert measured.error_rate is not None
    return measured.loss, measured.error_rate


@pytest.mark.parametrize("lesson_id", IDS)
def test_a_lesson_promises_something_and_names_what_exists(lesson_id: str) -> None:
    lesson = find_lesson(lesson_id)
    assert lesson.expectations
    assert set(lesson.panes) <= set(pane_ids())
    assert faults(lesson.text, pane_ids(), [entry.id for entry in list_lessons()]) == []
    for _, experiment in lesson.tracks():
        assert Trainer(experiment).model.probes >= set(lesson.panes) & PROBED


@pytest.mark.parametrize(("lesson_id", "n"), PROMISES)
def test_a_promise_is_kept(lesson_id: str, n: int) -> None:
    lesson = find_lesson(lesson_id)
    promise = lesson.expectations[n]
    skip_if_long(Trainer(lesson.tracks()[promise.track][1]), promise.seeds * promise.at_epoch)
    outcome = check_expectation(lesson, promise)
    assert outcome.holds, str(outcome)


@pytest.mark.skipif(not kernels.has_compiler(), reason="what is not learnt is the same with either kernel")
@pytest.mark.parametrize(("lesson_id", "n"), PROMISES)
def test_a_promise_is_not_kept_without_learning(lesson_id: str, n: int) -> None:
    lesson = find_lesson(lesson_id)
    promise = lesson.expectations[n]
    experiment = lesson.tracks()[promise.track][1]
    skip_if_long(Trainer(experiment), promise.seeds * promise.at_epoch)
    if experiment.training.rule == "none":  # built, not learnt: without the construction it must fail
        experiment = experiment.replace({"training.initializer": "zero"})
    else:
        experiment = experiment.replace({"training.learning_rate": 0.0})  # also in a variant
    outcome = check(lesson_id, experiment, promise)
    assert not outcome.holds, str(outcome)


SETTING_LINKS = [
    (path.stem, href)
    for path in lesson_paths()
    for href in re.findall(r"\]\((action:set(?:_all)?\?[^)\s]*)\)", path.read_text(encoding="utf-8"))
]


@pytest.mark.parametrize(("lesson_id", "href"), SETTING_LINKS)
def test_what_a_link_sets_fits(lesson_id: str, href: str) -> None:
    action = parse_link(href)
    assert action is not None
    for _, experiment in find_lesson(lesson_id).tracks()[: None if action.name == "set_all" else 1]:
        changed = experiment.replace(dict(action.arguments))
        assert changed != experiment
        Trainer(changed)


def test_an_outcome_says_which_seed_missed_what() -> None:
    experiment = find_lesson("xor").experiment
    promise = convert(
        {"at_epoch": 5, "seeds": 3, "at_least": 2, "metrics": {"training": {"error_rate": {"max": 0.0}}}}, Expectation
    )
    outcome = check("here", experiment, promise)
    assert not outcome.holds
    assert outcome.n_met == 0
    assert [result.seed for result in outcome.results] == [1, 2, 3]
    assert {result.counters.epochs for result in outcome.results} == {5}
    assert str(outcome).startswith(
        "here, epoch 5: 0 of 3 seeds have training.error_rate <= 0 (needed: 2); seed 1: trai"
    )


def test_updates_are_promised_too() -> None:
    promise = convert({"at_epoch": 3, "updates": {"min": 9, "max": 9}}, Expectation)
    outcome = check("here", find_lesson("perceptron-and").experiment, promise)
    assert not outcome.holds
    assert "updates from 9 to 9" in str(outcome)
    assert str(outcome).endswith("updates is 8")
    kept = convert({"at_epoch": 3, "updates": {"max": 8}}, Expectation)
    assert check("here", find_lesson("perceptron-and").experiment, kept).holds


def test_a_measure_that_does_not_exist_breaks_a_promise() -> None:
    promise = convert({"at_epoch": 0, "metrics": {"test": {"accuracy": {"min": 0.0}}}}, Expectation)
    assert "does not exist" in str(check("here", find_lesson("xor").experiment, promise))


def test_a_diverged_run_breaks_a_promise() -> None:
    experiment = find_lesson("xor").experiment.replace(
        {"training.learning_rate": 1e300, "network.activations": ["linear", "linear"]}
    )
    promise = convert({"at_epoch": 9, "metrics": {"training": {"sse": {"min": 0.0}}}}, Expectation)
    assert not check("here", experiment, promise).holds


class TestPerceptronAnd:
    """The numbers in the text of perceptron-and."""

    def test_steps(self) -> None:
        trained = trainer("perceptron-and")
        state = trained.initial_state()
        assert training(trained, state)[1] == 0.25
        shown = []
        for _ in range(4):
            state = trained.advance(state, 1)
            shown.append((state.params.tolist(), state.counters.updates))
        assert shown == [([0, 0, -1], 1), ([0, 0, -1], 1), ([0, 0, -1], 1), ([1, 1, 0], 2)]

    def test_the_table(self) -> None:
        trained = trainer("perceptron-and")
        rows = []
        previous = 0
        for epoch in range(1, 10):
            state = after(trained, epoch)
            w1, w2, w0 = (int(w) for w in state.params)
            rate = training(trained, state)[1]
            said = f"{w0}, {w1}, {w2}".replace("-", "−")
            rows.append((str(epoch), str(state.counters.updates - previous), said, f"{rate:g}"))
            previous = state.counters.updates
        lines = [line for line in find_lesson("perceptron-and").text.split("\n") if line.startswith("| ")][1:]
        assert [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines] == rows

    @pytest.mark.parametrize(("rate", "updates", "epochs"), [(1.0, 18, 9), (0.5, 18, 9), (2.0, 18, 9), (0.1, 8, 4)])
    def test_the_end(self, rate: float, updates: int, epochs: int) -> None:
        trained = trainer("perceptron-and", training__learning_rate=rate)
        result = trained.measured_advance(trained.initial_state(), 400, stops=True)
        assert result.reason is FinishReason.STOP_RULE
        assert (result.state.counters.updates, result.state.counters.epochs) == (updates, epochs)
        assert result.state.counters.presentations == 4 * epochs

    def test_the_tie_that_rounding_breaks(self) -> None:
        net_inputs = []
        for rate in (1.0, 0.1):
            w1, _, w0 = after(trainer("perceptron-and", training__learning_rate=rate), 3).params
            net_inputs.append(float(w0 + w1))
        assert net_inputs[0] == 0.0
        assert -1e-10 < net_inputs[1] < 0.0


class TestPerceptronTraining:
    """The numbers in the text of perceptron-training."""

    def test_the_table_of_updates(self) -> None:
        trained = trainer("perceptron-training")
        model = trained.model
        assert isinstance(model, FeedforwardModel)
        replay, state = Replay(model, trained.initial_state()), trained.initial_state()
        replay.go_on(24)
        before, rows = state.params, []
        for update in replay.updates:
            x = np.concatenate([model.examples.training.inputs[update.example], [1.0]])
            y = float(model.examples.training.targets[update.example, 0])
            w1, w2, w0 = (int(w) for w in update.params)
            products = [f"{y * float(params @ x) + 0.0:g}" for params in (before, update.params)]
            rows.append((str(update.epoch + 1), str(update.example + 1), *products, f"{w0}, {w1}, {w2}"))
            before = update.params
        lines = [line for line in find_lesson("perceptron-training").text.split("\n") if line.startswith("| ")][1:]
        said = [tuple(cell.strip().replace("−", "-") for cell in line.strip("|").split("|")) for line in lines]
        assert said == rows
        assert replay.counts(24).tolist() == [3, 1, 0, 1, 0, 3]

    def test_the_end(self) -> None:
        trained = trainer("perceptron-training")
        result = trained.measured_advance(trained.initial_state(), 1000, stops=True)
        assert (result.state.counters.epochs, result.state.counters.updates) == (4, 8)
        assert result.state.params.tolist() == [-6, 6, -2]


class TestPerceptronLearningRate:
    """The numbers in the text of perceptron-learning-rate."""

    def test_the_table(self) -> None:
        rows = []
        for _, experiment in find_lesson("perceptron-learning-rate").tracks():
            trained = Trainer(experiment)
            state = trained.measured_advance(trained.initial_state(), 10_000, stops=True).state
            assert isinstance(trained.model, FeedforwardModel)
            replay = Replay(trained.model, trained.initial_state())
            replay.go_on(state.counters.presentations)
            ringed = int((replay.counts(state.counters.presentations) > 0).sum())
            w1, w2, w0 = state.params
            rate = experiment.training.learning_rate
            said = f"{w0:.2f}, {w1:.2f}, {w2:.2f}".replace("-", "−")
            start = experiment.training.initializer.name.replace("_", " ")
            counters = state.counters
            rows.append((start, f"{rate:g}", str(counters.updates), str(counters.epochs), str(ringed), said))
        text = find_lesson("perceptron-learning-rate").text
        lines = [line for line in text.split("\n") if line.startswith("| ")][1:]
        assert [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines] == rows

    def test_the_start(self) -> None:
        trained = trainer("perceptron-learning-rate")
        start = trained.initial_state()
        assert start.params.round(2).tolist() == [1.93, 1.53, -4.41]
        assert training(trained, start)[1] == 0.05

    @pytest.mark.parametrize(("rate", "updates", "epochs"), [(0.001, 619, 366), (1000.0, 45, 18), (10_000.0, 45, 18)])
    def test_other_rates(self, rate: float, updates: int, epochs: int) -> None:
        trained = trainer("perceptron-learning-rate", training__learning_rate=rate)
        state = trained.measured_advance(trained.initial_state(), 20_000, stops=True).state
        assert (state.counters.updates, state.counters.epochs) == (updates, epochs)

    def test_which_example_comes_first(self) -> None:
        for track, first in ((0, 2), (3, 0)):
            trained = Trainer(find_lesson("perceptron-learning-rate").tracks()[track][1])
            assert isinstance(trained.model, FeedforwardModel)
            replay = Replay(trained.model, trained.initial_state())
            replay.go_on(20)
            assert replay.updates[0].example == first


class TestPerceptronConvergence:
    """The numbers in the text of perceptron-convergence."""

    def test_bounds_from_the_basic_linear_classifier(self) -> None:
        for rate, bound in ((1.0, 40.3), (0.5, 29.7), (0.2, 0.79)):
            changes = {"training__initializer": "basic_linear_classifier", "training__learning_rate": rate}
            trained = trainer("perceptron-convergence", **changes)
            assert isinstance(trained.model, FeedforwardModel)
            found = bound_of(trained.model, trained.initial_state())
            assert found.theorem.bound == pytest.approx(bound, abs=0.05)
            assert (found.mistakes, found.is_over) == (0, True)

    def test_every_order_of_the_examples(self) -> None:
        made = []
        for seed in range(1, 501):
            trained = trainer("perceptron-convergence", training__order="shuffled", seed=seed)
            assert isinstance(trained.model, FeedforwardModel)
            updates, is_over = count_updates(trained.model, trained.initial_state())
            assert is_over
            made.append(updates)
        assert (min(made), max(made)) == (13, 22)

    def test_the_margin_in_the_plane_and_the_twenty_points(self) -> None:
        trained = trainer("perceptron-convergence")
        assert isinstance(trained.model, FeedforwardModel)
        margin = bound_of(trained.model, trained.initial_state()).theorem.margin
        assert margin.separator is not None
        assert float(np.linalg.norm(margin.separator[1:])) == pytest.approx(0.686, abs=5e-4)
        assert margin.gamma / 0.686 == pytest.approx(0.354, abs=5e-4)
        points = Trainer(find_lesson("perceptron-learning-rate").tracks()[3][1])
        assert isinstance(points.model, FeedforwardModel)
        found = bound_of(points.model, points.initial_state())
        assert found.theorem.radius == pytest.approx(4.858, abs=5e-4)
        assert found.theorem.margin.gamma == pytest.approx(0.04539, abs=5e-6)
        assert found.theorem.bound == pytest.approx(11_455, abs=1)
        assert found.mistakes == 12

    def test_a_larger_bound_with_fewer_updates(self) -> None:
        trained = trainer("perceptron-convergence")
        assert isinstance(trained.model, FeedforwardModel)
        moved = trained.model.examples.training.inputs.copy()
        moved[3] = (0.9, 0.9)
        found = bound_of(trained.model, trained.initial_state(), moved)
        assert found.theorem.bound > 51 > 18 > found.mistakes


class TestPerceptronXor:
    """The numbers in the text of perceptron-xor."""

    def test_the_way_into_the_circle(self) -> None:
        trained = trainer("perceptron-xor")
        ends = [after(trained, epoch).params.tolist() for epoch in range(5)]
        assert ends == [[2, -1, 1], [1, -1, 0], [0, -1, -1], [0, -1, 0], [0, -1, 0]]
        start = trained.initial_state()
        errors = {training(trained, trained.advance(start, n))[1] for n in range(12, 16)}
        assert errors == {0.5}

    def test_the_linear_unit(self) -> None:
        trained = Trainer(find_lesson("perceptron-xor").tracks()[1][1])
        assert training(trained, trained.initial_state())[0] == 9.0
        assert training(trained, after(trained, 100))[0] == pytest.approx(2.0, abs=1e-9)
        assert np.abs(after(trained, 100).params).max() < 1e-6


class TestXor:
    """The numbers in the text of xor."""

    def test_the_course_of_training(self) -> None:
        trained = trainer("xor")
        assert trained.model.n_params == 13
        outputs = {n: self.outputs(trained, after(trained, n))[-1].ravel() for n in (0, 101, 300, 2000)}
        assert 0.38 < outputs[0].min() < outputs[0].max() < 0.41
        assert np.allclose(outputs[101], 0.51, atol=0.005)
        assert np.allclose(outputs[300], [0.07, 0.89, 0.89, 0.15], atol=0.005)
        assert np.allclose(outputs[2000], [0.005, 0.988, 0.988, 0.018], atol=0.0005)
        losses = {n: training(trained, after(trained, n))[0] for n in (0, 101, 301, 347, 348)}
        assert losses[0] == pytest.approx(0.522, abs=0.0005)
        assert losses[101] == pytest.approx(0.500, abs=0.0005)
        assert round(losses[301], 3) in (0.024, 0.025)
        assert losses[348] < 0.01 < losses[347]
        assert [training(trained, after(trained, n))[1] for n in (246, 247)] == [0.25, 0.0]

    def test_what_it_learned(self) -> None:
        trained = trainer("xor")
        state = after(trained, 2000)
        nor, first, second = self.outputs(trained, state)[1].T  # for 00, 01, 10, 11
        assert np.allclose(nor, [0.89, 0.01, 0.01, 0.0], atol=0.006)
        assert np.allclose(first, [0.42, 0.0, 0.93, 0.02], atol=0.006)
        assert np.allclose(second, [0.35, 0.93, 0.0, 0.02], atol=0.006)
        weights = trained.model.layout.weights(state.params)[1][0]  # type: ignore[attr-defined]
        assert weights[0] < -9 < 9 < min(weights[1:])

    @pytest.mark.parametrize(("hidden", "epochs", "stuck"), [(3, 320, [9]), (2, 2000, [1, 2, 3, 4, 11, 22, 29, 30])])
    def test_how_often_it_works(self, hidden: int, epochs: int, stuck: list[int]) -> None:
        failed = []
        for seed in range(1, 31):
            trained = trainer("xor", seed=seed, network__layers=[2, hidden, 1])
            if training(trained, after(trained, epochs))[1] > 0:
                failed.append(seed)
                loss, rate = training(trained, after(trained, 10_000))
                assert rate == 0.25
                assert loss > 0.249
        assert failed == stuck

    @staticmethod
    def outputs(trained: Trainer, state: TrainState) -> tuple[FloatArray, ...]:
        data = trained.model.data
        assert data is not None
        layout = trained.model.layout  # type: ignore[attr-defined]
        return network.forward(layout, state.params, data.training.inputs).outputs


class TestFaces:
    """The numbers in the text of faces, for drawn heads and, where they are at hand, for the photographs."""

    def runs(self, experiment: Experiment) -> Iterator[tuple[float, float, float]]:
        """Give test accuracy after 1 and 100 epochs and training accuracy after 100, for seeds 1 to 10."""
        data = datasets.load(experiment.dataset)
        assert isinstance(data, Data)
        assert [len(examples) for examples in data.sets.values()] == [277, 139, 208]
        for seed in range(1, 11):
            trained = Trainer(experiment.replace({"seed": seed}), data)
            assert trained.model.n_params == 2899
            accuracies: list[float] = []
            state = trained.initial_state()
            assert not np.any(trained.model.layout.weights(state.params)[0])  # type: ignore[attr-defined]
            for epochs in (1, 99):
                state = trained.advance(state, epochs * 277)
                measured = trained.evaluate(state)
                accuracies += [getattr(measured[name], "accuracy", 0.0) for name in ("test", "training")]
            yield accuracies[0], accuracies[2], accuracies[3]

    def check(self, experiment: Experiment, first: tuple[int, int, int], last: tuple[int, int, int]) -> None:
        runs = list(self.runs(experiment))
        for told, accuracies in ((first, [r[0] for r in runs]), (last, [r[1] for r in runs])):
            percent = [100 * a for a in accuracies]
            assert (min(percent), max(percent), percent[0]) == pytest.approx(told, abs=1.0)
        assert min(r[2] for r in runs) > 0.97

    def test_drawn_heads(self) -> None:
        self.check(find_lesson("faces").experiment.replace({"dataset.source": "synthetic"}), (25, 56, 42), (90, 96, 96))

    def test_photographs(self, real_data: object, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("NLLAB_DATA", str(real_data))
        self.check(find_lesson("faces").experiment.replace({"dataset.source": "cmu"}), (25, 55, 44), (91, 95, 95))


@pytest.mark.parametrize("lesson_id", IDS)
def test_stop_rules_end_a_lesson(lesson_id: str) -> None:
    lesson: Lesson = find_lesson(lesson_id)
    for _, experiment in lesson.tracks():
        trained = Trainer(experiment)
        if not trained.model.trains:
            assert trained.finish_reason(trained.initial_state(), stops=True) is FinishReason.NOTHING_TO_TRAIN
            continue
        skip_if_long(trained, 3 * (experiment.training.stop.epochs or 0))
        result = trained.measured_advance(trained.initial_state(), 6000 * trained.model.epoch_length, stops=True)
        assert result.reason is FinishReason.STOP_RULE
