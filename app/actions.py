"""The things a person can do from menus, the transport bar and the keyboard, each declared once.

No single letters and no Space as shortcuts: they would take keys away from buttons, tables and screen readers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from app.glossary import explained
from app.look import icon
from app.theme import Theme


@dataclass(frozen=True, slots=True)
class Action:
    """One action: its id, words, key and picture."""

    id: str
    text: str
    shortcut: str
    tip: str
    icon: str = ""


TRANSPORT = (
    Action(
        "restart",
        "&Restart",
        "Ctrl+R",
        "Back to the same start weights, with new curves and the settings of this moment",
        "restart",
    ),
    Action("new_weights", "New &weights", "Ctrl+N", "Draw other start weights: the next seed", "new_weights"),
    Action("step_phase", "Step one p&hase", "F7", "Light the next phase of this presentation", "step_phase"),
    Action("step_presentation", "Step one &presentation", "F10", "Show one example", "step_presentation"),
    Action("step_update", "Step one &update", "F8", "Go on until the weights are written once", "step_update"),
    Action("step_epoch", "Step one &epoch", "F9", "Go on to the end of this pass over all examples", "step_epoch"),
    Action("run", "Ru&n", "F5", "Train until you pause or a stop rule holds", "run"),
    Action("pause", "P&ause", "F6", "Stop where it is", "pause"),
)
TIMELINE = (
    Action("to_start", "To the &start", "Ctrl+Home", "Show the start weights; the run stays as it is", "to_start"),
    Action("back_epoch", "Back one epo&ch", "Shift+F9", "Back to the start of this pass, or of the last", "back_epoch"),
    Action("back_update", "Back one up&date", "Shift+F8", "Back to right after the last weight update", "back_update"),
    Action("back_presentation", "&Back one presentation", "Shift+F10", "Take one example back", "back_presentation"),
    Action("back_phase", "Back &one phase", "Shift+F7", "Put the last phase of this presentation out", "back_phase"),
    Action("to_head", "To the newest s&tate", "Ctrl+End", "Show where training has got to", "to_head"),
    Action(
        "to_best",
        "To the best &validation",
        "Ctrl+B",
        "Show the state with the lowest loss on the validation set",
        "to_best",
    ),
)
EDIT = (
    Action("undo", "&Undo", "Ctrl+Z", "Show the course without the newest change; nothing is lost"),
    Action("redo", "&Redo", "Ctrl+Shift+Z", "Show the course with the change again"),
)
VIEW = (
    Action("presentation", "&Presentation", "Shift+F11", "Large texts, full screen, only the panes; Escape ends it"),
    Action("present_pane", "Present this pane &alone", "Ctrl+Shift+F11", "Only the pane with the focus, in large"),
    Action("larger", "&Larger texts", "Ctrl++", "Make all texts larger"),
    Action("smaller", "&Smaller texts", "Ctrl+-", "Make all texts smaller"),
    Action("usual_size", "&Usual size of texts", "Ctrl+0", "Texts in the system's size"),
)
HELP = (
    Action("commands", "&Commands …", "Ctrl+K", "Find and run anything by typing a few letters"),
    Action("glossary", "&Glossary …", "Shift+F1", "What the words on the screen mean"),
    Action("shortcuts", "&Keyboard shortcuts …", "Ctrl+F1", "All keys in a table"),
)
OTHER = (
    Action("quit", "&Quit", "Ctrl+Q", "Close the program"),
    Action(
        "reset_layout", "&Reset the layout", "Ctrl+Shift+A", "Arrange the panes of this lesson as at first", "panes"
    ),
    Action("full_screen", "&Full screen", "F11", "Use the whole screen"),
    Action("about", "&About", "F1", "What this program is and where its data come from"),
)
ALL = (*TRANSPORT, *TIMELINE, *EDIT, *VIEW, *HELP, *OTHER)


TERMS = {
    "new_weights": ("start weights", "seed"),
    "step_phase": ("phase",),
    "step_presentation": ("presentation",),
    "step_update": ("update",),
    "step_epoch": ("epoch",),
    "back_phase": ("phase",),
    "back_presentation": ("presentation",),
    "back_update": ("update",),
    "back_epoch": ("epoch",),
    "run": ("stop rule",),
    "to_head": ("newest state",),
    "to_best": ("best validation",),
}
"""Terms of the glossary that an action's tip explains."""


def make_actions(
    parent: QWidget, handlers: dict[str, Callable[[], object]], more: Sequence[Action] = ()
) -> dict[str, QAction]:
    """Create all actions and connect each to its handler.

    Parameters
    ----------
    parent : QWidget
        The window; shortcuts work in all of it.
    handlers : dict of str to callable
        One for each action id.
    more : sequence of Action
        Actions of tools.
    """
    made = {}
    for action in (*ALL, *more):
        q_action = QAction(action.text, parent)
        if action.shortcut:
            q_action.setShortcut(QKeySequence(action.shortcut))
        key = f" ({action.shortcut})" if action.shortcut else ""
        q_action.setToolTip(explained(f"{action.tip}{key}", *TERMS.get(action.id, ())))
        handler = handlers[action.id]
        q_action.triggered.connect(lambda _checked=False, handler=handler: handler())
        made[action.id] = q_action
    return made


def name_steps(actions: dict[str, QAction], undo: str, redo: str) -> None:
    """Let undo and redo say which change they are about, and enable those that have one.

    Parameters
    ----------
    actions : dict of str to QAction
        By id.
    undo, redo : str
        The changes; empty where there is none.
    """
    for action, change in zip(EDIT, (undo, redo), strict=True):
        made = actions[action.id]
        made.setEnabled(bool(change))
        text = f"{action.text}: {change}" if change else action.text
        if made.text() != text:
            made.setText(text)


def retheme_actions(actions: dict[str, QAction], theme: Theme, more: Sequence[Action] = ()) -> None:
    """Give the actions, and those of tools, icons in the colours of a theme."""
    for action in (*ALL, *more):
        if action.icon:
            actions[action.id].setIcon(icon(action.icon, theme))
