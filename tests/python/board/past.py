"""Every day that is known: its table, averages and ranks out of the intervals."""

import pathlib
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pandas as pd

from . import frames, rules
from .inputs import Inputs
from .report import Report
from .wide import Wide


class Past:
    """The standings of all days, formed once."""

    def __init__(self, inputs: Inputs) -> None:
        self.inputs = inputs
        self.days = list(inputs.days["as_of"])
        self.digits = dict(zip(self.days, inputs.days["digits"]))
        self._rounded = {
            digits: np.array(
                [_as_published(value, int(digits)) for value in inputs.intervals["average"]]
            )
            for digits in set(inputs.days["digits"].dropna())
        }
        self.standings = {day: self._standing(day) for day in self.days}

    def is_rounded(self, day: str) -> bool:
        return not np.isnan(self.digits[day])

    def _standing(self, day: str) -> pd.DataFrame:
        """Average as published that day, and rank among those not flagged, in the order of ids."""
        rows = self.inputs.on(day)
        average = rows["average"].to_numpy()
        if self.is_rounded(day):
            average = self._rounded[self.digits[day]][rows.index]
        flagged = rows["flagged"].to_numpy(bool)
        rank = rules.ranks(np.where(flagged, np.nan, average))
        return pd.DataFrame(
            {"eval_id": rows["eval_id"].to_numpy(), "average": average, "rank": rank}
        )


def _as_published(value: float, digits: int) -> float:
    if np.isnan(value):
        return value
    return float(Decimal(value).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP))


def check_history(report: Report, past: Past, folder: pathlib.Path, until: str) -> None:
    """`history.parquet` and `days.parquet` of a snapshot that knows the days up to one."""
    days = [day for day in past.days if day <= until]
    found = frames.read(folder / "history.parquet")
    wanted = pd.concat([past.standings[day].assign(as_of=day) for day in days], ignore_index=True)
    found = found.sort_values(["as_of", "eval_id"], ignore_index=True)
    wanted = wanted.sort_values(["as_of", "eval_id"], ignore_index=True)
    ids = [f"{name} on {day}" for name, day in zip(wanted["eval_id"], wanted["as_of"])]
    with report.check("history.parquet: who stood in the table on each day") as tally:
        tally.keys(ids, [f"{name} on {day}" for name, day in zip(found["eval_id"], found["as_of"])])
    report.uncovered("history.parquet", found, wanted)
    if len(found) == len(wanted):
        with report.check("history.parquet: averages, in the digits of the day") as tally:
            tally.numbers("average", wanted["average"], found["average"], ids)
        with report.check("history.parquet: ranks by day") as tally:
            tally.numbers("rank", wanted["rank"], found["rank"], ids)
    listed = frames.read(folder / "days.parquet")
    counts = [len(past.standings[day]) for day in days]
    with report.check("days.parquet: days and their rows") as tally:
        tally.keys(days, listed["as_of"])
        tally.numbers("rows", counts, listed["rows"], days)
        for name in ("source", "sha256", "digits"):
            tally.values(name, past.inputs.days[name][: len(days)], listed[name], days)
    report.uncovered("days.parquet", listed, ("as_of", "rows", "source", "sha256", "digits"))


def check_intervals(report: Report, past: Past, folder: pathlib.Path, until: str) -> None:
    """`intervals.parquet` of a snapshot: those of the inputs, up to a day."""
    wanted = past.inputs.intervals_until(until)
    found = frames.read(folder / "intervals.parquet").sort_values(
        ["eval_id", "first_day"], ignore_index=True
    )
    ids = [f"{name} from {day}" for name, day in zip(wanted["eval_id"], wanted["first_day"])]
    with report.check("intervals.parquet: as in the inputs") as tally:
        tally.keys(
            ids, [f"{name} from {day}" for name, day in zip(found["eval_id"], found["first_day"])]
        )
        for name in wanted.columns:
            if wanted[name].dtype == float:
                tally.numbers(name, wanted[name], found[name], ids)
            else:
                tally.values(name, wanted[name], found[name], ids)
    report.uncovered("intervals.parquet", found, wanted)


def check_day(report: Report, past: Past, wide: Wide, day: str) -> None:
    """The wide table of a day against the intervals that hold on it."""
    title = f"{wide.suite['table']} and the intervals of its day"
    rows = past.inputs.on(day).set_index("eval_id")
    with report.check(f"{title}: evaluations") as tally:
        tally.keys(rows.index, wide.ids)
    rows = rows.reindex(wide.ids)
    if past.is_rounded(day):
        # The intervals may know more digits.
        with report.check(f"{title}: scores of two digits", 0.005 + 1e-9) as tally:
            for key in wide.keys:
                tally.numbers(key, rows[key], wide.column(key), wide.ids)
        return
    with report.check(f"{title}: raw scores, scores, averages") as tally:
        for name in [*(f"{key}{end}" for key in wide.keys for end in ("_raw", "")), "average"]:
            tally.numbers(name, rows[name], wide.column(name), wide.ids)
