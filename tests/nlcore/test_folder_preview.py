"""A folder of pictures before it is imported: classes, sizes, thumbnails, guesses, problems."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from nlcore.datasets.image_folder import ImageFolderOptions
from nlcore.errors import CancelledError
from nlcore.folder_preview import THUMBNAILS, look

GUESSED = ("label", "size")


def picture(path: Path, size: tuple[int, int] = (20, 16), grey: int = 128) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("L", size, grey).save(path)


def options(folder: Path, **more: object) -> ImageFolderOptions:
    return ImageFolderOptions(path=str(folder), **more)  # type: ignore[arg-type]


def test_classes_by_subfolder_are_counted(tmp_path: Path) -> None:
    for label, n in (("cat", 30), ("dog", 3)):
        for i in range(n):
            picture(tmp_path / label / f"{i}.png")
    picture(tmp_path / "loose.png")
    preview = look(options(tmp_path), GUESSED)
    assert preview.problem == ""
    assert preview.options.label == "folder"
    assert preview.counts == (("cat", 30), ("dog", 3))
    assert preview.sizes == (((16, 20), 34),)
    assert preview.shape == (16, 20)
    assert preview.options.rows is None
    assert sum(one.label == "dog" for one in preview.thumbnails) == 3
    assert sum(one.label == "cat" for one in preview.thumbnails) == THUMBNAILS // 2
    assert any("loose.png" in note for note in preview.notes)


def test_without_subfolders_the_name_says_the_class(tmp_path: Path) -> None:
    for i in range(6):
        picture(tmp_path / f"{'left' if i % 2 else 'right'}_{i}.png")
    preview = look(options(tmp_path), GUESSED)
    assert preview.options.label == "name"
    assert preview.counts == (("left", 3), ("right", 3))


def test_large_or_different_pictures_get_a_size(tmp_path: Path) -> None:
    for i in range(4):
        picture(tmp_path / "ab"[i % 2] / f"{i}.png", (200, 100))
    assert look(options(tmp_path), GUESSED).shape == (16, 32)
    picture(tmp_path / "a" / "other.png", (40, 40))
    assert look(options(tmp_path), GUESSED).shape == (16, 32)
    preview = look(options(tmp_path))
    assert preview.problem.startswith("the images are of different sizes (100 x 200 and 40 x 40)")
    assert look(options(tmp_path, rows=5, columns=7)).thumbnails[0].grey.shape == (5, 7)


def test_problems(tmp_path: Path) -> None:
    assert look(options(tmp_path / "nowhere")).problem.endswith("does not exist; choose another folder")
    assert "holds no PGM" in look(options(tmp_path)).problem
    picture(tmp_path / "a" / "1.png")
    assert "has one class only ('a')" in look(options(tmp_path)).problem
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "2.png").write_bytes(b"no picture")
    assert "2.png cannot be read as an image" in look(options(tmp_path)).problem
    for i in range(3):
        picture(tmp_path / "names" / f"x{i}.png")
    assert look(options(tmp_path / "names", label="name")).problem.startswith("every image has a class of its own")


def test_a_cancelled_look_says_so(tmp_path: Path) -> None:
    picture(tmp_path / "a" / "1.png")
    with pytest.raises(CancelledError):
        look(options(tmp_path), GUESSED, lambda: True)
