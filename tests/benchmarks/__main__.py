"""Print all tables: `python -m tests.benchmarks`, with a number for other than three rounds, or with names of some.

The names are those of the parts: training, history, throughput, compiling, walk, and soak, which runs only when it is
named.
"""

from __future__ import annotations

import platform
import sys
from collections.abc import Callable
from datetime import datetime, timezone

from tests.benchmarks import compiling, history, soak, throughput, training, walk
from tests.benchmarks.measuring import say

ROUNDS = 3
PARTS: dict[str, Callable[[int], None]] = {
    "training": training.main,
    "history": lambda _: history.main(),
    "throughput": throughput.main,
    "compiling": lambda _: compiling.main(),
    "walk": lambda _: walk.main(),
    "soak": lambda _: soak.main(),
}
ASKED_FOR = ("soak",)
"""Takes minutes, so it only runs when it is named."""


def main(words: list[str]) -> None:
    """Run the parts that are named, or all usual ones."""
    rounds = [int(word) for word in words if word.isdecimal()]
    names = [word for word in words if not word.isdecimal()]
    unknown = sorted(set(names) - set(PARTS))
    if unknown:
        sys.exit(f"no benchmark is called {unknown[0]!r}; there are {', '.join(PARTS)}")
    today = datetime.now(timezone.utc).date()
    say(f"{today} {platform.system()} {platform.machine()} Python {platform.python_version()}")
    for name in names or [part for part in PARTS if part not in ASKED_FOR]:
        PARTS[name](rounds[0] if rounds else ROUNDS)


if __name__ == "__main__":
    main(sys.argv[1:])
