"""How long the compiled kernel takes to be ready: the first time on a machine, and from what it left on the disk."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile

from nlcore import kernels
from tests.benchmarks.measuring import say

PROGRAM = """
import time
from nlcore import kernels
began, used = time.perf_counter(), time.process_time()
assert kernels.prepare(), kernels.failure()
print(time.perf_counter() - began, time.process_time() - used)
"""
FIRST_SECONDS, AGAIN_SECONDS = 5.0, 0.7
"""The goals."""


def seconds(folder: str) -> tuple[float, float]:
    """Return how long a new process needs, by the clock and of the processor; a folder keeps the compiler's results."""
    environment = {**os.environ, "NUMBA_CACHE_DIR": folder}
    done = subprocess.run([sys.executable, "-c", PROGRAM], env=environment, check=True, capture_output=True, text=True)
    by_clock, used = map(float, done.stdout.split())
    return by_clock, used


def main() -> None:
    """Print both times."""
    say(f"\nThe compiled kernel is ready after (goals: {FIRST_SECONDS} s the first time, {AGAIN_SECONDS} s from disk)")
    if not kernels.has_compiler():
        say("no compiler here")
        return
    with tempfile.TemporaryDirectory() as folder:
        first, used = seconds(folder)
        again, used_again = min(seconds(folder) for _ in range(2))
        say(f"{first:.2f} s with nothing on disk (processor {used:.2f} s)")
        say(f"{again:.2f} s from disk (processor {used_again:.2f} s)")
