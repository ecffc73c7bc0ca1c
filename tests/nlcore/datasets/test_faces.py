"""The data set ``faces``: tasks, sets, order, where the images come from, and how hard the drawn heads are."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from nlcore import datasets, random
from nlcore.datasets import Data, faces
from nlcore.datasets.faces import FaceOptions
from nlcore.errors import DataError, ExperimentError
from nlcore.experiment import Choice
from nlcore.faces import heads, names, places


def loaded(**options: object) -> Data:
    data = datasets.load(Choice.parse({"name": "faces", **options}))
    assert data is not None
    return data


def test_without_images_the_drawn_heads_are_used_and_said() -> None:
    data = loaded()
    assert data.source == "synthetic"
    assert "drawn heads, not photographs" in data.notes[0]
    assert "were not found" in data.notes[1]
    assert len(loaded(source="synthetic").notes) == 1
    assert data.attribution == ""
    assert tuple(map(len, data.sets.values())) == (277, 139, 208)
    assert data.image_shape == (30, 32)
    assert (data.n_inputs, data.n_outputs, data.midpoint) == (960, 4, 0.5)
    assert len(data.input_names) == 960
    assert data.input_names[33] == "row 2 column 2"


def test_the_examples_stand_in_the_order_of_the_lists() -> None:
    data = loaded()
    for examples, part in zip(data.sets.values(), names.PARTS, strict=True):
        assert examples.names == tuple(name.stem for name in names.face_list("all", part))
    assert data.training.names[0] == "kawamura_straight_happy_open"
    image = heads.quarter_size()["kawamura_straight_happy_open"]
    np.testing.assert_array_equal(data.training.inputs[0], image.ravel() / 255.0)
    np.testing.assert_array_equal(data.training.targets[0], [0.1, 0.9, 0.1, 0.1])


@pytest.mark.parametrize(
    ("task", "classes", "outputs", "sizes"),
    [
        ("pose", ("left", "straight", "right", "up"), 4, (277, 139, 208)),
        ("expression", ("neutral", "happy", "sad", "angry"), 4, (277, 139, 208)),
        ("sunglasses", ("open", "sunglasses"), 1, (70, 34, 52)),
        ("person", names.userids(), 20, (80, 36, 40)),
    ],
)
def test_each_task_has_its_lists_and_targets(
    task: str, classes: tuple[str, ...], outputs: int, sizes: tuple[int, ...]
) -> None:
    data = loaded(task=task)
    assert data.class_names == classes
    assert data.n_outputs == outputs
    assert len(data.output_names) == outputs
    assert tuple(map(len, data.sets.values())) == sizes
    for examples in data.sets.values():
        for name, target in zip(examples.names, examples.targets, strict=True):
            assert set(target) <= {0.1, 0.9}
            said = classes[int(target.argmax())] if outputs > 1 else classes[int(target[0] > 0.5)]
            assert said in name.split("_")
            assert outputs == 1 or (target > 0.5).sum() == 1


@pytest.mark.parametrize("task", ["pose", "expression", "person"])
def test_one_output_has_a_number_for_each_class(task: str) -> None:
    data = loaded(task=task, outputs="one", source="synthetic")
    found = faces.classes(task)  # type: ignore[arg-type]
    assert (data.n_outputs, data.output_names, data.class_names) == (1, (task,), None)
    values = datasets.target_names(Choice.parse({"name": "faces", "task": task, "outputs": "one"}))
    assert tuple(values.values()) == found
    for examples in data.sets.values():
        for name, target in zip(examples.names, examples.targets[:, 0].tolist(), strict=True):
            assert values[target] in name.split("_")
            assert target == (found.index(values[target]) + 1) / (len(found) + 1)


def test_the_numbers_of_the_poses_are_said() -> None:
    said = loaded(outputs="one", source="synthetic").notes
    assert said[-1] == "The single output is a number for each pose: 0.2 left, 0.4 straight, 0.6 right, 0.8 up."


def test_sunglasses_have_one_output_anyway() -> None:
    one, two = (loaded(task="sunglasses", outputs=outputs, source="synthetic") for outputs in ("one", "one_of_n"))
    assert one.class_names == two.class_names == ("open", "sunglasses")
    np.testing.assert_array_equal(one.training.targets, two.training.targets)
    assert datasets.target_names(Choice.parse({"name": "faces", "task": "sunglasses", "outputs": "one"})) == {}
    nobody = loaded(split="random", training_fraction=1.0, validation_fraction=0.0, outputs="one", source="synthetic")
    assert nobody.test.targets.shape == (0, 1)


def test_other_lists_can_be_chosen() -> None:
    assert tuple(map(len, loaded(lists="straighteven").sets.values())) == (80, 36, 40)
    assert tuple(map(len, loaded(task="sunglasses", lists="all").sets.values())) == (277, 139, 208)


def test_the_poses_of_the_training_set() -> None:
    counts = Counter(name.split("_")[1] for name in loaded().training.names)
    assert counts == {"left": 72, "straight": 73, "right": 64, "up": 68}


def test_a_random_split_follows_from_its_seed() -> None:
    first, again, other = (loaded(split="random", split_seed=seed) for seed in (1, 1, 2))
    assert first.training.names == again.training.names
    assert first.training.names != other.training.names
    together = [name for examples in first.sets.values() for name in examples.names]
    assert sorted(together) == sorted(names.stems())
    assert len(together) == 624
    assert tuple(map(len, first.sets.values())) == (281, 125, 218)
    everything = loaded(split="random", training_fraction=1.0, validation_fraction=0.0, task="person")
    assert tuple(map(len, everything.sets.values())) == (156, 0, 0)
    assert everything.test.targets.shape == (0, 20)
    assert loaded(split="random", training_fraction=0.0001, task="sunglasses").training.targets.shape == (1, 1)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"task": "age"}, "dataset.task: unknown value 'age'"),
        ({"lists": "some"}, "dataset.lists"),
        ({"source": "web"}, "dataset.source: unknown value 'web'"),
        ({"training_fraction": 0.9}, "together more than 1"),
        ({"training_fraction": 0.0}, "nothing to train on"),
        ({"validation_fraction": -1.0}, "validation_fraction"),
        ({"seed": -1}, "dataset.seed"),
        ({"colour": 1}, "unknown field 'colour'"),
    ],
)
def test_a_wrong_option_is_named(options: dict[str, object], said: str) -> None:
    with pytest.raises(ExperimentError, match=said):
        loaded(**options)


def test_cmu_without_images_says_what_to_do() -> None:
    with pytest.raises(DataError, match=r"were not found: .*nllab data get faces.*NLLAB_DATA"):
        loaded(source="cmu")


def test_a_skipped_place_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NLLAB_DATA", str(tmp_path))
    assert loaded().notes[-1] == f"NLLAB_DATA was skipped: {tmp_path} holds no face images."
    with pytest.raises(DataError, match="holds no face images"):
        loaded(source="cmu")


def test_broken_images_are_an_error_but_not_for_drawn_heads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NLLAB_DATA", str(tmp_path))
    (tmp_path / "an2i_left_angry_open_4.pgm").write_bytes(b"P5\n32 30\n255\n")
    with pytest.raises(DataError, match="lacks 623"):
        loaded()
    assert loaded(source="synthetic").source == "synthetic"


def test_the_seed_changes_the_scenes_not_the_sets() -> None:
    one, two = loaded(), loaded(seed=3)
    assert one.training.names == two.training.names
    assert not np.array_equal(one.training.inputs, two.training.inputs)
    assert FaceOptions().seed == heads.SEED


def test_full_size_pictures_of_drawn_heads() -> None:
    picture = faces.full_size("an2i_left_angry_open", FaceOptions())
    assert picture is not None
    assert picture.shape == (120, 128)
    with pytest.raises(DataError, match="no face image named 'nobody'"):
        faces.full_size("nobody", FaceOptions())


def test_the_real_images(real_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NLLAB_DATA", str(real_data))
    data = loaded()
    assert data.source == "cmu"
    assert "Mitchell" in data.attribution
    assert data.notes == ()
    assert tuple(map(len, data.sets.values())) == (277, 139, 208)
    assert len({name for examples in data.sets.values() for name in examples.names}) == 624
    assert max(examples.inputs.max() for examples in data.sets.values()) == 153 / 255
    assert loaded(source="synthetic").source == "synthetic"
    picture = faces.full_size("an2i_left_angry_open", FaceOptions())
    assert picture is not None
    assert picture.shape == (120, 128)
    assert places.places()[0].found


def test_the_real_full_size_images_give_nearly_the_same_inputs(
    real_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NLLAB_DATA", str(real_data))
    small = loaded().training.inputs
    monkeypatch.setenv("NLLAB_DATA", str(real_data / "cmu_faces" / "faces.tar.gz"))
    np.testing.assert_array_equal(loaded().training.inputs, small)  # it has quarter-size images too


def accuracy(weights: tuple[np.ndarray, np.ndarray], examples: datasets.ExampleSet) -> float:
    hidden = 1.0 / (1.0 + np.exp(-(examples.inputs @ weights[0][:, 1:].T + weights[0][:, 0])))
    outputs = hidden @ weights[1][:, 1:].T + weights[1][:, 0]
    return float(np.mean(outputs.argmax(axis=1) == examples.targets.argmax(axis=1)))


def train(data: Data, seed: int, epochs: int) -> list[float]:
    """Backpropagation as in Mitchell's program, 960-3-4; return the test accuracy after 1 and after all epochs."""
    first = np.zeros((3, 961))
    second = random.uniform(random.key(random.START_WEIGHTS, seed), 16, -1.0, 1.0).reshape(4, 4)
    change_1, change_2 = np.zeros_like(first), np.zeros_like(second)
    inputs = np.hstack([np.ones((len(data.training), 1)), data.training.inputs])
    hidden = np.ones(4)
    measured = []
    for epoch in range(epochs):
        for x, t in zip(inputs, data.training.targets, strict=True):
            hidden[1:] = 1.0 / (1.0 + np.exp(-(first @ x)))
            o = 1.0 / (1.0 + np.exp(-(second @ hidden)))
            delta_o = o * (1.0 - o) * (t - o)
            delta_h = hidden[1:] * (1.0 - hidden[1:]) * (delta_o @ second[:, 1:])
            change_2 = 0.3 * np.outer(delta_o, hidden) + 0.3 * change_2
            change_1 = 0.3 * np.outer(delta_h, x) + 0.3 * change_1
            second += change_2
            first += change_1
        if epoch in (0, epochs - 1):
            measured.append(accuracy((first, second), data.test))
    return measured


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_drawn_heads_are_about_as_hard_as_the_photographs(seed: int) -> None:
    early, late = train(loaded(source="synthetic"), seed, 100)
    assert early < 0.6
    assert 0.88 <= late <= 0.97


def test_targets_may_be_coded_otherwise() -> None:
    coded = datasets.load(Choice.parse({"name": "faces", "source": "synthetic", "coding": "zero_one"}))
    usual = datasets.load(Choice.parse({"name": "faces", "source": "synthetic"}))
    assert set(np.unique(coded.training.targets)) == {0.0, 1.0}
    assert set(np.unique(usual.training.targets)) == {0.1, 0.9}
    np.testing.assert_array_equal(coded.training.targets > 0.5, usual.training.targets > 0.5)
    assert np.all(coded.training.targets.sum(axis=1) == 1.0)
