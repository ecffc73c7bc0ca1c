"""Where the images are looked for, in which order, and what is said about the places."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from face_archives import p5, tarball, write_tree

from nlcore.errors import DataError
from nlcore.faces import places, sources

Files = dict[str, bytes]


def named(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    monkeypatch.setenv("NLLAB_DATA", str(path))


def test_without_images_only_the_cache_is_named() -> None:
    (cache,) = places.places()
    assert (cache.kind, cache.path, cache.found) == ("cache", places.cache_folder(), False)
    assert places.find_faces() == (None, ())
    assert places.full_size("an2i_left_angry_open") is None


@pytest.mark.parametrize("folder", ["", "faces", "cmu_faces", "cmu_faces/faces"])
def test_the_folder_the_variable_names_is_searched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, quarter_files: Files, folder: str
) -> None:
    (tmp_path / folder).mkdir(parents=True, exist_ok=True)
    (tmp_path / folder / "faces_4.tar.gz").write_bytes(tarball(quarter_files))
    named(monkeypatch, tmp_path)
    if folder == "cmu_faces/faces":  # an archive is not looked for so deep
        assert places.find_faces()[0] is None
        return
    faces, notes = places.find_faces()
    assert faces is not None
    assert notes == ()
    first = places.places()[0]
    assert (first.kind, first.path, first.found) == ("NLLAB_DATA", tmp_path, True)
    assert "624 images" in first.note


def test_the_variable_may_name_an_archive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, quarter_files: Files
) -> None:
    archive = tmp_path / "whatever.bin"
    archive.write_bytes(tarball(quarter_files))
    named(monkeypatch, archive)
    assert places.find_faces()[0] is not None


def test_the_order_is_variable_then_chosen_then_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, quarter_files: Files
) -> None:
    folders = [tmp_path / "a", tmp_path / "b", places.cache_folder()]
    for folder in folders:
        folder.mkdir(parents=True)
        (folder / "faces_4.tar.gz").write_bytes(tarball(quarter_files))
    named(monkeypatch, folders[0])
    places.set_chosen_folder(folders[1])
    assert [(place.kind, place.found) for place in places.places()] == [
        ("NLLAB_DATA", True),
        ("chosen folder", True),
        ("cache", True),
    ]
    for folder in folders:
        faces, _ = places.find_faces()
        assert faces is not None
        assert Path(faces.where).parent == folder
        (folder / "faces_4.tar.gz").unlink()


def test_a_place_without_images_is_skipped_and_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, quarter_files: Files
) -> None:
    (tmp_path / "empty").mkdir()
    named(monkeypatch, tmp_path / "empty")
    places.set_chosen_folder(tmp_path / "gone")
    faces, notes = places.find_faces()
    assert faces is None
    assert notes == (
        f"NLLAB_DATA was skipped: {tmp_path / 'empty'} holds no face images.",
        f"The chosen folder was skipped: {tmp_path / 'gone'} does not exist.",
    )
    assert [place.found for place in places.places()] == [False, False, False]


def test_a_place_with_broken_images_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, quarter_files: Files
) -> None:
    (tmp_path / "faces_4.tar.gz").write_bytes(tarball(quarter_files)[:-500])
    named(monkeypatch, tmp_path)
    with pytest.raises(DataError, match=r"faces_4.tar.gz is cut off or damaged"):
        places.find_faces()
    first = places.places()[0]
    assert not first.found
    assert "cut off or damaged" in first.note


@pytest.mark.parametrize("name", ["~nobody-of-this-name/faces", "gone/deep/below", "file.txt/below"])
def test_a_path_that_leads_nowhere_is_skipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file.txt").write_text("no folder")
    monkeypatch.setenv("NLLAB_DATA", name)
    faces, notes = places.find_faces()
    assert faces is None
    assert "does not exist" in notes[0]


def test_an_impossible_path_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NLLAB_DATA", "x" * 5000)
    if os.name == "posix":
        with pytest.raises(DataError, match="cannot be read: File name too long"):
            places.find_faces()
    assert not places.places()[0].found


def test_the_chosen_folder_is_remembered(tmp_path: Path) -> None:
    assert places.chosen_folder() is None
    for folder in (tmp_path / "mine", tmp_path / 'with "quotes" and ümlauts'):
        places.set_chosen_folder(folder)
        assert places.chosen_folder() == folder
    assert [file.name for file in places.settings_file().parent.iterdir()] == ["data.toml"]
    places.set_chosen_folder(None)
    places.set_chosen_folder(None)
    assert places.chosen_folder() is None


@pytest.mark.parametrize("text", ["faces = ", "faces = 3", 'faces = ""', 'faces = "a\\u0000b"', "\xff"])
def test_a_broken_settings_file_is_said_and_not_in_the_way(text: str) -> None:
    file = places.settings_file()
    file.parent.mkdir(parents=True)
    file.write_text(text, encoding="latin-1")
    with pytest.raises(DataError, match="choose the folder of the images again"):
        places.chosen_folder()
    _, notes = places.find_faces()
    assert len(notes) == 1
    assert "data.toml" in notes[0]
    assert places.full_size("an2i_left_angry_open") is None
    assert [place.kind for place in places.places()] == ["chosen folder", "cache"]
    places.set_chosen_folder(file.parent)
    assert places.chosen_folder() == file.parent


def test_a_settings_file_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    folder = places.settings_file().parent
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.write_text("a file stands where the folder should be")
    with pytest.raises(DataError, match=r"data.toml cannot be written"):
        places.set_chosen_folder(tmp_path)


def test_images_are_read_once_until_they_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, quarter_files: Files
) -> None:
    named(monkeypatch, write_tree(tmp_path, quarter_files))
    first, _ = places.find_faces()
    monkeypatch.setattr(sources, "read", lambda _: pytest.fail("read again"))
    assert places.find_faces()[0] is first
    monkeypatch.undo()
    named(monkeypatch, tmp_path)
    changed = tmp_path / "faces" / "an2i" / "an2i_left_angry_open_4.pgm"
    changed.write_bytes(p5([[9] * 32] * 30))
    os.utime(changed, ns=(1, 1))
    second, _ = places.find_faces()
    assert second is not None
    assert second.pixels["an2i_left_angry_open"][0, 0] == 9.0


def test_a_full_size_image_from_the_place_in_use(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, full_files: Files
) -> None:
    named(monkeypatch, write_tree(tmp_path, full_files))
    picture = places.full_size("an2i_left_angry_open")
    assert picture is not None
    assert picture.shape == (120, 128)
