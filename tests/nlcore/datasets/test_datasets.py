"""Loading by name: progress and cancelling where a load may take long, too little memory, and one epoch on each."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from nlcore import datasets, discovery
from nlcore.datasets import Dataset
from nlcore.errors import CancelledError, DataError
from nlcore.experiment import Choice, Experiment
from nlcore.faces import heads
from nlcore.trainer import Trainer

NAMES = [name for name in discovery.names("nlcore.datasets") if name != "none"]


@pytest.fixture
def files(tmp_path: Path) -> dict[str, dict[str, object]]:
    """Give the options of the data sets that need files."""
    rng = np.random.default_rng(1)
    for i in range(10):
        path = tmp_path / "pictures" / "ab"[i % 2] / f"{i}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(rng.integers(0, 255, (3, 4)).astype(np.uint8)).save(path)
    rows = [f"{a:.3f},{b:.3f},{'yes' if a > b else 'no'}" for a, b in rng.normal(size=(20, 2))]
    (tmp_path / "t.csv").write_text("\n".join(["a,b,y", *rows]), "utf-8")
    return {"table": {"path": str(tmp_path / "t.csv")}, "image_folder": {"path": str(tmp_path / "pictures")}}


def choice(name: str, files: dict[str, dict[str, object]]) -> Choice:
    return Choice.parse({"name": name, **files.get(name, {})})


@pytest.mark.parametrize("name", NAMES)
def test_every_data_set_trains_a_fitting_network(name: str, files: dict[str, dict[str, object]]) -> None:
    data = datasets.load(choice(name, files))
    assert data is not None
    experiment = Experiment.from_dict(
        {
            "dataset": {"name": name, **files.get(name, {})},
            "network": {"layers": [data.n_inputs, 3, data.n_outputs], "activations": ["sigmoid", "sigmoid"]},
            "training": {"rule": "backpropagation", "mode": "incremental", "learning_rate": 0.1},
        }
    )
    trainer = Trainer(experiment, data)
    start = trainer.initial_state()
    end = trainer.advance(start, trainer.model.epoch_length)
    assert (end.counters.epochs, end.counters.updates) == (1, len(data.training))
    assert np.all(np.isfinite(end.params))
    assert not np.array_equal(start.params, end.params)
    metrics = trainer.evaluate(end)
    for set_name, examples in data.sets.items():
        assert (metrics[set_name] is None) == (not len(examples))


@pytest.mark.parametrize("name", [*NAMES, "none"])
def test_a_data_set_reports_if_its_loader_can(name: str) -> None:
    dataset: Dataset = discovery.find("nlcore.datasets", "DATASET", name, "data set")
    assert dataset.reports == ({"progress", "cancelled"} <= inspect.signature(dataset.load).parameters.keys())


@pytest.mark.parametrize("name", ["table", "image_folder", "faces"])
def test_long_loads_tell_how_far_they_are_and_stop(name: str, files: dict[str, dict[str, object]]) -> None:
    heads.all_full_size.cache_clear()
    heads.quarter_size.cache_clear()
    told: list[tuple[int, int | None]] = []

    def progress(done: int, total: int | None) -> None:
        told.append((done, total))

    with pytest.raises(CancelledError, match="was cancelled; nothing was kept"):
        datasets.load(choice(name, files), progress, lambda: True)
    assert len(told) == 1
    told.clear()
    whole = datasets.load(choice(name, files), progress, lambda: False)
    assert whole is not None
    assert told[-1] == {"table": (20, 20), "image_folder": (10, 10), "faces": (624, 624)}[name]
    assert [done for done, _ in told] == sorted(done for done, _ in told)


def test_heads_drawn_halfway_are_not_kept() -> None:
    heads.all_full_size.cache_clear()
    heads.quarter_size.cache_clear()
    seen: list[int] = []

    def progress(done: int, total: int | None) -> None:
        seen.append(done)

    with pytest.raises(CancelledError, match="drawing the heads was cancelled"):
        datasets.load(Choice("faces"), progress, lambda: len(seen) == 5)
    assert seen == [1, 2, 3, 4, 5]
    assert len(heads.quarter_size()) == 624


def test_other_data_sets_take_no_notice(files: dict[str, dict[str, object]]) -> None:
    def never(*_: object) -> bool:
        raise AssertionError

    assert datasets.load(Choice("iris"), never, never) is not None
    assert datasets.load(Choice("none"), never, never) is None


def test_memory_that_is_not_there_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def load(_: Any) -> None:
        np.empty(1 << 55)

    from nlcore.datasets import none

    monkeypatch.setattr(none, "DATASET", Dataset("none", "", "", none.NoOptions, load))
    with pytest.raises(DataError, match="the data set 'none' does not fit into the memory that is free; choose fewer"):
        datasets.load(Choice("none"))
