"""Saving is all or nothing: after an error, a full disk or kill -9 there is the old session or the new one, whole."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from nlcore import storage, storage_zip
from nlcore.errors import SessionFileError
from tests.nlcore.sessions import session

ROUNDS = int(os.environ.get("NLLAB_KILL_ROUNDS", "60"))

DRIVER = """
import json, os, random, signal, sys, time
from pathlib import Path
import numpy as np
from nlcore import storage
from nlcore.storage_zip import Member
from tests.nlcore.sessions import session

folder, rounds = Path(sys.argv[1]), int(sys.argv[2])
path, random = folder / "x.nllab", random.Random(1)
whole = {}
for name, cursor in (("old", 20), ("new", 50)):
    packed = storage.pack(session(cursor))
    packed.append(Member("ballast.bin", np.random.default_rng(cursor).bytes(1_000_000), compressed=False))
    storage.write(path, packed)
    whole[path.read_bytes()] = name
    globals()[name] = packed
found = {"old": 0, "new": 0, "cut": 0}
for _ in range(rounds):
    child = os.fork()
    if child == 0:
        while True:
            storage.write(path, old)
            storage.write(path, new)
    time.sleep(random.uniform(0.0, 0.03))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    found[whole[path.read_bytes()]] += 1  # neither the one nor the other: KeyError
    storage.open_file(path)
    for left in folder.glob(".x.nllab.*.tmp"):
        found["cut"] += 1
        left.unlink()
print(json.dumps(found))
"""


@pytest.mark.fuzz
@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot divide a process")
def test_killed_in_the_middle_of_a_save(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", DRIVER, str(tmp_path), str(ROUNDS)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["old"] + found["new"] == ROUNDS
    assert found["old"] > 0
    assert found["new"] > 0
    assert found["cut"] > ROUNDS / 4  # so many were killed while they wrote


def test_a_full_disk_keeps_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.nllab"
    storage.save(path, session(20))
    before = path.read_bytes()

    def full(file: object, members: object) -> None:
        file.write(b"half of it")  # type: ignore[attr-defined]
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(storage_zip, "_fill", full)
    with pytest.raises(SessionFileError, match=r"x\.nllab: cannot be saved: No space left .* is unchanged"):
        storage.save(path, session(50))
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_fault_of_the_program_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(file: object, members: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(storage_zip, "_fill", broken)
    with pytest.raises(KeyboardInterrupt):
        storage.save(tmp_path / "x.nllab", session())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["no/folder/x.nllab", "x\0.nllab", "a" * 300])
def test_places_that_cannot_be_written(name: str, tmp_path: Path) -> None:
    with pytest.raises(SessionFileError, match="cannot be saved"):
        storage.save(tmp_path / name, session())


def test_a_folder_of_that_name_stays(tmp_path: Path) -> None:
    (tmp_path / "x.nllab").mkdir()
    with pytest.raises(SessionFileError, match="cannot be saved"):
        storage.save(tmp_path / "x.nllab", session())
    assert [p.name for p in tmp_path.iterdir()] == ["x.nllab"]


def test_a_session_that_could_not_be_opened_again_is_not_saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage_zip, "MOST_BYTES", 10_000)
    with pytest.raises(SessionFileError, match="more than a file of it may"):
        storage.save(tmp_path / "x.nllab", session())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name != "posix", reason="modes and links of this kind are those of POSIX")
def test_links_are_followed_and_modes_kept(tmp_path: Path) -> None:
    real, link = tmp_path / "real.nllab", tmp_path / "link.nllab"
    storage.save(real, session(20))
    ordinary = tmp_path / "ordinary"
    ordinary.touch()
    assert real.stat().st_mode == ordinary.stat().st_mode
    real.chmod(0o640)
    link.symlink_to(real)
    before = real.read_bytes()
    storage.save(link, session(50))
    assert link.is_symlink()
    assert real.read_bytes() != before
    assert real.stat().st_mode & 0o777 == 0o640


def test_what_a_killed_save_left_long_ago_is_taken_away(tmp_path: Path) -> None:
    path, names = tmp_path / "x.nllab", [".x.nllab.0123456789ab.tmp", ".x.nllab.ba9876543210.tmp", ".y.nllab.tmp"]
    for name in names:
        (tmp_path / name).touch()
    old = time.time() - 2 * storage_zip.STALE_SECONDS
    for name in (names[0], names[2]):
        os.utime(tmp_path / name, (old, old))
    storage.save(path, session())
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted([*names[1:], "x.nllab"])
