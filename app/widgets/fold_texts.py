"""What is said of a search by folds: how to begin, what was found, and what it means."""

from __future__ import annotations

from app.fold_search import FoldSearch
from app.frame import TrackFrame
from app.widgets.numbers import count, counted, number
from nlcore.families.feedforward import FeedforwardModel

INVITATION = (
    "All available examples, training and validation set together, are cut into parts. Each part is held out once, "
    "while a network learns from the others: after how many epochs was its error on that part lowest? The mean of "
    "these numbers is how long a last network should learn from all examples. The test set takes no part."
)


def why_empty(track: TrackFrame) -> str | None:
    """Say why nothing can be looked for."""
    if not isinstance(track.model, FeedforwardModel):
        return "There is no network here: this lesson minimises a function directly."
    if not track.model.trains:
        return "Nothing is trained in this lesson, so no number of epochs is better than another."
    return None


def result(search: FoldSearch) -> str:
    """Say what was found so far."""
    best = ", ".join(count(fold.best_epoch) for fold in search.folds)
    if not best:
        return "The first fold is being trained." if not search.is_over else "No fold was done."
    said = f"Best epochs of {'the' if search.found else 'the first'} {counted(len(search.folds), 'fold')}: {best}."
    if search.found is not None:
        found = search.found
        said += f" Mean {number(found.mean_epochs, 4)}, standard deviation {number(found.sd_epochs)}."
    most = search.experiment.training.stop.epochs
    at_end = sum(fold.best_epoch == most for fold in search.folds)
    if at_end:
        said += (
            f" {counted(at_end, 'fold')} {'was' if at_end == 1 else 'were'} best at the very end: "
            "more epochs may be better."
        )
    return said


def what(search: FoldSearch) -> str:
    """Say what was searched."""
    most = search.experiment.training.stop.epochs
    limit = "" if most is None else f", at most {counted(most, 'epoch')} each"
    return f"{counted(search.n_examples, 'example')} in {search.k} parts{limit}."


def offer(search: FoldSearch) -> str:
    """Say what the last run would be."""
    assert search.found is not None
    return f"Train on all {count(search.n_examples)} for {counted(search.found.epochs, 'epoch')}"
