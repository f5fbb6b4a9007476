"""`scores.parquet`: a row for each score, subtasks included."""

import pathlib

import numpy as np
import pandas as pd

from . import frames, rules
from .inputs import Inputs
from .report import Report
from .wide import Wide


def check_scores(report: Report, inputs: Inputs, folder: pathlib.Path, tables: list[Wide]) -> None:
    """`scores.parquet`: a row for each benchmark of each evaluation, and for each known subtask."""
    found = frames.read(folder / "scores.parquet")
    wanted = pd.concat(
        [*(_wholes(w) for w in tables), *(_parts(inputs, w) for w in tables)], ignore_index=True
    )
    for table in (wanted, found):
        table.index = [
            f"{suite} {name} {subtask or benchmark}"
            for suite, name, benchmark, subtask in zip(
                table["suite"], table["eval_id"], table["benchmark"], table["subtask"]
            )
        ]
    with report.check("scores.parquet: every row") as tally:
        tally.keys(wanted.index, found.index)
        found = found[~found.index.duplicated()].reindex(wanted.index)
        for name in ("raw", "normalized", "stderr", "n"):
            tally.numbers(name, wanted[name], found[name], wanted.index)
        tally.values("metric", wanted["metric"], found["metric"], wanted.index)
        tally.values("stderr_source", wanted["stderr_source"], found["stderr_source"], wanted.index)
    report.uncovered("scores.parquet", found, wanted)


def _wholes(wide: Wide) -> pd.DataFrame:
    """The benchmarks themselves."""
    parts = []
    is_normalised = wide.suite["normalized"]
    for benchmark in wide.suite["benchmarks"]:
        key = benchmark["key"]
        scores = wide.wanted[key].to_numpy()
        raw = wide.wanted[f"{key}_raw"].to_numpy() if is_normalised else scores / 100
        stderr = (
            wide.wanted[f"{key}_stderr"].to_numpy()
            if is_normalised
            else rules.binomial(benchmark, raw, False)
        )
        source = wide.sources.get(key, "binomial")
        n = rules.questions(benchmark)
        parts.append(
            pd.DataFrame(
                {
                    "eval_id": wide.ids,
                    "suite": wide.suite["id"],
                    "benchmark": key,
                    "subtask": None,
                    "metric": " + ".join(metric["name"] for metric in benchmark["metrics"]),
                    "raw": raw,
                    "normalized": scores if is_normalised else np.nan,
                    "stderr": stderr,
                    "stderr_source": np.where(np.isnan(stderr), None, source),
                    "n": np.nan if n is None else n,
                }
            )
        )
    rows = pd.concat(parts, ignore_index=True)
    return rows[~np.isnan(rows["raw"])]


def _parts(inputs: Inputs, wide: Wide) -> pd.DataFrame:
    """The subtasks of the runs whose benchmark has the score that the table has."""
    detail = inputs.detail(wide.past)
    detail = detail[detail["suite"] == wide.suite["id"]]
    whole = detail["subtask"].isna()
    fits = set()
    for name, key, raw in detail[whole][["eval_id", "benchmark", "raw"]].itertuples(index=False):
        if name in wide.wanted.index and abs(wide.wanted.at[name, f"{key}_raw"] - raw) < 1e-9:
            fits.add((name, key))
    parts = detail[~whole]
    return parts[[pair in fits for pair in zip(parts["eval_id"], parts["benchmark"])]]
