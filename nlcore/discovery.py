"""Finding things that are one file each: rules, data sets, families, panes.

A package of parallel files is searched for modules that define a given attribute (``RULE``, ``DATASET`` ...).
Adding a file is therefore all it takes to add a thing; there is no list to keep.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from typing import Any

from nlcore.errors import ExperimentError, unknown


@cache
def names(package: str) -> tuple[str, ...]:
    """Return the module names in a package, without importing them.

    Parameters
    ----------
    package : str
        Dotted name of the package, for example ``"nlcore.rules"``.

    Returns
    -------
    tuple of str
        Names in alphabetical order; those that begin with an underscore are private and left out.
    """
    found = pkgutil.iter_modules(importlib.import_module(package).__path__)
    return tuple(sorted(module.name for module in found if not module.name.startswith("_")))


def find(package: str, attribute: str, name: str, kind: str, where: str = "") -> Any:
    """Return what the module `name` of a package offers under `attribute`.

    Raises
    ------
    ExperimentError
        If the package has no such module.
    """
    if name not in names(package):
        raise ExperimentError(unknown(kind, name, names(package), where))
    return getattr(importlib.import_module(f"{package}.{name}"), attribute)


def find_all(package: str, attribute: str) -> dict[str, Any]:
    """Return name -> offered object for every module of a package."""
    return {name: getattr(importlib.import_module(f"{package}.{name}"), attribute) for name in names(package)}
