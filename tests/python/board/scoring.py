"""Since when a score stands, and what re-scorings and harnesses did to it, out of the intervals."""

from functools import cache
from typing import NamedTuple

import numpy as np

from . import rules
from .inputs import Inputs


class Scoring(NamedTuple):
    first_seen: str | None = None
    score_since: str | None = None
    #: Since then the table has had a score of these answers.
    answers_since: str | None = None
    rescoring: str | None = None
    #: Day of the newest re-scoring that came after the answers.
    after: str | None = None


@cache
def scorings(inputs: Inputs, until: str) -> dict[tuple[str, str], Scoring]:
    """Of every evaluation and benchmark that the intervals up to a day know."""
    table = inputs.intervals_until(until)
    keys = inputs.keys(inputs.main)
    days = {
        key: [r["day"] for r in inputs.main.get("rescorings", []) if r["benchmark"] == key]
        for key in keys
    }
    known = {}
    # A model that was renamed is the same.
    called = table["renamed_to"].fillna(table["eval_id"])
    for name, part in table.sort_values("first_day", kind="stable").groupby(called, sort=False):
        first, last = part["first_day"].to_numpy(), part["last_day"].to_numpy()
        values = {key: part[key].to_numpy(float) for key in keys}
        changes = {key: changes_of(first, values[key]) for key in keys}
        # What changes without being scored anew was run again, and so was all that changed that day.
        again = {day for key in keys for day in changes[key] if day not in days[key]}
        for key in keys:
            runs = [first[0], *(day for day in changes[key] if day in again)]
            since = [first[0], *changes[key]][-1]
            known[name, key] = scoring_of(first, last, values[key], days[key], runs[-1], since)
    return known


def changes_of(first: np.ndarray, values: np.ndarray) -> list[str]:
    """First days of stretches with another score than the one before."""
    if len(values) < 2:
        return []
    return list(first[1:][~rules.same_score(values[:-1], values[1:])])


def scoring_of(first, last, values, rescorings: list[str], run: str, since: str) -> Scoring:
    """Of one score, from the stretches of days on which it stood, oldest first."""
    after = [day for day in rescorings if run < day <= last[-1]]
    if not after:
        return Scoring(first[0], since, run)
    before = values[first < after[-1]][-1]
    then = values[last >= after[-1]][0]
    state = None
    if not (np.isnan(before) or np.isnan(then)):
        state = "unchanged" if rules.same_score(before, then) else "changed"
    return Scoring(first[0], since, run, state, after[-1])


class Harnesses:
    """Which harness the leaderboard ran when: the epochs of a suite."""

    def __init__(self, suite: dict) -> None:
        epochs = suite.get("epochs", [])
        self._begins = [(epoch.get("since", ""), epoch["id"]) for epoch in epochs]
        self._commits = [
            (commit, epoch["id"])
            for epoch in epochs
            for commit in [epoch.get("commit"), *epoch.get("commits", [])]
            if commit
        ]

    def on(self, day: str) -> str | None:
        """The one of a day; none where the suite has none."""
        return next((name for since, name in reversed(self._begins) if since <= day), None)

    def of_answers(
        self, scoring: Scoring, day: str | None, commit: str | None, submitted: str | None
    ) -> str | None:
        """By which the answers were made; unknown where more than one may have."""
        if commit and len(commit) >= 7:
            named = [name for full, name in self._commits if full.startswith(commit)]
            if named:
                return named[0]
        if day:
            return self.on(day)
        seen = scoring.answers_since
        if not submitted or not seen or submitted > seen:
            return None
        return self.on(seen) if self.on(submitted) == self.on(seen) else None

    def of_score(self, scoring: Scoring, answers: str | None) -> str | None:
        """By which the score was formed of them; unknown where a re-scoring may have passed it over."""
        if not scoring.after:
            return answers
        anew = self.on(scoring.after)
        if scoring.rescoring == "changed":
            return anew
        since = scoring.score_since
        before = self.on(since) if since > scoring.answers_since else answers
        return anew if before == anew else None
