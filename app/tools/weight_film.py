"""What the pane "Weights over time" needs besides frames: the histories of the tracks, and a clock that it can set."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar, TypeGuard

from app.actions import Action
from app.pane import Pane
from app.tool import MenuName, Tool
from nlcore.history import History

if TYPE_CHECKING:
    from app.panes.weight_film import WeightFilmPane


class WeightFilm(Tool):
    """Gives the pane what it reads, and does what it asks for; there is nothing of it in a menu."""

    menu: ClassVar[MenuName] = "view"
    order: ClassVar[int] = 90
    actions: ClassVar[tuple[Action, ...]] = ()

    def handlers(self) -> dict[str, Callable[[], object]]:
        """Return nothing: the pane has its own place in the menu of panes."""
        return {}

    def meet(self, pane: Pane) -> None:
        """Give the pane the histories, and go to the moments that it asks for."""
        if is_weight_film(pane):
            pane.stills.history_of = self.history_of
            pane.moment_requested.connect(self.window.session.seek)

    def history_of(self, number: int) -> History | None:
        """Return the course of a track that is shown; None if there is no such track any more."""
        return next((track.history for track in self.window.session.tracks if track.number == number), None)


def is_weight_film(pane: Pane) -> TypeGuard[WeightFilmPane]:
    """Tell this pane from others; importing its class here would make the start of the window slow."""
    return pane.id == "weight_film"


TOOL = WeightFilm
