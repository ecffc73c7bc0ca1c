"""The argument of the hundred steps in numbers and words: how many steps fit, and what only many units at once can do.

Plain sentences without Qt.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.timing import Timing
from app.widgets.numbers import GAP, count, counted, number, power_of_ten

MINUTE, HOUR, DAY, YEAR = 60.0, 3600.0, 86400.0, 365.25 * 86400.0
PIXELS = 960
"""Of one of the small pictures in the lesson on faces."""


@dataclass(frozen=True, slots=True)
class Brain:
    """What is known about brains, roughly; the lecture's numbers.

    Attributes
    ----------
    switching_seconds : float
        How long a neuron takes to switch.
    recognition_seconds : float
        How long a person takes to recognise a scene.
    neurons, connections : float
        How many neurons there are, and how many connections each has.
    """

    switching_seconds: float = 1e-3
    recognition_seconds: float = 0.1
    neurons: float = 1e10
    connections: float = 1e4

    @property
    def steps(self) -> int:
        """How many switchings, one after the other, fit into one recognition."""
        return int(self.recognition_seconds / self.switching_seconds * (1 + 1e-9))

    @property
    def switchings(self) -> float:
        """How many there can be in all, if all neurons work at the same time."""
        return self.neurons * self.steps

    @property
    def in_a_row_seconds(self) -> float:
        """How long they would take one after the other."""
        return self.switchings * self.switching_seconds


def duration(seconds: float) -> str:
    """Write a time in the unit that suits it: "1.2 s", "3 ms", "32 years"."""
    if seconds >= 2 * YEAR:
        return f"{large(seconds / YEAR, 2)}{GAP}years"
    for size, word in ((DAY, "days"), (HOUR, "hours"), (MINUTE, "minutes")):
        if seconds >= 2 * size:
            return f"{number(seconds / size, 2)}{GAP}{word}"
    for size, word in ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs")):
        if seconds >= 0.9995 * size:
            return f"{number(seconds / size, 3)}{GAP}{word}"
    return f"{number(seconds / 1e-9, 3)}{GAP}ns"


def large(value: float, digits: int = 3) -> str:
    """Write a number that may be very large: from a million on with a power of ten."""
    if value < 1e6:
        return number(float(f"{value:.{digits}g}"), digits)
    mantissa, _, exponent = f"{value:.{max(0, digits - 1)}e}".partition("e")
    mantissa = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
    power = power_of_ten(int(exponent))
    return power if mantissa == "1" else f"{mantissa} × {power}"


def step_lines(brain: Brain) -> list[str]:
    """Say what follows from the numbers."""
    n, whole, switching = brain.steps, duration(brain.recognition_seconds), duration(brain.switching_seconds)
    if n < 1:
        said = f"A neuron that needs {switching} cannot switch even once in {whole}."
        return [f"{said} Make the recognition longer or the switching faster."]
    steps = counted(n, "step")
    is_few = n < PIXELS
    only, fit = "only " if is_few else "", "fits" if n == 1 else "fit"
    ratio = brain.recognition_seconds / brain.switching_seconds
    shown = count(n) if abs(ratio - n) <= 1e-6 * ratio else number(ratio, 6)
    lines = [f"{whole} / {switching} = {shown}: {only}{steps} in a row {fit} into one recognition."]
    if is_few:
        few = f"A program that may take only {steps}, one after the other, has not even looked"
        lines.append(f"{few} at each of the {PIXELS} pixels of a small picture.")
    at_once = f"{large(brain.neurons)} neurons can switch at the same time: {large(brain.switchings)} switchings"
    at_once = f"{at_once} in {whole}. One after the other they would take {duration(brain.in_a_row_seconds)}."
    links = f"{large(brain.neurons * brain.connections)} connections between them"
    if is_few:
        lines.append(f"But {at_once}")
        lines.append(f"So the work must be done in parallel, by very many simple units with {links}.")
    else:
        lines.append(f"A program with so many steps in a row could look at each of {PIXELS} pixels in turn.")
        lines.append(f"Still, {at_once} There are {links}.")
    return lines


def network_line(layers: tuple[int, ...], n_params: int, brain: Brain) -> str:
    """Say how many steps in a row the network of this lesson needs."""
    n = len(layers) - 1
    said = f"The network of this lesson: {' – '.join(map(count, layers))} units, {count(n_params)} weights. "
    said += f"If all units of a layer worked at the same time, an answer would take {counted(n, 'step')} in a row"
    if brain.steps >= 1:
        said += f", with neurons {duration(n * brain.switching_seconds)}"
    return said + ". This computer does the sums one after the other."


def timing_lines(timing: Timing) -> list[str]:
    """Say what was measured."""
    trained = f"{counted(timing.epochs, 'epoch')} ({counted(timing.presentations, 'presentation')})"
    times = f"took {duration(timing.training_seconds)}; one answer takes {duration(timing.one_seconds)}."
    answered = large(timing.answers_meanwhile, 2)
    lines = [
        f"Training for {trained} {times}",
        f"Meanwhile {answered} examples could have been answered: training is slow, use is fast.",
    ]
    if timing.accuracy is not None:
        lines.append(f"Afterwards {timing.accuracy:.1%} of the {timing.of_set} set are classified correctly.")
    return lines
