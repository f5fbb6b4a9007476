"""python -m board --data data --tables public/data/latest --site dist --shared ../shared/data

Recomputes the board from its inputs and compares what was made of them.
Ends with 1 where anything differs.
"""

import argparse
import json
import pathlib
import sys
import time

from . import (
    answers,
    beside,
    columns,
    known,
    long,
    page,
    past,
    published,
    runs,
    stated,
    wide,
)
from .inputs import Inputs, made_of_others, provenance_of
from .report import Report


def main() -> int:
    paths = _arguments()
    began = time.monotonic()
    manifest = json.loads((paths.tables / "manifest.json").read_text())
    reason = made_of_others(provenance_of(paths.data), manifest)
    if reason:
        print(
            f"The tables in {paths.tables} cannot be recomputed: {reason} Run npm run data first."
        )
        return 1
    report = Report()
    inputs = Inputs(paths.data, [suite["id"] for suite in manifest["suites"]])
    check(report, inputs, paths.tables, paths.site, paths.shared)
    print(
        f"\n{report.checks} checks, {report.compared:,} comparisons, {report.differ:,} differ, "
        f"{len(report.skipped)} skipped; {time.monotonic() - began:.0f} s."
    )
    if report.differ:
        print(
            "Where dated snapshots differ: they stay as they were made. After a change of the "
            "code, remove public/data and run npm run data."
        )
    return 1 if report.differ else 0


def check(
    report: Report, inputs: Inputs, latest: pathlib.Path, site: pathlib.Path, shared: pathlib.Path
) -> None:
    """All checks, in the order that the board is made in."""
    report.head("The embedded snapshot, against the published files")
    published.check_published(report, inputs, shared)
    manifest = json.loads((latest / "manifest.json").read_text())
    as_of = manifest["as_of"]
    days = past.Past(inputs)

    report.head(f"Tables of {as_of}, recomputed from the embedded snapshot")
    tables = check_snapshot(report, inputs, days, latest, None, as_of)
    stated.check_stated(report, inputs)

    report.head("Dated snapshots, all together")
    with report.together():
        for folder in dated(latest):
            report.where = folder.name
            own = json.loads((folder / "manifest.json").read_text())
            if made_of_others(inputs.provenance, own):
                report.skip(f"{folder.name} was made of other sources.")
            elif own["as_of"] == as_of:
                _check_copy(report, latest, folder)
            else:
                check_snapshot(report, inputs, days, folder, own["as_of"], own["as_of"])

    report.head("The built site")
    page.check_pages(report, site, tables)
    answers.check_answers(report, site, latest, tables, manifest)

    report.head("What is known of this board")
    known.check_known(report, inputs, latest, tables[0], as_of)


def check_snapshot(
    report: Report,
    inputs: Inputs,
    days: past.Past,
    folder: pathlib.Path,
    earlier: str | None,
    day: str,
) -> list[wide.Wide]:
    """The tables of a folder, of an earlier day or of today; gives the wide ones."""
    tables = [wide.Wide(inputs, folder, suite, earlier) for suite in inputs.suites]
    for table in tables:
        # The archive is the same in every snapshot.
        if table.suite is inputs.main or not earlier:
            columns.check_wide(report, table)
            # Averages of the archive have two digits, as those of some days.
            is_rounded = bool(earlier) and days.is_rounded(day) or not table.suite["normalized"]
            columns.check_published(report, table, is_rounded)
    long.check_scores(report, inputs, folder, tables)
    beside.check_sources(report, inputs, folder, tables)
    beside.check_csv(report, folder, tables[0])
    past.check_day(report, days, tables[0], day)
    past.check_history(report, days, folder, day)
    past.check_intervals(report, days, folder, day)
    runs.check_runs(report, inputs, folder, tables, day)
    report.uncovered(
        "tables", sorted(file.name for file in folder.glob("*.parquet")), _checked(tables)
    )
    return tables


def _checked(tables: list[wide.Wide]) -> set[str]:
    """Files that a function above looks into."""
    names = ("scores", "sources", "history", "days", "intervals", "runs")
    return {f"{name}.parquet" for name in names} | {table.file for table in tables}


def _check_copy(report: Report, latest: pathlib.Path, folder: pathlib.Path) -> None:
    """The newest snapshot under its date is the same, byte by byte."""
    names = sorted(file.name for file in latest.iterdir())
    with report.check("the newest one: a copy of latest, byte by byte") as tally:
        tally.keys(names, [file.name for file in folder.iterdir()])
        for name in names:
            same = (folder / name).is_file() and (folder / name).read_bytes() == (
                latest / name
            ).read_bytes()
            tally.values(name, [True], [same], ["the same bytes"])


def dated(latest: pathlib.Path) -> list[pathlib.Path]:
    """Of each day its newest edition, newest day first."""
    index = latest.parent / "index.json"
    if not index.is_file():
        return []
    editions: dict[str, pathlib.Path] = {}
    for snapshot in json.loads(index.read_text())["snapshots"]:
        name = snapshot["name"]
        editions.setdefault(name[:10], latest.parent / name)
    return list(editions.values())


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="board", description=__doc__)
    for name in ("data", "tables", "site", "shared"):
        parser.add_argument(f"--{name}", type=pathlib.Path, required=True)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
