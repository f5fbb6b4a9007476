"""Since when a score stands and what re-scorings did to it, out of the intervals."""

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import numpy as np

from . import rules
from .inputs import Inputs


class Scoring(NamedTuple):
    first_seen: str | None = None
    score_since: str | None = None
    rescoring: str | None = None
    #: Day of the newest re-scoring that came after the evaluation.
    after: str | None = None


@cache
def scorings(inputs: Inputs, until: str) -> dict[tuple[str, str], Scoring]:
    """Of every evaluation and benchmark that the intervals up to a day know."""
    table = inputs.intervals_until(until)
    starts = np.flatnonzero(
        np.r_[True, table["eval_id"].to_numpy()[1:] != table["eval_id"].to_numpy()[:-1]]
    )
    ends = np.r_[starts[1:], len(table)]
    first, last = table["first_day"].to_numpy(), table["last_day"].to_numpy()
    ids = table["eval_id"].to_numpy()
    known = {}
    for key in inputs.keys(inputs.main):
        values = table[key].to_numpy()
        days = [r["day"] for r in inputs.main.get("rescorings", []) if r["benchmark"] == key]
        for start, end in zip(starts, ends):
            part = slice(start, end)
            known[ids[start], key] = scoring_of(first[part], last[part], values[part], days)
    return known


def scoring_of(first, last, values, rescorings: list[str]) -> Scoring:
    """Of one score, from the stretches of days on which it stood, oldest first."""
    if len(values) == 1 and not any(first[0] < day <= last[0] for day in rescorings):
        return Scoring(first[0], first[0])
    moved = np.flatnonzero(~rules.same_score(values[:-1], values[-1]))
    # As long as it has been what it is now: after the last stretch on which it was not.
    since = first[moved[-1] + 1] if len(moved) > 0 else first[0]
    after = [day for day in rescorings if first[0] < day <= last[-1]]
    if not after:
        return Scoring(first[0], since)
    before = values[first < after[-1]][-1]
    then = values[last >= after[-1]][0]
    state = None
    if not (np.isnan(before) or np.isnan(then)):
        state = "unchanged" if rules.same_score(before, then) else "changed"
    return Scoring(first[0], since, state, after[-1])


def epochs_of(suite: dict) -> Callable[[str], str | None]:
    """Tells the epoch that a day falls in; none where the suite has none."""
    begins = [(epoch.get("since", ""), epoch["id"]) for epoch in suite.get("epochs", [])]

    @cache
    def epoch(day: str) -> str | None:
        return next((name for since, name in reversed(begins) if since <= day), None)

    return epoch


def epoch_of(
    epoch: Callable[[str], str | None], scoring: Scoring, run: str | None, submitted: str | None
) -> str | None:
    """In which the score was formed; unknown where a re-scoring may have passed it over."""
    if scoring.after:
        return epoch(scoring.after) if scoring.rescoring == "changed" else None
    if run:
        return epoch(run)
    seen = scoring.first_seen
    if not submitted or not seen or submitted > seen:
        return None
    return epoch(seen) if epoch(submitted) == epoch(seen) else None
