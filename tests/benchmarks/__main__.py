"""Print how long a presentation takes in each kernel, relative to plain C where a C compiler is there.

Run with `python -m tests.benchmarks`; add a number for more rounds.
"""

from __future__ import annotations

import ctypes
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path

import numpy as np

from nlcore import kernels
from nlcore.activations import activation
from nlcore.kernels import reference, vectorized
from nlcore.kernels.problem import Problem, Progress, StopRules
from nlcore.losses import loss
from nlcore.network import Layout
from nlcore.records import Counters, read_only
from nlcore.rules import backpropagation

NETWORKS = {
    "XOR 2-2-1": ((2, 2, 1), 4),
    "vowels 2-10-10": ((2, 10, 10), 500),
    "faces 960-3-4": ((960, 3, 4), 277),
    "ALVINN 960-4-30": ((960, 4, 30), 200),
    "digits 64-32-10": ((64, 32, 10), 500),
}
SECONDS = 0.15
OPTIONS = {"measured": False, "stops": False}
Run = Callable[[int], object]


def problem_of(layers: tuple[int, ...], n: int) -> tuple[Problem, Progress]:
    rng = np.random.default_rng(1)
    layout = Layout(layers, tuple(activation("sigmoid") for _ in layers[1:]))
    problem = Problem(
        layout=layout, rule=backpropagation.RULE, loss=loss("squared_error"),
        inputs=(read_only(rng.uniform(0, 1, (n, layers[0]))),),
        targets=(read_only(rng.integers(0, 2, (n, layers[-1])) * 0.8 + 0.1),),
        midpoint=0.5, learning_rate=0.3, momentum=0.3, batch=1, mean=False, order=0, seed=1, every=n, stop=StopRules(),
    )  # fmt: skip
    start = read_only(rng.uniform(-0.1, 0.1, layout.n_params))
    return problem, Progress(start, read_only(np.zeros_like(start)), Counters(), 0)


def plain_c(folder: Path) -> ctypes.CDLL | None:
    """Build the C program, if there is a compiler."""
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        return None
    library = folder / "plain.so"
    source = Path(__file__).parent / "plain.c"
    subprocess.run(
        [compiler, "-O3", "-march=native", "-fno-fast-math", "-shared", "-fPIC", "-o", library, source, "-lm"],
        check=True,
    )
    return ctypes.CDLL(str(library))


def c_run(library: ctypes.CDLL, problem: Problem, start: Progress) -> Run:
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


def seconds_each(run: Run, n: int) -> float:
    began = time.perf_counter()
    run(n)
    return (time.perf_counter() - began) / n


def main(rounds: int) -> None:
    """Measure and print the table."""
    print_line = sys.stdout.write
    today = datetime.now(timezone.utc).date()
    print_line(f"{today} {platform.system()} {platform.machine()} Python {platform.python_version()}\n")
    if not kernels.prepare():
        print_line(f"no compiled kernel here {kernels.failure()}\n")
    with tempfile.TemporaryDirectory() as folder:
        library = plain_c(Path(folder))
        for name, (layers, n) in NETWORKS.items():
            problem, start = problem_of(layers, n)
            runs: dict[str, Run] = {}
            if library is not None:
                runs["C"] = c_run(library, problem, start)
            if kernels.is_ready():
                runs["compiled"] = lambda n, p=problem, s=start: kernels.run("strict", p, s, n, **OPTIONS).end.params
            runs["vectorized"] = lambda n, p=problem, s=start: vectorized.run(p, s, n, **OPTIONS).end.params
            runs["reference"] = lambda n, p=problem, s=start: reference.run(p, s, n, **OPTIONS).end.params
            if kernels.is_ready():
                assert np.array_equal(runs["compiled"](50), runs["reference"](50)), "kernels must give equal bits"
            if library is not None:
                assert np.allclose(runs["C"](50), runs["reference"](50), rtol=1e-9), "C must compute the same"
            counts = {key: max(1, int(SECONDS / seconds_each(run, 20))) for key, run in runs.items()}
            times: dict[str, list[float]] = {key: [] for key in runs}
            for _ in range(rounds):
                for key, run in runs.items():
                    times[key].append(seconds_each(run, counts[key]))
            base = times["C" if library is not None else "vectorized"]
            ratios = {key: statistics.median(t / b for t, b in zip(times[key], base, strict=True)) for key in runs}
            shown = "  ".join(f"{key} {ratio:.2f}" for key, ratio in ratios.items())
            print_line(f"{name:<16} {1e6 * statistics.median(base):8.3f} us  {shown}\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
