"""The file behind a leaderboard page, `table/NAME.bin`: what the browser shows is made of it."""

import gzip
import io
import pathlib

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from . import frames, rules
from .report import Report
from .wide import Wide


def check_pages(report: Report, site: pathlib.Path, tables: list[Wide]) -> None:
    """Every value that is sent, against the tables; errors left out follow from the rest."""
    for wide in tables:
        file = site / "table" / f"{wide.suite['table']}.bin"
        if not file.is_file():
            report.skip(f"There is no {file}: npm run build makes it.")
            continue
        with report.check(f"table/{file.name}: every value that the page is sent") as tally:
            sent = pq.read_table(io.BytesIO(gzip.decompress(file.read_bytes())))
            # It stands in the order of names, and rows of one model as in the table.
            found = wide.order.sort_values("model", kind="stable", ignore_index=True)
            found["revision"] = [frames.short(revision) for revision in found["revision"]]
            errors = {f"{b['key']}_stderr": b for b in wide.suite["benchmarks"]}
            tally.number("rows", len(found), len(sent))
            columns = {name: frames.values_of(sent[name]) for name in sent.column_names}
            for name, column in _unfolded(columns).items():
                if name in errors and wide.suite["normalized"]:
                    raw = found[f"{errors[name]['key']}_raw"]
                    column = np.where(
                        np.isnan(column), rules.binomial(errors[name], raw, True), column
                    )
                if isinstance(column, pd.Series):
                    tally.values(name, found[name], column, found["eval_id"])
                else:
                    tally.numbers(name, found[name], column, found["eval_id"])


def _unfolded(columns: dict) -> dict:
    """`NAME/DENOMINATOR` has numerators, their quotients to be taken with 15 digits; `NAME` the rest."""
    whole = {name: column for name, column in columns.items() if "/" not in name}
    for folded, numerators in columns.items():
        if "/" not in folded:
            continue
        name, denominator = folded.split("/")
        others = whole.get(name, np.full(len(numerators), np.nan))
        whole[name] = np.array(
            [
                other if np.isnan(n) else float(f"{n / int(denominator):.15g}")
                for n, other in zip(numerators, others)
            ]
        )
    return whole
