"""The compiled loops are kept on disk; where that cannot be, or what is there is damaged, they are compiled anew."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from nlcore import kernels

pytestmark = [
    pytest.mark.skipif(not kernels.has_compiler(), reason="numba is not installed"),
    pytest.mark.timeout(1200),  # the compiler alone may take minutes on a busy machine
]


def test_without_a_place_on_disk_it_is_compiled_for_this_start(monkeypatch: pytest.MonkeyPatch) -> None:
    from nlcore.kernels.compiled import strict

    tried = []
    make = strict._make_run

    def make_run(version: int, has_options: bool, cache: bool) -> Any:
        tried.append(cache)
        if cache:
            raise RuntimeError("cannot cache function: no locator available")
        return make(version, has_options, cache)

    monkeypatch.setattr(strict, "_make_run", make_run)
    monkeypatch.setattr(strict, "_loops", {})
    strict.warm_up(has_options=False)
    assert tried == [True, False]
    assert False in strict._loops


@pytest.mark.slow
def test_damaged_files_are_no_obstacle(tmp_path: Path) -> None:
    def prepare() -> str:
        code = "from nlcore import kernels; print(kernels.prepare(), kernels.failure())"
        environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)}
        done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    assert prepare() == "True"
    kept = [path for path in tmp_path.rglob("*") if path.suffix in (".nbi", ".nbc")]
    assert len(kept) == 2
    for path in kept:
        path.write_bytes(b"no code")
        assert prepare() == "True"
