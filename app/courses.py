"""The courses of a run in words: what each change was called, where courses part, what makes one different.

Plain functions of the tree of runs, without Qt, so that the curves, the timeline, the menu and the sentences say the
same.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.frame import Ghost
from app.sentences import thousands
from nlcore.history import Run
from nlcore.interventions import Change, SettingsChange, label
from nlcore.run_tree import Node, RunTree

UNCHANGED = "without any change"


@dataclass(frozen=True, slots=True)
class Mark:
    """A change in the run that is shown: when it acts, in presentations, and what it is."""

    at: int
    text: str


def words(text: str) -> str:
    """Write the label of a change for the screen."""
    return text.replace("->", "→")


def marks(run: Run) -> tuple[Mark, ...]:
    """Return the changes of a run, oldest first."""
    found, experiment = [], run.experiment
    for intervention in run.interventions:
        found.append(Mark(intervention.at, words(label(intervention.change, experiment))))
        if isinstance(intervention.change, SettingsChange):
            experiment = experiment.replace(intervention.change.plain())
    return tuple(found)


def ghosts(tree: RunTree) -> tuple[Ghost, ...]:
    """Return all courses but the one that is shown, oldest first."""
    shown = tree.current
    return tuple(
        Ghost(node.number + 1, name(node, shown), parting(node, shown), node.history.curves)
        for node in tree.nodes
        if node is not shown
    )


def name(node: Node, shown: Node) -> str:
    """Say what makes a course different from the one that is shown.

    Parameters
    ----------
    node : Node
        The course.
    shown : Node
        The one that is shown.
    """
    if node is shown:
        return words(f"with {node.label}") if node.label else UNCHANGED
    below = _below(node, shown)
    if below is not None:
        return words(f"without {below.label}")
    return words(f"with {node.label}") if node.label else UNCHANGED


def parting(one: Node, other: Node) -> int:
    """Return the presentations up to which two courses are the same."""
    ancestors = list(other.path())
    common = next(node for node in one.path() if node in ancestors)
    leaving = [_below(common, node) for node in (one, other)]
    return min(node.at for node in leaving if node is not None)


def _below(ancestor: Node, node: Node) -> Node | None:
    """Return the child of an ancestor on the way down to a node; None if it is not below it."""
    for step in node.path():
        if step.parent is ancestor:
            return step
    return None


def is_same_setting(change: Change, newest: Change) -> bool:
    """Tell whether two changes set the very same settings."""
    if not (isinstance(change, SettingsChange) and isinstance(newest, SettingsChange)):
        return False
    return change.plain().keys() == newest.plain().keys()


def changed_sentence(text: str, at: int) -> str:
    """Say what has just been changed, and where the course without it is."""
    return (
        f"{_capital(text)} from presentation {thousands(at)} on. "
        "Dimmed: the course without the change. Ctrl+Z goes back to it."
    )


def undone_sentence(text: str, at: int) -> str:
    """Say that a change was taken back."""
    return (
        f"Back at presentation {thousands(at)}, before “{words(text)}”. "
        "Dimmed: the course with the change. Ctrl+Shift+Z goes to it again."
    )


def redone_sentence(text: str, at: int) -> str:
    """Say that a change is there again."""
    return f"Again with “{words(text)}”, from presentation {thousands(at)} on. Ctrl+Z goes back."


def _capital(text: str) -> str:
    """Begin with a capital letter, unless the first word is the name of a number, as in "x = 2"."""
    text = words(text)
    return text if text[1:3] == " =" else text[:1].upper() + text[1:]
