"""Sentences about a run: why it ended, which stop rule holds, what the numbers are called.

Plain functions of records, without Qt, so that the window and the command line say the same.
"""

from __future__ import annotations

import importlib.metadata

from nlcore.early_stopping import Watch
from nlcore.records import Counters, FinishReason, TrainState
from nlcore.trainer import Trainer


def thousands(number: float) -> str:
    """Write a whole number with thin gaps between groups of three digits."""
    return f"{number:,.0f}".replace(",", "\u202f")


def counted(number: int, word: str) -> str:
    """Write a count with its word in the right number."""
    return f"{thousands(number)} {word}{'' if number == 1 else 's'}"


def counters_sentence(counters: Counters, epoch_length: int = 0) -> str:
    """Say the three clocks; with the length of an epoch, also how much of the current one is done."""
    position = counters.position_in_epoch
    part = f" + {position}/{epoch_length}" if position and epoch_length else ""
    return (
        f"{counted(counters.epochs, 'epoch')}{part} · {counted(counters.updates, 'update')} · "
        f"{counted(counters.presentations, 'presentation')}"
    )


def finish_sentence(reason: FinishReason, trainer: Trainer, state: TrainState, message: str = "") -> str:
    """Say in a sentence why a run ended; empty where there is nothing to say."""
    if reason is FinishReason.DIVERGED:
        rate = trainer.experiment.training.learning_rate
        return (
            f"Diverged: the weights left the range of numbers by update {thousands(state.counters.updates)} "
            f"(learning rate {rate:g}). Restart with a smaller learning rate."
        )
    if reason is FinishReason.STOP_RULE:
        return f"Stopped: {stop_sentence(trainer, state)}. Run again to go on beyond it."
    if reason is FinishReason.NOTHING_TO_TRAIN:
        return "Nothing to train: the weights of this network are set by hand."
    if reason is FinishReason.ERRORED:
        return f"Training ended because of a fault in the program: {message}"
    return ""


def end_sentence(reason: FinishReason | None, trainer: Trainer, state: TrainState) -> str:
    """Say in a few words why one of several runs ended, and when; empty where there is nothing to say."""
    if reason is FinishReason.DIVERGED:
        return f"diverged by update {thousands(state.counters.updates)}"
    if reason is FinishReason.STOP_RULE:
        return f"{stop_sentence(trainer, state)} (epoch {thousands(state.counters.epochs)})"
    if reason is FinishReason.NOTHING_TO_TRAIN:
        return "nothing to train"
    return "ended because of a fault" if reason is FinishReason.ERRORED else ""


def stop_sentence(trainer: Trainer, state: TrainState) -> str:
    """Say which stop rule holds at a state."""
    stop, counters = trainer.experiment.training.stop, state.counters
    metrics = trainer.evaluate(state)["training"]
    at_epoch_end = counters.position_in_epoch == 0 and counters.epochs > 0
    if stop.no_update and at_epoch_end and int(state.extra.get("updates_in_epoch", 1)) == 0:
        return "a whole epoch went by without a weight update"
    if stop.all_correct and metrics is not None and metrics.error_rate == 0.0:
        return "every training example is classified correctly"
    if stop.loss_below is not None and metrics is not None and metrics.loss < stop.loss_below:
        return f"the training loss is below {stop.loss_below:g}"
    if stop.patience is not None and Watch.of(state).since >= stop.patience:
        since = counted(stop.patience, "measurement")
        return f"the validation loss has not been lower than {Watch.of(state).loss:.4g} for {since} (early stopping)"
    if stop.epochs is not None and counters.epochs >= stop.epochs:
        return f"{thousands(stop.epochs)} epochs are done"
    if stop.updates is not None and counters.updates >= stop.updates:
        return f"{thousands(stop.updates)} updates are done"
    return f"the gradient is shorter than {stop.gradient_below or 0.0:g}"


def version() -> str:
    """Return the installed version of the program."""
    try:
        return importlib.metadata.version("neural-learning-lab")
    except importlib.metadata.PackageNotFoundError:
        return "unknown"
