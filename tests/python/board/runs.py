"""`runs.parquet`: of each evaluation and benchmark, what is known of run and scoring."""

import pathlib

import numpy as np
import pandas as pd

from . import frames
from .inputs import Inputs
from .report import Report, is_unknown
from .scoring import Scoring, epoch_of, epochs_of, scorings
from .wide import Wide

#: Columns that are worked out; a result file says the others.
WORKED_OUT = ("first_seen", "score_since", "rescoring", "epoch")


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
    with report.check("runs.parquet: first seen, score since, re-scoring, epoch") as tally:
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
    epoch = epochs_of(suite)
    days = [None if is_unknown(day) else day for day in runs["day"]]
    worked_out = {
        "suite": suite["id"],
        "eval_id": rows.index,
        "benchmark": key,
        "first_seen": [s.first_seen for s in scoring],
        "score_since": [s.score_since for s in scoring],
        "rescoring": [s.rescoring for s in scoring],
        "epoch": [epoch_of(epoch, *facts) for facts in zip(scoring, days, rows["submitted_at"])],
    }
    return runs.assign(**worked_out)
