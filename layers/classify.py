"""Classes for choropleths and cells, made once so that legend, map and export agree.

A class list holds the lower bounds of the classes, ascending; the last class has no upper bound.
Zero is no class of its own here: maps draw it as "none".
"""

from __future__ import annotations

import math
from collections.abc import Sequence

CLASSES = 5


def count_classes(values: Sequence[int], classes: int = CLASSES) -> list[int]:
    """Lower bounds for counts: whole numbers by quantiles, none empty, none twice.

    Where there are no more different counts than classes, each is a class of its own.
    Bounds from 10 on are rounded down to 1, 2 or 5 steps that people read easily where that
    leaves no class empty. Zeros and negatives are left out; nothing to class gives [].
    """
    counted = sorted(value for value in values if value > 0)
    if not counted:
        return []
    if len(set(counted)) <= classes:
        return sorted(set(counted))
    bounds = _quantiles(counted, classes)
    rounded = sorted({_readable(int(bound)) for bound in bounds[1:]} | {counted[0]})
    return [int(bound) for bound in _without_empty(rounded, counted)]


def quantile_classes(values: Sequence[float], classes: int = CLASSES) -> list[float]:
    """Lower bounds by quantiles for figures such as voices per km²; two significant digits."""
    counted = sorted(value for value in values if value > 0)
    if not counted:
        return []
    bounds = [counted[0], *(_significant(bound) for bound in _quantiles(counted, classes)[1:])]
    return _without_empty(sorted(set(bounds)), counted)


def class_of(value: float, bounds: Sequence[float]) -> int:
    """Index of the class a value falls into; -1 below the first bound."""
    return sum(1 for bound in bounds if value >= bound) - 1


def _quantiles(ordered: Sequence[float], classes: int) -> list[float]:
    return [ordered[len(ordered) * number // classes] for number in range(classes)]


def _readable(bound: int) -> int:
    if bound < 10:
        return bound
    step = 10 ** (len(str(bound)) - 1) // 2
    return bound // step * step


def _significant(bound: float) -> float:
    digits = 1 - math.floor(math.log10(bound))
    return round(bound, digits)


def _without_empty(bounds: Sequence[float], ordered: Sequence[float]) -> list[float]:
    kept: list[float] = []
    for number, bound in enumerate(bounds):
        upper = bounds[number + 1] if number + 1 < len(bounds) else math.inf
        if any(bound <= value < upper for value in ordered):
            kept.append(bound)
    if kept and kept[0] > ordered[0]:
        kept[0] = ordered[0]
    return kept
