"""Evaluations that have the same scores under another name."""

from collections import Counter
from math import prod

import numpy as np
import pandas as pd

#: Scores that agree to this much are one.
SAME = 1e-9
#: As many pairs or more to be expected by chance: then equal scores say nothing.
BY_CHANCE = 0.01
LAST = "9999-12-31"


def groups(scores: np.ndarray, models: list[str]) -> list[list[int]]:
    """Rows of two models or more with the same scores on all benchmarks, more than by chance."""
    known = np.flatnonzero(~np.isnan(scores).any(axis=1))
    keys = {row: tuple(np.rint(scores[row] / SAME)) for row in known}
    occurs = [Counter(column) for column in zip(*keys.values())]
    pairs = len(known) * (len(known) - 1) / 2
    alike: dict[tuple, list[int]] = {}
    for row, key in keys.items():
        alike.setdefault(key, []).append(int(row))
    return [
        rows
        for key, rows in alike.items()
        if len({models[row] for row in rows}) > 1
        and pairs * prod(counts[value] / len(known) for counts, value in zip(occurs, key))
        < BY_CHANCE
    ]


def twin_of(table: pd.DataFrame, scores: np.ndarray) -> list[str | None]:
    """For each row the id of the first of its group; none for that one, and for its own model's.

    First: not flagged, not gone, then uploaded first (or else submitted), then by name.
    """
    rows = table.to_dict("records")

    def place(row: int) -> tuple:
        of = rows[row]
        submitted = of["submitted_at"] or LAST
        day = of["uploaded_at"] or submitted
        is_gone = of["availability"] == "gone"
        return bool(of["flagged"]), is_gone, day, submitted, of["model"], of["eval_id"]

    found: list[str | None] = [None] * len(rows)
    for group in groups(scores, list(table["model"])):
        first = min(group, key=place)
        for row in group:
            if rows[row]["model"] != rows[first]["model"]:
                found[row] = rows[first]["eval_id"]
    return found
