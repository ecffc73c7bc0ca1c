"""kill -9 in the middle of a save of the window: the file holds a whole session, the old or the new one.

`NLLAB_KILL_ROUNDS` says how often.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROUNDS = int(os.environ.get("NLLAB_KILL_ROUNDS", "60"))

DRIVER = """
import json, os, random, signal, sys, time
from pathlib import Path

from app.application import make_application
from app.main_window import MainWindow
from app.session import Session
from app.settings import Settings
from nlcore import storage

folder, rounds = Path(sys.argv[1]), int(sys.argv[2])
path, random = folder / "x.nllab", random.Random(1)
application, session = make_application(), Session()
window = MainWindow(session, Settings(theme="light"))
window.show()
window.create_panes()
documents = window.tools["documents"]

def until(condition):
    while not condition():
        application.processEvents()
        time.sleep(0.001)

window.open_lesson("faces")
until(lambda: session.activity == "paused")
for _ in range(60):
    session.step("presentation")
documents.save_to(path)
until(lambda: documents.path is not None)
known = {session.history.state_at(p).params.tobytes(): p for p in range(61)}
window.hide()  # hidden panes are not drawn: a child has time for many saves
found = {"cut": 0, "moments": set()}
for number in range(rounds):
    child = os.fork()
    if child == 0:
        p = number % 50
        while True:
            p = (p + 1) % 61
            session.seek(p)
            documents.save_to(path)
            until(lambda: documents._saving is None)
    time.sleep(random.uniform(0.05, 0.3))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    (track,) = storage.open_file(path).session.tracks  # whole
    found["moments"].add(known[track.cursor.params.tobytes()])
    for part in folder.glob(".x.nllab.*.tmp"):
        found["cut"] += 1
        part.unlink()
print(json.dumps({"cut": found["cut"], "moments": len(found["moments"])}), flush=True)
os._exit(0)
"""


@pytest.mark.slow
@pytest.mark.fuzz
@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot divide a process")
def test_killed_in_the_middle_of_a_save_of_the_window(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", DRIVER, str(tmp_path), str(ROUNDS)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["moments"] >= min(ROUNDS, 10)  # the files were indeed different ones
    assert found["cut"] > ROUNDS / 10  # so many were killed while they wrote
