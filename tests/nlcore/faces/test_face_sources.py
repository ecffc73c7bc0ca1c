"""Trees, tarballs and zips: the same images from each, nothing left half-loaded, hostile ones refused."""

from __future__ import annotations

import gzip
import io
import os
import tarfile
import time
import zipfile
from pathlib import Path

import numpy as np
import pytest
from face_archives import p2, p5, tarball, write_tree, zipped
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nlcore.errors import DataError
from nlcore.faces import archives, heads, names, sources
from nlcore.faces.download import DIGESTS

Files = dict[str, bytes]
FIRST = "an2i_left_angry_open"


def same(found: sources.Faces | None, expected: dict[str, np.ndarray]) -> bool:
    return (
        found is not None
        and found.pixels.keys() == expected.keys()
        and all(np.array_equal(found.pixels[stem], expected[stem]) for stem in expected)
    )


def store(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def test_every_form_gives_the_same_images(tmp_path: Path, quarter_files: Files) -> None:
    expected = dict(heads.quarter_size(heads.SEED))
    tree = write_tree(tmp_path / "tree", quarter_files)
    inner = tarball(quarter_files)
    forms = [
        tree,
        tree / "faces",
        store(tmp_path / "faces_4.tar.gz", inner),
        store(tmp_path / "faces.tar", tarball(quarter_files, "w")),
        store(tmp_path / "faces.zip", zipped(quarter_files)),
        store(tmp_path / "any name", zipped({"faces_4.tar.gz": inner})),
    ]
    for form in forms:
        assert same(sources.read(form), expected), form
    flat = write_tree(tmp_path / "flat", {Path(name).name: data for name, data in quarter_files.items()})
    assert same(sources.read(flat), expected)


def test_full_size_images_are_reduced_where_there_are_no_small_ones(
    tmp_path: Path, quarter_files: Files, full_files: Files
) -> None:
    tree = write_tree(tmp_path, full_files)
    faces = sources.read(tree)
    assert faces is not None
    assert faces.reduced == 624
    for stem in (FIRST, "tammo_up_sad_open"):
        picture = heads.full_size(stem).astype(float)
        np.testing.assert_allclose(faces.pixels[stem][2, 5], picture[8:12, 20:24].mean())
    small = next(name for name in quarter_files if FIRST in name)
    write_tree(tmp_path, {small: p5(np.full((30, 32), 7))})
    faces = sources.read(tree)
    assert faces is not None
    assert faces.reduced == 623
    assert np.all(faces.pixels[FIRST] == 7.0)
    assert sources.read_full_size(tree, FIRST) is not None


def test_bad_files_and_strangers_are_ignored(tmp_path: Path, quarter_files: Files) -> None:
    extra = {
        "faces/choon/choon_left_angry_sunglasses.bad": b"x",
        "faces/an2i/an2i_left_angry_open_2.pgm": b"broken, but nobody reads half size",
        "faces/stranger/stranger_left_angry_open_4.pgm": b"x",
        "faces/readme.txt": b"hello",
    }
    assert same(sources.read(write_tree(tmp_path, quarter_files | extra)), dict(heads.quarter_size(heads.SEED)))


@pytest.mark.parametrize("content", [{}, {"readme.txt": b"no faces"}, {"surface.csv": b"1,2"}])
def test_a_folder_without_faces_is_nothing(tmp_path: Path, content: Files) -> None:
    assert sources.read(write_tree(tmp_path, content)) is None


def test_an_archive_without_faces_is_nothing(tmp_path: Path) -> None:
    assert sources.read(store(tmp_path / "a.zip", zipped({"a.txt": b"a"}))) is None
    assert sources.read(store(tmp_path / "a.tar.gz", tarball({"a.txt": b"a"}))) is None
    assert sources.read(store(tmp_path / "a.txt", b"words")) is None


def test_missing_images_are_an_error_with_an_example(tmp_path: Path, quarter_files: Files) -> None:
    some = dict(list(quarter_files.items())[2:])
    with pytest.raises(DataError, match="lacks 2 of the 624 face images, for example an2i"):
        sources.read(write_tree(tmp_path, some))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (p5(np.zeros((30, 32)))[:-5], "cut off"),
        (p5(np.zeros((60, 64))), "64 x 60 pixels instead of 32 x 30"),
        (b"P5\n100000 100000\n255\n", "100000 x 100000 pixels instead"),
        (b"", "header"),
        (bytes(3 << 20), "larger than a face image"),
    ],
)
def test_a_broken_image_is_named(tmp_path: Path, quarter_files: Files, data: bytes, said: str) -> None:
    broken = quarter_files | {f"faces/an2i/{FIRST}_4.pgm": data}
    forms = [
        write_tree(tmp_path / "tree", broken),
        store(tmp_path / "faces_4.tar.gz", tarball(broken)),
        store(tmp_path / "faces.zip", zipped(broken)),
    ]
    for form in forms:
        with pytest.raises(DataError, match=said) as caught:
            sources.read(form)
        assert f"{FIRST}_4.pgm" in str(caught.value)
        assert "\n" not in str(caught.value)


def test_links_that_lead_in_circles_do_no_harm(tmp_path: Path, quarter_files: Files) -> None:
    tree = write_tree(tmp_path / "tree", quarter_files)
    try:
        (tree / "faces" / "again").symlink_to(tree, target_is_directory=True)
        (tree / "self").symlink_to(tree / "self")
        (tree / "faces" / "an2i" / "gone.pgm").symlink_to(tmp_path / "gone")
        (tmp_path / "elsewhere").symlink_to(tree / "faces", target_is_directory=True)
    except OSError:
        pytest.skip("this system makes no links")
    expected = dict(heads.quarter_size(heads.SEED))
    assert same(sources.read(tree), expected)
    assert same(sources.read(tmp_path / "elsewhere"), expected)
    assert len(list(sources.walk(tree))) == 624


def test_an_unreadable_folder_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.scandir

    def scandir(path: object) -> object:
        if str(path) in {str(tmp_path / "locked"), str(tmp_path / "open" / "an2i"), str(tmp_path / "open" / "private")}:
            raise PermissionError(13, "Permission denied")
        return real(path)  # type: ignore[call-overload]

    for name in ("locked", "open/an2i", "open/private"):
        (tmp_path / name).mkdir(parents=True)
    monkeypatch.setattr(os, "scandir", scandir)
    with pytest.raises(DataError, match=r"locked cannot be read: Permission denied"):
        sources.read(tmp_path / "locked")
    with pytest.raises(DataError, match=r"an2i cannot be read"):
        sources.read(tmp_path / "open")
    (tmp_path / "open" / "an2i").rmdir()
    assert sources.read(tmp_path / "open") is None


def test_an_unreadable_image_is_an_error(tmp_path: Path, quarter_files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    tree = write_tree(tmp_path, quarter_files)
    real = Path.open

    def locked(path: Path, *args: object, **kwargs: object) -> object:
        if path.name == f"{FIRST}_4.pgm":
            raise PermissionError(13, "Permission denied")
        return real(path, *args, **kwargs)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", locked)
    with pytest.raises(DataError, match=f"{FIRST}_4.pgm cannot be read: Permission denied"):
        sources.read(tree)


@pytest.mark.parametrize("name", ["../", "/tmp/", "faces/../../", "..\\", "C:\\faces\\"])
def test_names_that_lead_out_of_an_archive_are_ignored(quarter_files: Files, name: str) -> None:
    outside = {f"{name}{Path(inside).name}": data for inside, data in quarter_files.items()}
    for data in (tarball(outside), zipped(outside)):
        assert list(sources.in_archive(data, "a")) == []


def test_links_in_an_archive_are_ignored(tmp_path: Path) -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE):
            info = tarfile.TarInfo(f"faces/an2i/{FIRST}_4.pgm")
            info.type, info.linkname = kind, "/etc/hostname"
            archive.addfile(info)
    assert archives.members(out.getvalue(), "a") == []
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as zipper:
        link = zipfile.ZipInfo(f"{FIRST}_4.pgm")
        link.external_attr = 0o120777 << 16
        zipper.writestr(link, "/etc/hostname")
    assert archives.members(out.getvalue(), "a") == []


def bomb() -> bytes:
    """Compress more zeros than an archive may hold."""
    return gzip.compress(bytes(archives.MAX_ARCHIVE + (1 << 20)), 1)


def test_bombs_are_not_unpacked(tmp_path: Path, quarter_files: Files) -> None:
    started = time.monotonic()
    packed = bomb()
    with pytest.raises(DataError, match="more than an archive of faces can hold"):
        sources.read(store(tmp_path / "faces.tar.gz", packed))
    with pytest.raises(DataError, match="more than an archive of faces can hold"):
        sources.read(store(tmp_path / "nested.zip", zipped({"faces_4.tar.gz": packed}, packed=False)))
    huge = quarter_files | {f"faces/an2i/{FIRST}_4.pgm": bytes(archives.MAX_ARCHIVE // 2)}
    with pytest.raises(DataError, match="larger than a face image"):
        sources.read(store(tmp_path / "huge.zip", zipped(huge)))
    huge = {"faces.tar": bytes(archives.MAX_ARCHIVE + 1)}
    with pytest.raises(DataError, match="larger than an archive of faces"):
        sources.read(store(tmp_path / "tar.zip", zipped(huge)))
    assert time.monotonic() - started < 15


def test_too_many_members_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MAX_MEMBERS", 10)
    many = {f"{i}.txt": b"" for i in range(11)}
    for data in (tarball(many), zipped(many)):
        with pytest.raises(DataError, match="more than an archive"):
            archives.members(data, "a")


def test_a_large_file_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "MAX_ARCHIVE", 1000)
    with pytest.raises(DataError, match="larger than an archive of faces"):
        sources.read(store(tmp_path / "faces.zip", zipped({"a": bytes(2000)}, packed=False)))
    assert sources.read(store(tmp_path / "film.mov", bytes(2000))) is None


def test_a_file_that_is_not_what_its_name_says(tmp_path: Path) -> None:
    store(tmp_path / "faces_4.tar.gz", b"<html>not found</html>")
    with pytest.raises(DataError, match="is not a zip or tar archive"):
        sources.read(tmp_path)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_damaged_archives_give_images_or_one_clear_error(quarter_files: Files, data: st.DataObject) -> None:
    files = dict(list(quarter_files.items())[:3])
    whole = data.draw(
        st.sampled_from(
            [tarball(files), tarball(files, "w"), zipped(files), zipped({"faces_4.tar.gz": tarball(files)})]
        )
    )
    broken = bytearray(whole[: data.draw(st.integers(0, len(whole)))])
    for _ in range(data.draw(st.integers(0, 6))):
        if broken:
            broken[data.draw(st.integers(0, len(broken) - 1))] = data.draw(st.integers(0, 255))
    try:
        for collection in sources.in_archive(bytes(broken), "the archive"):
            for size in sources.SHAPES:
                for member in collection.of_size(size).values():
                    member.read(100_000)
    except DataError as error:
        assert "\n" not in str(error)  # noqa: PT017


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=600), st.sampled_from([b"", b"PK\x03\x04", b"\x1f\x8b\x08\x00"]))
def test_random_bytes_give_nothing_or_one_clear_error(data: bytes, head: bytes) -> None:
    try:
        found = list(sources.in_archive(head + data, "the archive"))
    except DataError as error:
        assert "\n" not in str(error)  # noqa: PT017
    else:
        assert found == []


@pytest.fixture(scope="session")
def cmu(real_data: Path) -> Path:
    return real_data / "cmu_faces"


def test_the_real_images_have_the_known_pixels(cmu: Path) -> None:
    found = {c.where: sources.pixel_digests(c) for c in sources.collections(cmu)}
    assert {Path(where).name for where in found} == {"faces_4.tar.gz", "faces.tar.gz"}
    assert found[str(cmu / "faces_4.tar.gz")] == {"quarter": DIGESTS["quarter"]}
    assert found[str(cmu / "faces.tar.gz")] == DIGESTS


def test_the_real_images_are_the_same_from_every_form(cmu: Path, tmp_path: Path) -> None:
    small = sources.read(cmu / "faces_4.tar.gz")
    assert small is not None
    expected = dict(small.pixels)
    with tarfile.open(cmu / "faces_4.tar.gz") as archive:
        files = {
            member.name: archive.extractfile(member).read()  # type: ignore[union-attr]
            for member in archive
            if member.isfile()
        }
    assert same(sources.read(write_tree(tmp_path, files)), expected)
    both = {name: (cmu / name).read_bytes() for name in ("faces.tar.gz", "faces_4.tar.gz")}
    assert same(sources.read(store(tmp_path / "cmu face images.zip", zipped(both, packed=False))), expected)
    assert same(sources.read(cmu / "faces.tar.gz"), expected)


def test_the_real_full_size_images_reduce_to_the_small_ones(cmu: Path) -> None:
    small = sources.read(cmu / "faces_4.tar.gz")
    assert small is not None
    (large,) = sources.collections(cmu / "faces.tar.gz")
    reduced = sources.read_full_size(cmu / "faces.tar.gz", FIRST)
    assert reduced is not None
    assert np.abs(sources.reduce_by_4(reduced) - small.pixels[FIRST]).max() <= 1.0
    assert large.full.keys() == names.stems()


def test_reading_text_and_binary_full_size_agree(tmp_path: Path, full_files: Files) -> None:
    name = f"faces/an2i/{FIRST}.pgm"
    text = full_files | {name: p2(heads.full_size(FIRST))}
    chosen = sources.read_full_size(write_tree(tmp_path, text), FIRST)
    np.testing.assert_array_equal(chosen, heads.full_size(FIRST))
