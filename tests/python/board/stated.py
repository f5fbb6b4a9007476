"""Standard errors that result files state: each belongs to its value, or was replaced."""

import numpy as np

from . import rules
from .inputs import Inputs
from .report import OTHER, Report

#: Where `scores.parquet` and the embedded figures say that a standard error is from.
FROM_FILE, REPLACED = "file", ("binomial", "binomial_replaced")


def check_stated(report: Report, inputs: Inputs) -> None:
    detail = inputs.detail()
    with report.check(
        "standard errors of single runs, by the formulas of the harness", OTHER
    ) as tally:
        for (name, key), rows in detail.groupby(["eval_id", "benchmark"], sort=False):
            benchmark = next(b for b in inputs.main["benchmarks"] if b["key"] == key)
            parts = rows[rows["subtask"].notna()].set_index("subtask")
            for row in parts.reset_index().to_dict("records"):
                floor = rules.baseline(
                    next(s for s in benchmark["subtasks"] if s["task"] == row["subtask"])
                )
                wanted = of_task(row["raw"], row["n"], row["stderr_source"]) / (1 - floor) * 100
                tally.numbers("stderr", [wanted], [row["stderr"]], [f"{row['subtask']} of {name}"])
            whole = rows[rows["subtask"].isna()].to_dict("records")[0]
            wanted = of_whole(benchmark, whole, parts)
            if wanted is not None:
                tally.numbers("stderr", [wanted], [whole["stderr"]], [f"{key} of {name}"])


def of_task(raw: float, n: float, source: str) -> float:
    """Of a proportion: from a file, the sample's; else binomial. 0-1."""
    return float(np.sqrt(raw * (1 - raw) / (n - 1 if source == FROM_FILE else n)))


def of_whole(benchmark: dict, whole: dict, parts) -> float | None:
    """Of a benchmark, in points; None where only the mean of two metrics is known."""
    source, raw = whole["stderr_source"], whole["raw"]
    if benchmark["score"] == "mean_of_subtasks":
        order = [subtask["task"] for subtask in benchmark["subtasks"]]
        return float(
            rules.of_parts(benchmark, parts["stderr"].reindex(order).to_numpy()[None, :])[0]
        )
    if len(benchmark["metrics"]) > 1:
        return None
    scale = 100 / (1 - rules.baseline(benchmark)) * rules.widening(benchmark)
    if source in REPLACED or len(parts) == 0:
        return of_task(raw, whole["n"], source) * scale
    return pooled(parts["raw"].to_numpy(), parts["n"].to_numpy()) * scale


def pooled(raw: np.ndarray, n: np.ndarray) -> float:
    """The harness's error of a group from those of its tasks (`pooled_sample_stderr`)."""
    errors = np.sqrt(raw * (1 - raw) / (n - 1))
    variance = ((n - 1) * errors**2 * n).sum() / (n.sum() - len(n))
    return float(np.sqrt(variance / n.sum()))
