"""The data set ``image_folder``: formats, classes, sizes, and what a stranger may have put into the folder."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from nlcore.datasets import _memory, _pictures, image_folder
from nlcore.datasets.image_folder import ImageFolderOptions
from nlcore.errors import CancelledError, DataError, ExperimentError
from tests.nlcore.datasets.loading import Data, accuracy, after, loaded, same, sizes

GREY = np.arange(12, dtype=np.uint8).reshape(3, 4) * 20


def put(path: Path, pixels: np.ndarray = GREY) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path)
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for i in range(5):
        put(tmp_path / "cats" / f"c{i}.png", GREY + np.uint8(i))
        put(tmp_path / "dogs" / f"d{i}.pgm", 255 - GREY - np.uint8(i))
    return tmp_path


def images(path: Path, **options: object) -> Data:
    return loaded("image_folder", path=str(path), **{"test_fraction": 0.0, "validation_fraction": 0.0, **options})


def test_classes_from_subfolders(folder: Path) -> None:
    data = images(folder)
    assert data.class_names == ("cats", "dogs")
    assert data.image_shape == (3, 4)
    assert data.training.names[0] == "cats/c0.png"
    np.testing.assert_array_equal(data.training.inputs[0], GREY.ravel() / 255.0)
    np.testing.assert_array_equal(data.training.inputs[5], (255 - GREY).ravel() / 255.0)
    assert data.training.targets.ravel().tolist() == [0.1] * 5 + [0.9] * 5
    assert data.input_names[5] == "row 2 column 2"
    assert data.notes == ("Grey values were divided by the largest possible one, so they go from 0 to 1.",)
    assert data.source == folder.name


def test_classes_from_a_part_of_the_name(tmp_path: Path) -> None:
    for who in ("ann", "bob", "cy"):
        for mood in ("sad", "glad"):
            put(tmp_path / f"{who}_{mood}_1.png", GREY + np.uint8(len(who + mood)))
    put(tmp_path / "odd.png")
    assert images(tmp_path, label="name").class_names == ("ann", "bob", "cy", "odd")
    data = images(tmp_path, label="name", label_part=2)
    assert data.class_names == ("glad", "sad")
    assert data.notes[0] == "Left out: odd.png has no part 2 in its name and has no class."
    with pytest.raises(DataError, match=r"lies in no subfolder; set label = name"):
        images(tmp_path)
    with pytest.raises(DataError, match=r"has no part 3 in its name; set label = folder"):
        images(tmp_path, label="name", separator="-", label_part=3)


def test_seeds_and_sets(folder: Path) -> None:
    data = images(folder, validation_fraction=0.2, test_fraction=0.3)
    assert sizes(data) == (5, 2, 3)
    assert same(data, images(folder, validation_fraction=0.2, test_fraction=0.3))
    assert not same(data, images(folder, validation_fraction=0.2, test_fraction=0.3, split_seed=4))
    assert {name for s in data.sets.values() for name in s.names} == set(images(folder).training.names)


def test_sizes_are_made_equal_only_when_asked(folder: Path) -> None:
    put(folder / "dogs" / "large.png", np.kron(GREY, np.ones((2, 2), dtype=np.uint8)))
    with pytest.raises(DataError, match=r"dogs/large.png has 6 rows and 8 columns, but cats/c0.png has 3 and 4"):
        images(folder)
    data = images(folder, rows=3, columns=4)
    np.testing.assert_array_equal(data.training.inputs[-1], GREY.ravel() / 255.0)
    said = "Resized by averaging to 3 rows and 4 columns: 1 image, for example dogs/large.png from 6 x 8."
    assert said in data.notes
    with pytest.raises(ExperimentError, match="rows and columns belong together"):
        images(folder, rows=3)


def test_colours_deep_grey_and_other_maxima(tmp_path: Path) -> None:
    put(tmp_path / "a" / "colour.png", np.full((2, 2, 3), 51, dtype=np.uint8))
    put(tmp_path / "a" / "photo.jpg", np.full((2, 2), 102, dtype=np.uint8))
    put(tmp_path / "b" / "deep.png", np.full((2, 2), 13107, dtype=np.uint16))
    (tmp_path / "b" / "plain.pgm").write_text("P2\n# made by hand\n2 2\n10\n2 2 2 2\n", "ascii")
    data = images(tmp_path)
    assert dict(zip(data.training.names, data.training.inputs[:, 0].round(3), strict=True)) == {
        "a/colour.png": 0.2,
        "a/photo.jpg": 0.4,
        "b/deep.png": 0.2,
        "b/plain.pgm": 0.2,
    }
    assert "Colours were turned to grey values in 1 image." in data.notes
    assert "Another largest grey value than 255 is stated in 1 file, and was used." in data.notes


def test_what_is_not_an_image_is_left_out_and_said(folder: Path) -> None:
    (folder / "cats" / "notes.txt").write_text("hello", "utf-8")
    (folder / "Thumbs.db").write_bytes(b"x")
    (folder / ".hidden").write_bytes(b"x")
    data = images(folder)
    assert len(data.training) == 10
    assert data.notes[0] == "Left out: Thumbs.db is not an image, and 1 more file like it."


def test_links_that_go_round_in_circles(folder: Path) -> None:
    (folder / "cats" / "loop").symlink_to(folder, target_is_directory=True)
    (folder / "cats" / "gone.png").symlink_to(folder / "nowhere.png")
    (folder / "cats" / "self.png").symlink_to(folder / "cats" / "self.png")
    assert len(images(folder).training) == 10


def bomb(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    body = chunk(b"IDAT", zlib.compress(bytes(1000)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + body + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello",
        b"P5\n4 3\n255\nab",
        b"P5\n100000 100000\n255\nab",
        b"P2\n4 3\n255\n1 2 x",
        b"Pf\n1 1\n-1.0\n\0\0\0\0",
        b"\x89PNG\r\n\x1a\n",
        bomb(60_000, 60_000),
        bomb(8_000, 8_000),
        bomb(400, 400),
        b"\xff\xd8\xff\xe0\0\x10JFIF\0",
        b"GIF89a\1\0\1\0\0\0\0;",
    ],
)
def test_a_broken_image_is_named(folder: Path, content: bytes) -> None:
    (folder / "cats" / "broken.png").write_bytes(content)
    with pytest.raises(DataError, match=r"broken\.png .*take it out of the folder") as caught:
        images(folder)
    assert "\n" not in str(caught.value)


def test_folders_that_cannot_be_used(tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "empty").mkdir()
    for path, said in (
        ("", "no folder was chosen"),
        ("/no/such", "does not exist"),
        (str(folder / "cats" / "c0.png"), "is not a folder"),
        (str(tmp_path / "empty"), "holds no PGM, PPM, PNG or JPEG images"),
    ):
        with pytest.raises(DataError, match=said):
            loaded("image_folder", path=path)
    with pytest.raises(DataError, match=r"the name of the images has one class only \('c0'\)"):
        images(_only(tmp_path), label="name")
    monkeypatch.setattr(_memory, "MAX_VALUES", 100)
    with pytest.raises(DataError, match="12 images of 3 x 4 pixels are 144 numbers, more than 100; make rows and"):
        images(folder)
    monkeypatch.setattr(_pictures, "MAX_FILES", 5)
    with pytest.raises(DataError, match="more than 5 files"):
        images(folder)


def _only(folder: Path) -> Path:
    put(folder / "one" / "c0_1.png")
    put(folder / "one" / "c0_2.png")
    return folder / "one"


def test_progress_and_cancelling(folder: Path) -> None:
    told: list[tuple[int, int | None]] = []
    options = ImageFolderOptions(path=str(folder))
    image_folder.load(options, progress=lambda done, total: told.append((done, total)))
    looked_into = [(0, None)] * 3  # the folder and the two in it
    assert told == looked_into + [(i + 1, 10) for i in range(10)]
    with pytest.raises(CancelledError, match="nothing was kept"):
        image_folder.load(options, cancelled=lambda: True)


def test_equal_images_of_different_classes_are_noted(folder: Path) -> None:
    put(folder / "dogs" / "cat.png")
    said = images(folder).notes[-1]
    assert said.startswith("The same pixels but different classes: cats/c0.png and dogs/cat.png; a network gives")


def test_a_network_learns_to_tell_stripes_apart(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    for i in range(30):
        noise = rng.integers(0, 60, (8, 8)).astype(np.uint8)
        stripes = np.zeros((8, 8), dtype=np.uint8)
        stripes[i % 2 :: 2] = 150
        put(tmp_path / "flat" / f"{i}.png", stripes + noise)
        put(tmp_path / "upright" / f"{i}.png", stripes.T + noise)
    dataset: dict[str, object] = {"name": "image_folder", "path": str(tmp_path), "rows": 8, "columns": 8}
    assert accuracy(after(dataset, [64, 6, 1], ["sigmoid", "sigmoid"], 100), "test") > 0.9
