"""What stands in place of a lesson's text and title while a run learns from data of the person's own.

The text of a lesson speaks of the lesson's data; beside others it would be wrong.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

from app.lesson import Lesson
from nlcore.experiment import Experiment

KINDS: Mapping[str, str] = {"table": "table", "image_folder": "folder of pictures"}
"""Data sets that are read from files of a person, and what to call them."""

TEXT = """# {title}

You now train a network on your own {kind}, **{name}**. The text of the lesson “{lesson}” is about other data; it comes
back when you undo the import with Ctrl+Z, or open the lesson again.

## What to do next

1. **Look at the data** in the pane [Examples](action:pane?id=examples): are inputs, targets and the number of examples
   what you expect? The line above this text says how the rows are divided into training, validation and test set.
2. **[Train 20 epochs](action:run?epochs=20)** and watch the [error curves](action:pane?id=error_curves). The training
   loss should fall. If it jumps up and down, type a smaller learning rate into the line below the buttons; if it hardly
   moves, a larger one.
3. **Compare training and validation.** If the validation error rises while the training error still falls, the network
   learns examples by heart: go back to the best moment with Ctrl+B, or use fewer hidden units (*Settings*, the tab
   behind this text).
4. **[Try it](action:pane?id=try_it)**: give the network an example of your own and read its answer.
5. **Keep it.** Ctrl+S saves data, run and curves in one file; File > Save as lesson makes a lesson of them, with a text
   that you write.
"""


def name_of(lesson: Lesson, experiment: Experiment) -> str:
    """Return the name of the file or folder from which a run learns; empty if the data are the lesson's."""
    dataset, own = experiment.dataset, lesson.experiment.dataset
    if dataset.name not in KINDS or (dataset.name, _path(dataset.options_dict())) == (
        own.name,
        _path(own.options_dict()),
    ):
        return ""
    return PurePath(_path(dataset.options_dict()).replace("\\", "/")).name or KINDS[dataset.name]


def title_of(lesson: Lesson, experiment: Experiment | None) -> str:
    """Return what the window calls what is open: the lesson's title, or the name of the data."""
    name = name_of(lesson, experiment) if experiment is not None else ""
    return f"Own data: {name}" if name else lesson.title


def text_of(lesson: Lesson, experiment: Experiment) -> str:
    """Return the text beside a run, in Markdown."""
    name = name_of(lesson, experiment)
    if not name:
        return lesson.text
    return TEXT.format(
        title=plain(title_of(lesson, experiment)),
        kind=KINDS[experiment.dataset.name],
        name=plain(name),
        lesson=plain(lesson.title),
    )


def plain(text: str) -> str:
    """Write a text in Markdown so that none of its signs means anything."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", " ".join(text.split()))


def _path(options: Mapping[str, Any]) -> str:
    return str(options.get("path", ""))
