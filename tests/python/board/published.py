"""The published files, where they are at hand: every value against the embedded tables."""

import hashlib
import json
import pathlib

import numpy as np
import pandas as pd

from . import frames, rules
from .inputs import Inputs
from .layouts import NUMBERS, Published
from .report import Report, Tally


def check_published(report: Report, inputs: Inputs, shared: pathlib.Path) -> None:
    """All files of the folder that the embedded snapshot was made of."""
    if not shared.is_dir():
        report.skip(
            f"There is no folder {shared} of published files: the embedded tables were not "
            "compared with them."
        )
        return
    _check_digests(report, inputs, shared)
    for suite in inputs.suites:
        file = next(
            o["file"] for o in inputs.provenance["origins"] if o.get("suite") == suite["id"]
        )
        if (shared / file).is_file():
            _check_table(report, inputs, Published(shared / file, suite), suite, None, file)
    with report.together():
        for file in sorted((shared / "contents-history").glob("*.csv")):
            report.where = file.name
            published = Published(file, inputs.main)
            _check_table(
                report, inputs, published, inputs.main, file.stem, "tables of earlier days"
            )
    _check_intervals(report, inputs, shared / "history")
    _check_contexts(report, inputs, shared)
    _check_results(report, inputs, shared / "results")


def _check_digests(report: Report, inputs: Inputs, shared: pathlib.Path) -> None:
    files = {file.name: file for file in shared.rglob("*") if file.is_file()}
    with report.check("files have the digests that provenance.json states") as tally:
        for origin in inputs.provenance["origins"]:
            file = files.get(origin["file"])
            if file is None:
                report.skip(f"There is no {origin['file']} in {shared}.")
                continue
            digest = hashlib.sha256(file.read_bytes()).hexdigest()
            tally.values(origin["file"], [origin["sha256"]], [digest], ["sha256"])


def _check_table(
    report: Report, inputs: Inputs, published: Published, suite: dict, past: str | None, title: str
) -> None:
    """Scores to the last digit; raw ones of two digits were made as exact as the scores are."""
    embedded = inputs.table(suite, past).set_index("eval_id", drop=False)
    ids = published.ids
    with report.check(f"{title}, every evaluation, score and average", 0.0) as tally:
        tally.keys(ids, embedded["eval_id"])
        embedded = embedded[~embedded.index.duplicated()].reindex(ids)
        for benchmark in suite["benchmarks"]:
            key = benchmark["key"]
            tally.numbers(key, published.scores(benchmark, "score"), embedded[key], ids)
            if suite["normalized"] and not published.is_flat:
                tally.numbers(
                    f"{key}_raw", published.scores(benchmark, "raw"), embedded[f"{key}_raw"], ids
                )
        tally.numbers("average", published.column("average"), embedded["average"], ids)
    if suite["normalized"] and published.is_flat:
        with report.check(f"{title}, raw scores that give these") as tally:
            for benchmark in suite["benchmarks"]:
                _check_unrounded(tally, published, benchmark, embedded, ids)
    with report.check(f"{title}, all other columns") as tally:
        for name in published.names:
            if name in ("raw", "score", "average", "listed"):
                continue
            if name in embedded:
                _check_column(tally, published, embedded, name, ids)
            elif name not in ("flagged", "maintainers_choice") or past:
                _check_absent(tally, published, name, ids)
        tally.values("availability", _availability(published), embedded["availability"], ids)
    # Those of the newest tables are lists of ours.
    if not past and published.given("flagged") is not None:
        flagged = inputs.flagged(suite)
        with report.check(f"{title}, flags are those of data/curated") as tally:
            found = [model in flagged for model in published.column("model")]
            tally.values("flagged", published.column("flagged"), found, ids)


def _check_unrounded(tally: Tally, published: Published, benchmark: dict, embedded, ids) -> None:
    raw = published.scores(benchmark, "raw")
    score = published.scores(benchmark, "score")
    found = embedded[f"{benchmark['key']}_raw"].to_numpy()
    if benchmark["score"] == "mean_of_subtasks":
        tally.numbers(f"{benchmark['key']}_raw", raw, found, ids)
        return
    above = score > 0
    again = rules.normalised(found, rules.baseline(benchmark))
    tally.numbers(benchmark["key"], score[above], again[above], np.array(ids)[above])
    tally.numbers(f"{benchmark['key']}_raw", raw[~above], found[~above], np.array(ids)[~above])


def _check_column(tally: Tally, published: Published, embedded, name: str, ids) -> None:
    wanted = published.column(name)
    if name in NUMBERS:
        tally.numbers(name, wanted, embedded[name], ids)
        return
    if name == "base_model":
        # Published for a model that has no base: its own name.
        wanted = [
            None if base == model else base
            for base, model in zip(wanted, published.column("model"))
        ]
    if name in ("flagged", "maintainers_choice"):
        wanted = [truth is True for truth in wanted]
    tally.values(name, wanted, embedded[name], ids)


def _check_absent(tally: Tally, published: Published, name: str, ids) -> None:
    """A column that the embedded table leaves out is one that knows nothing."""
    wanted = published.column(name)
    if name == "base_model":
        wanted = [
            None if base == model else base
            for base, model in zip(wanted, published.column("model"))
        ]
    tally.values(name, list(wanted), [None] * len(ids), ids)


def _availability(published: Published) -> list[str | None]:
    """FALSE is also said of a model without card or licence: then it has a day or likes."""
    has_days = published.given("uploaded_at") is not None
    found = []
    for listed, license, day, likes in zip(
        *(published.column(name) for name in ("listed", "license", "uploaded_at", "likes"))
    ):
        if listed is None:
            found.append(None)
        elif listed:
            found.append("available")
        elif license:
            found.append("gone")
        elif day or likes > 0:
            found.append("unlisted")
        else:
            found.append("gone" if has_days else None)
    return found


def _check_intervals(report: Report, inputs: Inputs, folder: pathlib.Path) -> None:
    if not (folder / "intervals.csv.gz").is_file():
        report.skip(f"There is no {folder / 'intervals.csv.gz'}.")
        return
    table = frames.read_csv(folder / "intervals.csv.gz")
    table["chat_template"] = [
        {"TRUE": True, "FALSE": False}.get(cell) for cell in table["chat_template"]
    ]
    table["eval_id"] = frames.eval_ids(table)
    table = table.sort_values(["eval_id", "first_day"], ignore_index=True)
    embedded = inputs.intervals
    names = [f"{key}{end}" for key in inputs.keys(inputs.main) for end in ("", "_raw")] + [
        "average"
    ]
    # The embedded ones are cut where a flag was set or taken away: each lies within one of these.
    starts = {}
    for row, (name, first) in enumerate(zip(table["eval_id"], table["first_day"])):
        starts.setdefault(name, []).append((first, row))
    rows = [
        max((row for first, row in starts.get(name, []) if first <= day), default=-1)
        for name, day in zip(embedded["eval_id"], embedded["first_day"])
    ]
    wanted = table.iloc[rows].reset_index(drop=True)
    ids = [f"{name} from {day}" for name, day in zip(embedded["eval_id"], embedded["first_day"])]
    title = f"the {len(table):,} intervals of history/intervals.csv.gz"
    with report.check(f"{title}, every score", 0.0) as tally:
        for name in names:
            tally.numbers(name, frames.numbers(wanted[name]), embedded[name], ids)
    order = {day: place for place, day in enumerate(inputs.days["as_of"])}

    def lengths(t: pd.DataFrame) -> list[int]:
        return [
            order[last] - order[first] + 1 for first, last in zip(t["first_day"], t["last_day"])
        ]

    with report.check(f"{title}, the days of each") as tally:
        covered = np.bincount(rows, weights=lengths(embedded), minlength=len(table))
        tally.numbers("days", lengths(table), covered, table["eval_id"])
        ends = wanted["last_day"].to_numpy() >= embedded["last_day"].to_numpy()
        tally.values("within one", [True] * len(embedded), list(ends), ids)
    listed = frames.read_csv(folder / "days.csv")
    with report.check("history/days.csv") as tally:
        tally.values("as_of", listed["day"], inputs.days["as_of"], listed["day"])
        tally.numbers("rows", frames.numbers(listed["rows"]), inputs.days["rows"], listed["day"])
        tally.values("sha256", listed["sha256"], inputs.days["sha256"], listed["day"])
        digits = [2.0 if layout == "wide" else np.nan for layout in listed["layout"]]
        tally.numbers("digits", digits, inputs.days["digits"], listed["day"])


def _check_contexts(report: Report, inputs: Inputs, shared: pathlib.Path) -> None:
    files = sorted(shared.glob("context-length*.csv"))
    if not files:
        return
    table = pd.concat([frames.read_csv(file) for file in files], ignore_index=True)
    with report.check("context lengths") as tally:
        tally.keys(set(table["model"]), inputs.contexts)
        found = [inputs.contexts[model][0] for model in table["model"]]
        tally.numbers(
            "context_length", frames.numbers(table["context_length"]), found, table["model"]
        )


def _check_results(report: Report, inputs: Inputs, folder: pathlib.Path) -> None:
    """Figures of result files, in the harness's own words."""
    files = sorted(folder.rglob("results_*.json"))
    detail = inputs.detail()
    with report.check(f"figures of {len(files)} result files") as tally:
        for file in files:
            content = json.loads(file.read_text())
            model = file.parent.relative_to(folder).as_posix()
            own = detail[[name.startswith(f"{model}@") for name in detail["eval_id"]]]
            wanted = [_figure(inputs, content["results"], row) for row in own.to_dict("records")]
            tally.numbers(
                "raw",
                wanted,
                own["raw"],
                own["eval_id"] + " " + own["subtask"].fillna(own["benchmark"]),
            )


def _figure(inputs: Inputs, results: dict, row: dict) -> float:
    if row["subtask"]:
        return results[row["subtask"]][row["metric"]]
    benchmark = next(b for b in inputs.main["benchmarks"] if b["key"] == row["benchmark"])
    metrics = [metric["name"] for metric in benchmark["metrics"]]
    if benchmark["score"] == "mean_of_subtasks":
        return float(np.mean([results[s["task"]][metrics[0]] for s in benchmark["subtasks"]]))
    if benchmark["task"] in results and metrics[0] in results[benchmark["task"]]:
        return float(np.mean([results[benchmark["task"]][metric] for metric in metrics]))
    # A group without a value: its subtasks, by their sizes.
    sizes = [subtask["n"] for subtask in benchmark["subtasks"]]
    return float(
        np.average([results[s["task"]][metrics[0]] for s in benchmark["subtasks"]], weights=sizes)
    )
