"""What a lesson says about the form of settings: which are in sight, which are hidden, which stay as they are.

A table ``[form]`` in the front matter of a lesson. A name stands for the setting and everything below it, so
``training.stop`` are all stop rules. Nothing is forbidden for ever: one button shows and unlocks everything.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Annotated, Final

from msgspec import Meta

from nlcore.errors import ExperimentError, unknown
from nlcore.experiment import Experiment, Record

Name = Annotated[str, Meta(min_length=1, max_length=200)]
Names = Annotated[tuple[Name, ...], Meta(max_length=200)]
BASIC: Final = (
    "dataset", "network.layers", "network.activations", "training.rule", "training.loss", "training.mode",
    "training.order", "training.initializer", "training.learning_rate", "training.momentum", "seed",
)  # fmt: skip
"""In sight where a lesson does not say what to show, with everything that differs from its default."""


class Form(Record, frozen=True):
    """The form of a lesson.

    Attributes
    ----------
    show : tuple of str
        Only these are in sight; without any the usual ones are.
    hide : tuple of str
        Of the usual ones these are not in sight; not together with `show`.
    locked : tuple of str
        In sight, but kept as the lesson has them.
    """

    show: Names = ()
    hide: Names = ()
    locked: Names = ()

    def shows(self, name: str, *, is_usual: bool) -> bool:
        """Tell whether a setting is in sight.

        Parameters
        ----------
        name : str
            Dotted.
        is_usual : bool
            Whether it would be where no lesson says anything.
        """
        if self.locks(name):
            return True
        if self.show:
            return covers(self.show, name)
        return is_usual and not covers(self.hide, name)

    def locks(self, name: str) -> bool:
        """Tell whether a setting is kept as it is."""
        return covers(self.locked, name)


EVERYTHING: Final = Form()
"""Where a lesson says nothing."""


def covers(names: Iterable[str], setting: str) -> bool:
    """Tell whether a setting, or something that it is a part of, is among the names."""
    return any(setting == name or setting.startswith(f"{name}.") for name in names)


def check_form(form: Form, experiment: Experiment) -> None:
    """Check that a form names settings which the experiment has, and does not contradict itself.

    Raises
    ------
    ExperimentError
        With the place in the form, ``form.show[1]``.
    """
    if form.show and form.hide:
        raise ExperimentError("form.hide: cannot stand beside form.show, which already says all that is in sight")
    if not any((form.show, form.hide, form.locked)):
        return
    known = _settings(experiment)
    for key in ("show", "hide", "locked"):
        names: tuple[str, ...] = getattr(form, key)
        for i, name in enumerate(names):
            where = f"form.{key}[{i}]"
            if name not in known:
                raise ExperimentError(unknown("setting", name, _near(name, known), where))
            if name in names[:i]:
                raise ExperimentError(f"{where}: {name!r} is listed twice")
    for i, name in enumerate(form.hide):
        if covers(form.locked, name):
            raise ExperimentError(f"form.hide[{i}]: {name!r} is also among form.locked, which is in sight")


def _settings(experiment: Experiment) -> tuple[str, ...]:
    """Return the names of all settings and of the groups that they form."""
    from nlcore.fields import fields

    found: dict[str, None] = {}
    for field in fields(experiment):
        parts = field.name.split(".")
        found.update(dict.fromkeys(".".join(parts[:n]) for n in range(1, len(parts) + 1)))
    return tuple(found)


def _near(name: str, known: Collection[str]) -> Collection[str]:
    """Return the names to offer: those of the same group if there is one, else all."""
    group = name.rpartition(".")[0]
    while group and group not in known:
        group = group.rpartition(".")[0]
    start = f"{group}." if group else ""
    beside = [one for one in known if one.startswith(start) and "." not in one[len(start) :]]
    return beside if group else known
