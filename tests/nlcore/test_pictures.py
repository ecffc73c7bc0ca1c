"""Own pictures: fitted to a resolution, drawn with a pen, read from a file that may be anything."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from nlcore import pictures
from nlcore.datasets import Scaling, digits, load
from nlcore.datasets.digits import DigitOptions
from nlcore.errors import DataError
from nlcore.experiment import Choice


def test_the_same_resolution_changes_nothing() -> None:
    grey = np.random.default_rng(1).random((8, 8))
    for fit in ("whole", "cut", "stretch"):
        np.testing.assert_array_equal(pictures.fitted(grey, (8, 8), fit), grey)


def test_reducing_is_averaging() -> None:
    grey = np.array([[0.0, 0.5, 1.0, 1.0], [0.5, 1.0, 0.0, 0.0]])
    np.testing.assert_allclose(pictures.fitted(grey, (1, 2), "stretch"), [[0.5, 0.5]], atol=1e-7)


def test_a_wide_picture_whole_cut_and_stretched() -> None:
    grey = np.zeros((4, 8))
    grey[1:3, 2:6] = 1.0
    whole = pictures.fitted(grey, (4, 4), "whole")
    np.testing.assert_allclose(whole, [[0, 0, 0, 0], [0, 0.5, 0.5, 0], [0, 0.5, 0.5, 0], [0, 0, 0, 0]], atol=1e-7)
    cut = pictures.fitted(grey, (4, 4), "cut")
    np.testing.assert_allclose(cut, grey[:, 2:6], atol=1e-7)
    stretched = pictures.fitted(grey, (4, 4), "stretch")
    np.testing.assert_allclose(stretched, [[0, 0, 0, 0], [0, 1, 1, 0], [0, 1, 1, 0], [0, 0, 0, 0]], atol=1e-7)


def test_a_high_picture_gets_borders_with_the_colour_of_its_edge() -> None:
    found = pictures.fitted(np.full((6, 2), 0.25), (3, 3), "whole")
    np.testing.assert_allclose(found, np.full((3, 3), 0.25), atol=1e-7)
    assert pictures.fitted(np.eye(2), (30, 32), "cut").shape == (30, 32)


def test_a_pen_covers_what_it_passes() -> None:
    share = pictures.covered((5, 5), (2.5, 0.5), (2.5, 4.5), 1.0)
    assert share[2, 1:4].min() == 1.0
    assert share[[0, 1, 3, 4]].max() == 0.0
    dot = pictures.covered((3, 3), (1.5, 1.5), (1.5, 1.5), 1.0)
    assert dot[1, 1] == 12 / 16  # of 4 x 4 points, all but the corners lie within half a pixel
    assert dot.sum() == dot[1, 1]
    assert pictures.covered((3, 3), (-9.0, -9.0), (-8.0, -9.0), 2.0).max() == 0.0


def test_whole_pixels_for_the_keyboard() -> None:
    assert pictures.block((4, 4), (1, 2), 1).nonzero() == (np.array([1]), np.array([2]))
    assert pictures.block((4, 4), (0, 0), 2).sum() == 4
    assert pictures.block((4, 4), (0, 0), 3).sum() == 4
    assert pictures.block((4, 4), (3, 3), 8).sum() == 36 - 20


def test_moving_and_centring() -> None:
    grey = np.zeros((5, 5))
    grey[0, 0] = 1.0
    grey[0, 1] = 0.5
    assert pictures.shifted(grey, 0, 1)[0].tolist() == [1.0, 1.0, 0.5, 0.0, 0.0]
    corner = np.zeros((5, 5))
    corner[1, 1] = 1.0
    assert pictures.centred(corner)[2, 2] == 1.0
    np.testing.assert_array_equal(pictures.centred(np.ones((3, 3))), np.ones((3, 3)))


def test_dark_ink_on_paper_is_inverted_for_digits_only() -> None:
    paper = np.ones((20, 20))
    paper[5:15, 9:11] = 0.0
    data = digits.load(DigitOptions())
    shown = data.training.inputs.reshape(-1, 8, 8)
    assert pictures.must_be_inverted(paper, shown)
    assert not pictures.must_be_inverted(1.0 - paper, shown)
    assert not pictures.must_be_inverted(paper, np.full((3, 8, 8), 0.5))


def test_files_of_many_kinds(tmp_path: Path) -> None:
    wide = Image.new("RGB", (3000, 1500), (255, 255, 255))
    for name in ("a.png", "b.jpg", "c.ppm"):
        wide.save(tmp_path / name)
        found = pictures.read(tmp_path / name)
        assert found.grey.shape == (512, 1024)
        assert found.size == (1500, 3000)
        assert found.colours
        np.testing.assert_allclose(found.grey, 1.0)
    Image.new("L", (4, 6), 51).save(tmp_path / "d.pgm")
    small = pictures.read(tmp_path / "d.pgm")
    np.testing.assert_allclose(small.grey, np.full((6, 4), 0.2))


def test_what_is_no_picture_gets_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "text.png").write_text("I am a text.")
    Image.new("L", (40, 40)).save(tmp_path / "cut.png")
    whole = (tmp_path / "cut.png").read_bytes()
    (tmp_path / "cut.png").write_bytes(whole[: len(whole) // 2])
    for name in ("text.png", "cut.png", "gone.png", "."):
        with pytest.raises(DataError, match="choose a") as caught:
            pictures.read(tmp_path / name)
        assert "\n" not in str(caught.value)
        assert "folder" not in str(caught.value).replace(str(tmp_path), "")


def test_huge_pictures_are_refused_before_their_pixels_are_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.pgm"
    path.write_bytes(b"P5\n100000 100000\n255\n")
    with pytest.raises(DataError, match="too large"):
        pictures.read(path)


def test_standardising_is_kept_with_the_data() -> None:
    raw = load(Choice("vowels", (("standardise", False),)))
    data = load(Choice("vowels"))
    assert raw is not None
    assert data is not None
    assert raw.scaling is None
    assert isinstance(data.scaling, Scaling)
    np.testing.assert_allclose(data.scaling.undo(data.training.inputs), raw.training.inputs, rtol=1e-12)
    np.testing.assert_allclose(data.scaling.apply(raw.test.inputs), data.test.inputs, atol=1e-12)
    np.testing.assert_allclose(data.scaling.means, raw.training.inputs.mean(axis=0))


def test_a_constant_input_stays_at_zero() -> None:
    data = load(Choice("digits", (("standardise", True),)))
    assert data is not None
    assert data.scaling is not None
    corner = data.scaling.sds == 0.0
    assert corner.any()
    assert not data.scaling.apply(np.ones(64))[corner].any()
    assert not data.training.inputs[:, corner].any()
