"""What all tests share: a screenless Qt, a private home, and no thread left behind."""

from __future__ import annotations

import gc
import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

for _name in filter(None, os.environ.get("NLLAB_TEST_BLOCK", "").split(",")):
    sys.modules[_name] = None  # type: ignore[assignment]  # as if it were not installed
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
REAL_DATA = os.environ.pop("NLLAB_DATA", "") or os.environ.get("NLLAB_TEST_DATA", "")
"""Where the real face images are, if the person who runs the tests has them; taken out of the tests' environment."""
os.environ["NLLAB_TEST_DATA"] = REAL_DATA  # processes that share the tests are started from this one

WHOLE_EVERY = 20
n_tests = [0]

hypothesis.settings.register_profile("local", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "local")


@pytest.fixture(autouse=True)
def private_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep settings and caches of the person who runs the tests out of them."""
    home = tmp_path_factory.mktemp("home")
    for name in ("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_DOCUMENTS_DIR", "APPDATA", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(home / name.lower()))


@pytest.fixture(autouse=True)
def no_thread_outlives_a_test() -> Iterator[None]:
    """Fail a test that leaves a thread running."""
    before = set(threading.enumerate())
    yield
    left = [thread for thread in threading.enumerate() if thread not in before and thread.is_alive()]
    for thread in left:
        thread.join(timeout=2)
    left = [thread for thread in left if thread.is_alive()]
    assert not left, f"threads outlived the test: {left}"


@pytest.fixture(autouse=True)
def no_collection_within_a_test() -> Iterator[None]:
    """Collect garbage between tests only: in a thread beside the window it would take apart what belongs to Qt."""
    gc.disable()
    yield
    n_tests[0] += 1
    gc.collect(2 if n_tests[0] % WHOLE_EVERY == 0 else 1)


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Give the folder with the real face images, or skip: they are not part of the project."""
    if not REAL_DATA:
        pytest.skip("NLLAB_DATA does not name a folder with the CMU face images")
    return Path(REAL_DATA).resolve()
