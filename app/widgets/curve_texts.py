"""What error curves are called: the measured quantities in full and in short, and the best validation in a phrase."""

from __future__ import annotations

from app.widgets.numbers import count, number
from nlcore.curves import Best
from nlcore.families import Model
from nlcore.losses import LOSSES


def quantity_names(model: Model) -> dict[str, str]:
    """Return the measured quantities of a model with their full names.

    With one output the error rate of all units is the error rate, so it is not listed again.
    """
    known = {
        "loss": "Loss (value of the function)",
        "sse": "SSE (sum of squared errors)",
        "mse": "MSE (mean squared error of an output)",
        "error_rate": "Error rate (share of misclassified examples)",
        "error_rate_all_units": "Error rate of all units (share of examples with any output on the wrong side)",
    }
    if model.data is not None:
        loss = LOSSES.get(model.experiment.training.loss)
        penalty = ", on training with the penalty" if model.experiment.training.penalty.strength > 0.0 else ""
        known["loss"] = f"Loss ({loss.title if loss else model.experiment.training.loss}{penalty})"
    found = dict.fromkeys(column.metric for column in model.columns)
    if model.data is not None and model.data.n_outputs == 1:
        found.pop("error_rate_all_units", None)
    return {metric: known.get(metric, metric.replace("_", " ").capitalize()) for metric in found}


def metric_word(metric: str) -> str:
    """Return the short name of a quantity."""
    short = {"sse": "SSE", "mse": "MSE", "error_rate_all_units": "error rate of all units"}
    return short.get(metric, metric.replace("_", " "))


def best_text(best: Best, *, is_brief: bool = False) -> str:
    """Say when the validation was best, and its value."""
    if is_brief:
        return f"best validation: {number(best.value)} (epoch {count(best.epochs)})"
    return f"best validation: {number(best.value)} at update {count(best.updates)} (epoch {count(best.epochs)})"
