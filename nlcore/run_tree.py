"""The runs of a session: every change in the past or the present makes a child of the run that was shown.

Undo and redo choose another run, they never compute a change backwards. The tree is small: at most eight runs, and only
the one that is shown may fill its checkpoints; the others are ghosts, with all their curves and few states.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nlcore.checkpoints import MAX_CHECKPOINT_BYTES
from nlcore.history import History
from nlcore.interventions import Change, label

MAX_RUNS = 8
GHOST_BYTES = 8 * 2**20
"""Room for the checkpoints of a run that is not shown: all runs together stay below 120 MB."""


class Node:
    """One run of the tree.

    Attributes
    ----------
    history : History
        The run.
    parent : Node or None
        The run it came from; None for the first, and after that one was dropped.
    at : int
        Presentations at which it left its parent.
    label : str
        What was changed, in a few words; empty for the first run.
    number : int
        Counts the runs of a tree in the order in which they were made.
    occasion : object
        The same in all trees that were changed at one stroke; None if only this one was.
    """

    def __init__(self, history: History, number: int, parent: Node | None = None, at: int = 0, label: str = "") -> None:
        self.history = history
        self.number = number
        self.parent = parent
        self.at = at
        self.label = label
        self.occasion: object = None
        self.children: list[Node] = []
        self.left: Node | None = None
        """The child that was last on the way to the run that is shown: redo leads there."""

    def path(self) -> Iterator[Node]:
        """Yield the run and its ancestors, up to the first."""
        node: Node | None = self
        while node is not None:
            yield node
            node = node.parent


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """Where undo and redo lead: a run and a moment in it."""

    node: Node
    presentations: int


class RunTree:
    """The runs of a session, one of which is shown.

    Parameters
    ----------
    history : History
        The first run.
    """

    def __init__(self, history: History) -> None:
        self.root = Node(history, 0)
        self.current = self.root
        self._n_made = 1
        self._room: int | None = None

    @classmethod
    def restored(cls, nodes: Sequence[Node], current: Node) -> RunTree:
        """Return a tree of runs that were stored, with the bounds of memory of a tree.

        Parameters
        ----------
        nodes : sequence of Node
            Already joined with each other; the first run comes first.
        current : Node
            The run that is shown.
        """
        found = cls(nodes[0].history)
        found.root, found.current = nodes[0], current
        found._n_made = max(node.number for node in nodes) + 1
        for node in nodes:
            node.history.limit_checkpoints(MAX_CHECKPOINT_BYTES if node is current else GHOST_BYTES)
        return found

    @property
    def nodes(self) -> list[Node]:
        """All runs that are kept, oldest first."""
        found, waiting = [], [self.root]
        while waiting:
            node = waiting.pop()
            found.append(node)
            waiting += node.children
        return sorted(found, key=lambda node: node.number)

    @property
    def siblings(self) -> list[Node]:
        """The runs that left the parent of the current one besides it, oldest first."""
        parent = self.current.parent
        return [] if parent is None else [node for node in parent.children if node is not self.current]

    @property
    def ghosts(self) -> list[Node]:
        """The runs to draw pale beside the current one: how it went without the change, then with other changes."""
        parent = self.current.parent
        return [] if parent is None else [parent, *self.siblings]

    def fork(self, at: int, change: Change) -> Node:
        """Change the current run at a moment: the new run becomes the current one.

        Parameters
        ----------
        at : int
            Presentations, from 0 to the head of the current run.
        change : SettingsChange, WeightEdit or DataEdit
            What happens then.

        Raises
        ------
        ExperimentError, DataError
            If the change does not fit; the tree stays as it was.
        """
        parent = self.current
        history = parent.history.fork(at, change)
        at = history.head.counters.presentations
        said = label(change, parent.history.trainer_at(at).experiment)
        node = Node(history, self._n_made, parent, at, said)
        self._n_made += 1
        parent.children.append(node)
        self.select(node)
        self._drop()
        return node

    def replace_last(self, change: Change) -> Node | None:
        """Put another change in the place of the newest one, as while a slider is dragged.

        Parameters
        ----------
        change : SettingsChange, WeightEdit or DataEdit
            What happens instead.

        Returns
        -------
        Node or None
            The current run, with a new history; None if training or another change followed the newest one, or if there
            is none: then `fork`.
        """
        node, parent = self.current, self.current.parent
        if parent is None or node.children or node.history.head.counters.presentations > node.at:
            return None
        node.history = parent.history.fork(node.at, change)
        node.label = label(change, parent.history.trainer_at(node.at).experiment)
        return node

    def undo(self) -> Place | None:
        """Go to the parent at the moment of the change; None if there is no parent."""
        node = self.current
        if node.parent is None:
            return None
        self.select(node.parent)
        self.current.left = node
        return Place(self.current, node.at)

    def redo(self) -> Place | None:
        """Go to the child that was last left, right after its change; None if there is none."""
        node = self.current.left
        if node is None:
            return None
        self.select(node)
        return Place(node, node.at)

    def limit(self, n_bytes: int) -> None:
        """Let the checkpoints of the run that is shown take so many bytes from now on."""
        self._room = n_bytes
        self.current.history.limit_checkpoints(n_bytes)

    def select(self, node: Node) -> None:
        """Make a run of this tree the current one."""
        if node is not self.current:
            self.current.history.limit_checkpoints(GHOST_BYTES)
        self.current = node
        node.history.limit_checkpoints(MAX_CHECKPOINT_BYTES if self._room is None else self._room)
        for child in node.path():
            if child.parent is not None:
                child.parent.left = child

    def _drop(self) -> None:
        """Keep the number of runs: the oldest without children goes first, then the oldest ancestor."""
        needed = set(self.current.path())
        while len(nodes := self.nodes) > MAX_RUNS:
            leaf = next((node for node in nodes if not node.children and node not in needed), None)
            if leaf is not None and leaf.parent is not None:
                leaf.parent.children.remove(leaf)
                if leaf.parent.left is leaf:
                    leaf.parent.left = None
                continue
            (self.root,) = self.root.children  # only the way to the current run is left; a history stands by itself
            self.root.parent = None
