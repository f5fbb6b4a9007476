"""`runs.parquet`: of each evaluation and benchmark, what is known of run and scoring."""

import pathlib
from functools import cache

import numpy as np
import pandas as pd

from . import frames
from .inputs import Inputs
from .report import Report, is_unknown
from .scoring import Harnesses, Scoring, scorings
from .wide import Wide

#: Columns that are worked out; a result file says the others.
WORKED_OUT = ("first_seen", "score_since", "answers_since", "rescoring", "run_epoch", "epoch")


def check_runs(
    report: Report, inputs: Inputs, folder: pathlib.Path, tables: list[Wide], until: str
) -> None:
    """`runs.parquet` of a snapshot that knows the days up to one."""
    found = frames.read(folder / "runs.parquet")
    wanted = _recompute(inputs, tables, until)
    for table in (wanted, found):
        table.index = [
            " ".join(key) for key in zip(table["suite"], table["eval_id"], table["benchmark"])
        ]
    with report.check("runs.parquet: every evaluation and benchmark") as tally:
        tally.keys(wanted.index, found.index)
    found = found[~found.index.duplicated()].reindex(wanted.index)
    with report.check("runs.parquet: since when, re-scored or not, by which harness") as tally:
        for name in WORKED_OUT:
            tally.values(name, wanted[name], found[name], wanted.index)
    with report.check("runs.parquet: what result files say of their runs") as tally:
        for name in inputs.runs().columns:
            if name in found:
                tally.values(name, wanted[name], found[name], wanted.index)
    report.uncovered("runs.parquet", found, wanted)


def _recompute(inputs: Inputs, tables: list[Wide], until: str) -> pd.DataFrame:
    known = scorings(inputs, until)
    parts = [
        _rows(inputs, wide, key, known if wide.suite is inputs.main else {})
        for wide in tables
        for key in wide.keys
    ]
    return pd.concat(parts, ignore_index=True)


def _rows(
    inputs: Inputs, wide: Wide, key: str, known: dict[tuple[str, str], Scoring]
) -> pd.DataFrame:
    """Of one benchmark."""
    suite = wide.suite
    raw = wide.wanted[f"{key}_raw" if suite["normalized"] else key]
    rows = wide.wanted[~np.isnan(raw.to_numpy())]
    runs = inputs.runs(wide.past)
    runs = runs[(runs["suite"] == suite["id"]) & (runs["benchmark"] == key)]
    runs = runs.set_index("eval_id").astype(object).reindex(rows.index)
    scoring = [known.get((name, key), Scoring()) for name in rows.index]
    days = [_day(inputs, wide, known, name, key) for name in rows.index]
    harnesses = Harnesses(suite)
    commits = [None if is_unknown(commit) else commit for commit in runs["git_hash"]]
    answers = [
        harnesses.of_answers(*facts) for facts in zip(scoring, days, commits, rows["submitted_at"])
    ]
    worked_out = {
        "suite": suite["id"],
        "eval_id": rows.index,
        "benchmark": key,
        "day": days,
        "first_seen": [s.first_seen for s in scoring],
        "score_since": [s.score_since for s in scoring],
        "answers_since": [s.answers_since for s in scoring],
        "rescoring": [s.rescoring for s in scoring],
        "run_epoch": answers,
        "epoch": [harnesses.of_score(*facts) for facts in zip(scoring, answers)],
    }
    return runs.assign(**worked_out)


def _day(
    inputs: Inputs, wide: Wide, known: dict[tuple[str, str], Scoring], name: str, key: str
) -> str | None:
    """Of the run; none where the file is younger than one of its scores: it was scored anew then."""
    files = _files(inputs, wide.past)
    day, keys = files.get((wide.suite["id"], name, key), (None, []))
    since = [known.get((name, other), Scoring()).score_since for other in keys]
    return None if day and any(s and s < day for s in since) else day


@cache
def _files(
    inputs: Inputs, past: str | None
) -> dict[tuple[str, str, str], tuple[str | None, list[str]]]:
    """Of a score, by suite, evaluation and benchmark: day of its file, and all benchmarks of that."""
    runs = inputs.runs(past).astype(object)
    known = {}
    for (suite, name, _), file in runs.groupby(["suite", "eval_id", "written"], dropna=False):
        keys = list(file["benchmark"])
        for key, day in zip(keys, file["day"]):
            known[suite, name, key] = (None if is_unknown(day) else day, keys)
    return known
