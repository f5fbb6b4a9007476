"""What stands beside the tables: where each row is from, and the spreadsheet."""

import pathlib

from . import frames
from .inputs import Inputs
from .report import Report
from .wide import Wide


def check_sources(report: Report, inputs: Inputs, folder: pathlib.Path, tables: list[Wide]) -> None:
    """`sources.parquet`: the row of the input that is named has the evaluation."""
    found = frames.read(folder / "sources.parquet")
    with report.check(
        "sources.parquet: the row of the input that is named is the evaluation's"
    ) as tally:
        for wide in tables:
            own = found[found["suite"] == wide.suite["id"]]
            name = f"{inputs.folder.name}/{inputs.name(wide.suite, wide.past)}"
            wanted = {key: f"{name}#{row + 1}" for row, key in enumerate(wide.ids)}
            tally.keys(wide.ids, own["eval_id"])
            tally.values(
                "source", [wanted.get(key) for key in own["eval_id"]], own["source"], own["eval_id"]
            )
            # A row of a table has all benchmarks from there.
            tally.values("benchmarks", [None] * len(own), own["benchmarks"], own["eval_id"])
    report.uncovered("sources.parquet", found, {"eval_id", "suite", "source", "benchmarks"})


def check_csv(report: Report, folder: pathlib.Path, wide: Wide) -> None:
    """`models.csv` has what `models.parquet` has."""
    file = folder / f"{wide.suite['table']}.csv"
    table = frames.read_csv(file)
    with report.check(f"{file.name}: the same as the Parquet file") as tally:
        tally.values("columns", list(wide.order.columns), list(table.columns), wide.order.columns)
        ids = wide.order["eval_id"]
        for name in wide.order.columns:
            column = wide.order[name]
            if column.dtype == float:
                tally.numbers(name, column, frames.numbers(table[name]), ids)
            else:
                texts = [
                    None if v is None else str(v).lower() if isinstance(v, bool) else v
                    for v in column
                ]
                tally.values(name, texts, [unguarded(v) for v in table[name]], ids)


def unguarded(text: str | None) -> str | None:
    """Without the apostrophe that keeps a spreadsheet from taking a text for a formula."""
    return text[1:] if text and text[0] == "'" and text[1:2] in ("=", "+", "-", "@") else text
