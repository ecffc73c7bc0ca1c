"""The same training as a straightforward C program, built on the spot if there is a C compiler."""

from __future__ import annotations

import ctypes
import shutil
import subprocess
from pathlib import Path

import numpy as np

from nlcore.kernels.problem import Problem, Progress
from tests.benchmarks.measuring import Run

FLAGS = ("-O3", "-march=native", "-fno-fast-math", "-shared", "-fPIC")


def build(folder: Path) -> ctypes.CDLL | None:
    """Build the C program in a folder; None without a compiler."""
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        return None
    library = folder / "plain.so"
    source = Path(__file__).parent / "plain.c"
    subprocess.run([compiler, *FLAGS, "-o", library, source, "-lm"], check=True)
    return ctypes.CDLL(str(library))


def runner(library: ctypes.CDLL, problem: Problem, start: Progress) -> Run:
    """Return a function that trains from the start in C and returns the parameters."""
    layers = np.array(problem.layout.layers, dtype=np.int64)
    inputs, targets = problem.inputs[0].copy(), problem.targets[0].copy()
    n_units = int(layers.sum())
    outputs, deltas = np.empty(n_units), np.empty(n_units)

    def pointer(array: np.ndarray) -> ctypes.c_void_p:
        return array.ctypes.data_as(ctypes.c_void_p)

    def run(n: int) -> np.ndarray:
        size = len(start.params)
        second = size + (128 - size) % 512
        buffer = np.zeros(second + size)
        buffer[:size] = start.params
        library.train(
            pointer(buffer), pointer(buffer[second:]), pointer(layers), ctypes.c_long(len(layers)), pointer(inputs),
            pointer(targets), ctypes.c_long(problem.n), ctypes.c_long(n), ctypes.c_double(problem.learning_rate),
            ctypes.c_double(problem.momentum), pointer(outputs), pointer(deltas),
        )  # fmt: skip
        return buffer[:size]

    return run
