"""Numbers that are known of this board from elsewhere, recomputed: each has one right value.

Others worked them out of the same published tables, with tools of their own.
"""

import pathlib
from collections import Counter

import numpy as np

from . import frames, rules
from .inputs import Inputs
from .report import OTHER, Report
from .wide import Wide

#: Day of the table that these are of.
DAY = "2025-03-21"
#: Evaluations that a re-scoring moved, and nothing else: by its day.
RESCORED = {"2024-11-08": 1209, "2025-02-14": 3442}
#: Above 5 points on both days: how many there are, and how many of them never moved.
UNMOVED = ("2025-01-14", 5.0, 1625, 148)
#: Pearson's r of two benchmarks over all rows, as known to four digits.
CORRELATIONS = {("bbh", "mmlu_pro"): 0.9579, ("ifeval", "musr"): 0.3418}
AVAILABILITY = {"available": 2893, "unlisted": 1154, "gone": 529}
#: Rows and models of the main table whose context length is known.
CONTEXTS = (418, 404)
#: Groups of rows that have the same scores, and their rows.
TWINS = (46, 100)


def check_known(
    report: Report, inputs: Inputs, folder: pathlib.Path, main: Wide, as_of: str
) -> None:
    if as_of != DAY:
        report.skip(f"The table is of {as_of}: what is known of that of {DAY} was not compared.")
        return
    found = main.order
    with report.check("evaluations, days, rows of all days, models") as tally:
        history = frames.read(folder / "history.parquet", ["as_of"])["as_of"]
        archive = frames.read(folder / f"{inputs.suites[1]['table']}.parquet", ["model"])["model"]
        tally.number("evaluations of v2", 4576, len(found))
        tally.number("evaluations of v1", 7169, len(archive))
        tally.number("days", 190, len(set(history)))
        tally.number("rows of these days", 432921, len(history))
        tally.number("models", 10911, len({*found["model"], *archive}))
    _check_rescored(report, inputs)
    for pair, r in CORRELATIONS.items():
        a, b = (found[key].to_numpy() for key in pair)
        own = float(np.corrcoef(a, b)[0, 1])
        again = float(np.mean((a - a.mean()) * (b - b.mean())) / (a.std() * b.std()))
        with report.check(
            f"Pearson({', '.join(pair)}) = {own:.4f} over {len(a):,} rows", OTHER
        ) as tally:
            tally.number("r, two ways", again, own)
            tally.number("r, to four digits", r, round(own, 4))
    counts = {state: sum(a == state for a in found["availability"]) for state in AVAILABILITY}
    told = ", ".join(f"{count:,} {state}" for state, count in counts.items())
    with report.check(f"{told}") as tally:
        tally.numbers("availability", list(AVAILABILITY.values()), list(counts.values()), counts)
    have = ~np.isnan(found["context_length"].to_numpy())
    rows, models = int(have.sum()), found["model"][have].nunique()
    with report.check(f"a context length of {rows} rows, {models} models") as tally:
        tally.numbers("context_length", CONTEXTS, [rows, models], ["rows", "models"])
    _check_twins(report, main)


def _check_rescored(report: Report, inputs: Inputs) -> None:
    keys = inputs.keys(inputs.main)
    table = inputs.intervals
    for rescoring in inputs.main["rescorings"]:
        day, key = rescoring["day"], rescoring["benchmark"]
        # Against the last table before the day that had the evaluation.
        earlier = table[table["first_day"] < day]
        before = earlier.drop_duplicates("eval_id", keep="last").set_index("eval_id")
        now = inputs.on(day).set_index("eval_id")
        ids = now.index.intersection(before.index)
        moved = {k: ~rules.same_score(before[k].reindex(ids), now[k].reindex(ids)) for k in keys}
        others = np.any([moved[k] for k in keys if k != key], axis=0)
        alone = int((moved[key] & ~others).sum())
        with report.check(f"{key} alone changed on {day} for {alone:,} evaluations") as tally:
            tally.number("evaluations", RESCORED[day], alone)
    day, floor, rows, still = UNMOVED
    before, now = inputs.on(day).set_index("eval_id"), inputs.on(DAY).set_index("eval_id")
    key = inputs.main["rescorings"][-1]["benchmark"]
    ids = before.index.intersection(now.index)
    a, b = before[key].reindex(ids).to_numpy(), now[key].reindex(ids).to_numpy()
    both = (a > floor) & (b > floor)
    same = both & (a == b)
    rose = f"{same.sum()} of {both.sum():,} above {floor:.0f} on {day} and {DAY}"
    with report.check(f"{key} of {rose} are the same to the last digit") as tally:
        tally.numbers(
            key, [rows, still], [both.sum(), same.sum()], ["rows", "rows that are the same"]
        )


def _check_twins(report: Report, main: Wide) -> None:
    """Rows with the very same scores, and those that the table names as such."""
    groups = Counter(zip(*(main.order[key] for key in main.keys)))
    sizes = [size for size in groups.values() if size > 1]
    named = main.order["twin_of"].dropna()
    counts = [len(sizes), sum(sizes), named.nunique(), named.nunique() + len(named)]
    with report.check(f"{counts[0]} groups of {counts[1]} rows have identical scores") as tally:
        names = ["groups", "rows", "groups that are named", "rows that are named"]
        tally.numbers("twins", [*TWINS, *TWINS], counts, names)
