"""A short Python script that trains a run again: what "Copy as Python" gives.

It uses the engine alone, so it shows how the engine is used, and it prints a digest of the weights by which two runs
can be compared.
"""

from __future__ import annotations

import pprint
from collections.abc import Sequence

from nlcore.experiment import Experiment
from nlcore.interventions import Intervention

WIDTH = 100

_TOP = '''"""Trains a network of the Neural Learning Lab for {shown}.

Data set: {dataset}. Run it where the package nlcore is installed.
"""

import hashlib

from nlcore.experiment import Experiment
{imports}from nlcore.trainer import Trainer

experiment = Experiment.from_dict(
{experiment}
)
'''

_CHANGES = """
# What was changed on the way, each after so many presentations.
interventions = [
    Intervention.from_builtins(change)
    for change in {changes}
]
"""

_TRAIN = """
trainer = Trainer(experiment{kernel}).prepared()
state = trainer.initial_state()
"""

_APPLY = """for intervention in interventions:
    state = trainer.advance(state, intervention.at - state.counters.presentations)
    trainer, state = apply(trainer, state, intervention)
"""

_END = """state = trainer.advance(state, {presentations} - state.counters.presentations)

for name, metrics in trainer.evaluate(state).items():
    print(name, metrics)
print(state.counters)
print("sha256 of the weights:", hashlib.sha256(state.params.astype("<f8").tobytes()).hexdigest())
"""


def python_script(
    experiment: Experiment, interventions: Sequence[Intervention], presentations: int, kernel: str | None = None
) -> str:
    """Return a script that computes a state of a run and prints its measures.

    The data are loaded by the experiment's name for them; a run that began with edited examples cannot be told so.

    Parameters
    ----------
    experiment : Experiment
        As it was at the start.
    interventions : sequence of Intervention
        Oldest first; those after the moment are left out.
    presentations : int
        The moment.
    kernel : str, optional
        Which loop did the training; by default the best on the machine that runs the script.
    """
    changes = [intervention.to_builtins() for intervention in interventions if intervention.at <= presentations]
    parts = [
        _TOP.format(
            shown=f"{presentations} presentation" + ("" if presentations == 1 else "s"),
            dataset=_one_line(experiment.dataset.name),
            imports="from nlcore.interventions import Intervention, apply\n" if changes else "",
            experiment=_indented(_literal(experiment.to_dict()), 4),
        )
    ]
    if changes:
        parts.append(_CHANGES.format(changes=_indented(_literal(changes), 4).lstrip()))
    parts.append(_TRAIN.format(kernel=f", kernel={kernel!r}" if kernel is not None else ""))
    if changes:
        parts.append(_APPLY)
    parts.append(_END.format(presentations=presentations))
    return "".join(parts)


def _literal(value: object) -> str:
    """Write plain values as Python does, in short lines."""
    return pprint.pformat(value, width=WIDTH, sort_dicts=False, compact=True)


def _indented(text: str, n: int) -> str:
    return "\n".join(" " * n + line for line in text.split("\n"))


def _one_line(text: str) -> str:
    """Return a name without what could end the text it stands in."""
    return "".join(sign for sign in text if sign.isalnum() or sign in "_- ")
