"""Editing one weight of a network by hand: another value by typing or dragging, freezing, tying.

It turns what a person does on a `WeightBar` and on the pinned line of a `NetworkView` into changes of the run, one for
each thing done, and changes nothing itself. While a value is dragged it only tells what the weights would be.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from app.widgets.network_view import NetworkView
from app.widgets.unit_names import UnitNames
from app.widgets.value_slider import tidy
from app.widgets.weight_bar import WeightBar, text_of
from app.widgets.weight_holds import Holds, address_of, with_frozen, with_tied, without_tied
from nlcore.families.feedforward import FeedforwardModel
from nlcore.interventions import SettingsChange, WeightEdit
from nlcore.records import FloatArray
from nlcore.rules import Place

DRAG_PIXELS = 150.0
"""So far up a line is dragged for a change as large as the slider's range to one side."""
TIE_HINT = "Click the weight that shall share its value with {name}, or choose it in the list. Escape: it stays free."

FROZEN = "A frozen weight cannot be tied, because it does not change: take the tick at Freeze away first."
TIED = "A tied weight cannot be frozen alone, because the others change it: untie it first."


class WeightEditor(QObject):
    """Edits the pinned weight.

    Signals
    -------
    change_wanted : WeightEdit or SettingsChange
        The person wants the run to be another from here on.
    preview_changed : None
        The weights would be others now, or are again what they are.
    hinted : None
        `hint` is another sentence.

    Parameters
    ----------
    view : NetworkView
        Whose pinned line can be dragged.
    bar : WeightBar
        Where the weight is shown.
    """

    change_wanted = Signal(object)
    preview_changed = Signal()
    hinted = Signal()

    def __init__(self, view: NetworkView, bar: WeightBar) -> None:
        super().__init__(view)
        self.view, self.bar = view, bar
        self.hint = ""
        """What the person can do now, or what letting go will do; empty if nothing is going on."""
        self.preview: float | None = None
        self.tied_to: Place | None = None
        """The weight that the next one which is chosen is tied to."""
        self._model: FeedforwardModel | None = None
        self._params: FloatArray | None = None
        self._place: Place | None = None
        self._holds: Holds | None = None
        view.dragged.connect(self._drag)
        view.dropped.connect(self._drop)
        bar.previewed.connect(self._show_preview)
        bar.entered.connect(self._enter)
        bar.freeze_wanted.connect(self._freeze)
        bar.tie_wanted.connect(self._begin_tie)
        bar.untie_wanted.connect(self._untie)
        bar.hinted.connect(self._say)

    def take(
        self, model: FeedforwardModel, params: FloatArray, place: Place | None, holds: Holds, *, can_edit: bool
    ) -> None:
        """Edit another weight, or the same one at another moment; what was being dragged is forgotten then.

        Parameters
        ----------
        model : FeedforwardModel
            The network.
        params : ndarray, shape (n_params,)
            Its weights.
        place : tuple of int or None
            The pinned one.
        holds : Holds
            Which are frozen or tied.
        can_edit : bool
            Whether a line may be dragged.
        """
        if place != self._place or (params is not self._params and self.preview is not None):
            self.preview = None
            if self.tied_to is None or place is None:
                self.hint, self.tied_to = "", None
        self._model, self._params, self._place, self._holds = model, params, place, holds
        self.view.can_drag = can_edit

    @property
    def value(self) -> float:
        """The value of the pinned weight that is in force."""
        if self._model is None or self._params is None or self._place is None:
            return 0.0
        return float(self._params[self._model.layout.index(address_of(self._place))])

    def previewed(self, params: FloatArray) -> FloatArray:
        """Return weights as they would be with the value that is being dragged, also of those tied with it."""
        if self.preview is None or self._place is None or self._model is None or self._holds is None:
            return params
        params = params.copy()
        for place in (self._place, *self._holds.tied_with(self._place)):
            params[self._model.layout.index(address_of(place))] = self.preview
        return params

    def pick(self, place: Place) -> bool:
        """Tie the chosen weight to the one that waits for it; False if none waits."""
        one = self.tied_to
        if one is None or self._model is None:
            return False
        self.leave()
        if self._holds is not None and (self._holds.is_frozen(one) or self._holds.is_frozen(place)):
            self.bar.say(FROZEN)
        elif one != place:
            groups = with_tied(self._model.experiment.training.tied, self._model.layout, one, place)
            self.change_wanted.emit(SettingsChange.of({"training.tied": groups}))
        return True

    def leave(self) -> None:
        """Wait for no other weight any more."""
        self.tied_to = None
        self._say("")

    def refuse(self, sentence: str) -> None:
        """Say why a change could not be made, and show what is in force."""
        self.preview, self.hint = None, ""
        self.bar.setVisible(True)
        self.bar.refuse(sentence)
        self.preview_changed.emit()

    # --- a value -----------------------------------------------------------------------------------------------------

    def _show_preview(self, value: object) -> None:
        self.preview = float(value) if isinstance(value, float) else None
        self.preview_changed.emit()

    def _drag(self, up: float) -> None:
        if self._place is None:
            return
        step = self.bar.span / DRAG_PIXELS
        value = tidy(self.value + up * step, step)
        self.bar.show_number(value)
        self.hint = self.bar.will(value, by="Let go")
        self._show_preview(value)

    def _drop(self, is_taken: bool) -> None:
        value = self.preview
        if is_taken and value is not None:
            self._enter(value)
        else:
            self.bar.forget()

    def _enter(self, value: float) -> None:
        place, old = self._place, self.value
        self.preview, self.hint = None, ""
        if place is None or value == old:
            self.bar.forget()
        else:
            self.change_wanted.emit(WeightEdit.of(address_of(place), value))

    # --- holding -----------------------------------------------------------------------------------------------------

    def _freeze(self, is_frozen: bool) -> None:
        if is_frozen and self._place is not None and self._holds is not None and self._holds.letter(self._place):
            self.bar.say(TIED)
        elif self._place is not None and self._model is not None:
            patterns = self._model.experiment.training.frozen
            changed = with_frozen(patterns, self._model.layout, self._place, is_frozen=is_frozen)
            self.change_wanted.emit(SettingsChange.of({"training.frozen": changed}))

    def _begin_tie(self) -> None:
        if self._place is not None and self._model is not None:
            self.tied_to = self._place
            self._say(TIE_HINT.format(name=text_of(UnitNames.of(self._model), self._place)))
            self.view.setFocus()

    def _untie(self) -> None:
        if self._place is not None and self._model is not None:
            groups = without_tied(self._model.experiment.training.tied, self._model.layout, self._place)
            self.change_wanted.emit(SettingsChange.of({"training.tied": groups}))

    def _say(self, sentence: str) -> None:
        self.hint = sentence
        self.hinted.emit()
