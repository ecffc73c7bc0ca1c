"""From large to small: the small picture is the mean of blocks, and for the faces it is what the network gets."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.frame import Frame, Selection, TrackFrame
from app.panes.block_means import PANE, BlockMeansPane
from nlcore.experiment import Experiment
from nlcore.history import History
from nlcore.pictures import block_means, block_samples
from nlcore.trainer import Trainer
from tests.app.panes.test_occlusion_pane import digits_frame, model_of


def faces_frame(source: str, selection: Selection) -> Frame:
    experiment = Experiment.from_dict(
        {
            "dataset": {"name": "faces", "source": source},
            "network": {"layers": [960, 3, 4], "activations": ["sigmoid", "sigmoid"]},
        }
    )
    history = History(Trainer(experiment))
    return Frame((TrackFrame("run", history.trainer.model, history.head, history.curves),), selection)


@pytest.fixture
def pane(qtbot: QtBot) -> BlockMeansPane:
    made = PANE()
    qtbot.addWidget(made)
    made.resize(520, 420)
    made.show()
    return made


def check_face(pane: BlockMeansPane, frame: Frame) -> None:
    """Compare the small picture with the network's inputs, and the sentence with both."""
    pane.show_frame(frame)
    pane.finish()
    (table,) = pane.tables(frame)
    small = np.array([row[2] for row in table.rows], dtype=float)
    inputs = model_of(frame).examples.test.inputs[3]
    assert np.max(np.abs(small - 255.0 * inputs)) <= 1.0
    said = pane.in_words(frame).replace("\u00a0", " ")
    assert "120 rows of 128 pixels, 15 360 numbers, become 30 rows of 32: 960 numbers." in said
    assert "differ by" in pane.in_words(frame)
    pane._say((10, 14))
    assert pane.readout.full_text.startswith("Rows 41–44, columns 57–60: 16 grey values from ")


def test_drawn_heads_are_reduced_as_the_network_gets_them(pane: BlockMeansPane) -> None:
    check_face(pane, faces_frame("synthetic", Selection(("test", 3))))


def test_photographs_are_reduced_as_the_network_gets_them(
    pane: BlockMeansPane, real_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NLLAB_DATA", str(real_data))
    check_face(pane, faces_frame("cmu", Selection(("test", 3))))


def test_other_pictures_are_reduced_further(pane: BlockMeansPane, qtbot: QtBot) -> None:
    frame = digits_frame(Selection(("training", 1)))
    pane.show_frame(frame)
    qtbot.waitUntil(lambda: "16 numbers" in pane.words.text() or "4 numbers" in pane.words.text(), timeout=20_000)
    assert "what would be left of it" in pane.in_words(frame)
    pane.side.setCurrentIndex(pane.side.findData(2))
    pane.side.activated.emit(0)
    digit = model_of(frame).examples.training.inputs[1].reshape(8, 8)
    (table,) = pane.tables(frame)
    assert [row[2] for row in table.rows] == block_means(digit, 2).ravel().tolist()
    pane.way.setCurrentIndex(1)
    pane.way.activated.emit(1)
    assert [row[2] for row in pane.tables(frame)[0].rows] == digit[1::2, 1::2].ravel().tolist()
    pane._say((3, 3))
    assert pane.readout.full_text.startswith("Rows 7–8, columns 7–8: 4 grey values")
    pane._say((9, 0))
    assert pane.readout.full_text.startswith("Point at")


def test_blocks_that_do_not_fit_are_cut_off() -> None:
    grey = np.arange(35.0).reshape(5, 7)
    assert block_means(grey, 2).tolist() == [[4.0, 6.0, 8.0], [18.0, 20.0, 22.0]]
    assert block_samples(grey, 2).tolist() == [[8.0, 10.0, 12.0], [22.0, 24.0, 26.0]]
    assert block_means(grey, 5).shape == block_samples(grey, 5).shape == (1, 1)
