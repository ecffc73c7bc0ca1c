"""Start weights from the error surface: a click there begins the run again with two other weights."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar, Protocol, TypeGuard

from app.actions import Action
from app.pane import Pane
from app.tool import MenuName, Tool
from app.trails import Trails
from nlcore.errors import LabError
from nlcore.interventions import WeightEdit

if TYPE_CHECKING:
    from app.main_window import MainWindow
    from app.panes.error_surface import ErrorSurfacePane


class FollowsTrails(Protocol):
    """A pane that wants the ways of the tracks."""

    def use_trails(self, trails: Trails) -> None:
        """Take the ways of the tracks from there."""


class StartWeights(Tool):
    """What the error surface needs besides frames, and what it asks for."""

    menu: ClassVar[MenuName] = "edit"
    order: ClassVar[int] = 60
    actions: ClassVar[tuple[Action, ...]] = (
        Action(
            "set_start_weights",
            "Start &weights on the error surface",
            "Ctrl+Shift+N",
            "Show the error surface, where a click sets the weights that the run begins with",
        ),
    )

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.trails = Trails(lambda: window.session.tracks, self)

    def handlers(self) -> dict[str, Callable[[], object]]:
        """Return what its actions do."""
        return {"set_start_weights": self.offer}

    def meet(self, pane: Pane) -> None:
        """Give the pane the ways of the tracks, and hear what it asks for."""
        if follows_trails(pane):
            pane.use_trails(self.trails)
        if is_error_surface(pane):
            pane.start_wanted.connect(lambda edit: self.begin_at(edit, pane))

    def offer(self) -> None:
        """Show the pane and turn on that a click sets weights."""
        self.window.docks.bring_up("error_surface")
        pane = self.window.docks.panes.get("error_surface")
        if pane is not None and is_error_surface(pane):
            pane.choice.start.setChecked(pane.choice.start.isEnabled())

    def begin_at(self, edit: WeightEdit, pane: Pane) -> None:
        """Let the lead, and all tracks that began with its weights, begin with others; undo leads back."""
        session = self.window.session
        session.seek(0)
        try:
            session.changes.intervene(edit, in_all=True)
        except LabError as error:
            pane.refuse("", str(error))

    def close(self) -> None:
        """End the thread that goes ways again."""
        self.trails.close()


def is_error_surface(pane: Pane) -> TypeGuard[ErrorSurfacePane]:
    """Tell the error surface from other panes; importing its class here would make the start of the window slow."""
    return pane.id == "error_surface"


def follows_trails(pane: Pane) -> TypeGuard[FollowsTrails]:
    """Tell panes that draw something over the whole run from others."""
    return hasattr(pane, "use_trails")


TOOL = StartWeights
