"""The wide tables, `scores.parquet` and `sources.parquet` of a snapshot, recomputed from the inputs."""

import pathlib

import numpy as np
import pandas as pd

from . import frames, rules
from .inputs import Inputs
from .report import SCORE, Report, Tally

#: Columns that are as published, and what they are where a published table has none of the name.
TAKEN = {
    "model": None,
    "revision": None,
    "precision": None,
    "weight_type": None,
    "architecture": None,
    "model_type": None,
    "params_b": np.nan,
    "license": None,
    "likes": np.nan,
    "base_model": None,
    "generation": np.nan,
    "chat_template": None,
    "merged": None,
    "moe": None,
    "flagged": False,
    "availability": None,
    "maintainers_choice": False,
    "submitted_at": None,
    "uploaded_at": None,
    "co2_kg": np.nan,
    "context_length": np.nan,
    "context_source": None,
}
#: Columns of numbers among them.
COUNTED = [name for name, unknown in TAKEN.items() if isinstance(unknown, float)]
#: Columns that a table may not have yet.
LATER = {"twin_of": "the same scores under another name"}


class Wide:
    """A suite's table as it has to be, and as it is in a folder."""

    def __init__(self, inputs: Inputs, folder: pathlib.Path, suite: dict, past: str | None) -> None:
        self.suite, self.past = suite, past
        self.keys = inputs.keys(suite)
        self.file = f"{suite['table']}.parquet"
        published = inputs.table(suite, past)
        found = frames.read(folder / self.file)
        self.order = found
        #: Both by id, and in the order of the published table.
        self.published = published.set_index("eval_id", drop=False)
        self.found = found.drop_duplicates("eval_id").set_index("eval_id", drop=False)
        self.found = self.found.reindex(self.published.index)
        self.wanted = self._recompute(inputs)
        self.ids = list(self.published["eval_id"])

    def column(self, name: str) -> np.ndarray:
        """Of the table as it is."""
        return self.found[name].to_numpy()

    def _recompute(self, inputs: Inputs) -> pd.DataFrame:
        rows = self.published
        wanted = {"eval_id": rows["eval_id"].to_numpy()}
        for name, unknown in TAKEN.items():
            wanted[name] = rows[name].to_numpy() if name in rows else blank(len(rows), unknown)
        for name in ("flagged", "maintainers_choice"):
            wanted[name] = np.array([value is True for value in wanted[name]])
        # A table of an earlier day has the flags and stars of its day, and nothing of later ones.
        if not (self.past and self.suite is inputs.main):
            self._curate(inputs, wanted)
            self._add_contexts(inputs, wanted)
        wanted["on_hub"] = [None if a is None else a != "gone" for a in wanted["availability"]]
        wanted["max_length"] = self._max_lengths(inputs)
        errors = self._add_scores(inputs, wanted)
        scores = np.column_stack([wanted[key] for key in self.keys])
        wanted["average"] = rules.average(scores)
        ranked = np.where(wanted["flagged"], np.nan, wanted["average"])
        wanted["rank"] = rules.ranks(ranked)
        if self.suite["normalized"]:
            together = np.sqrt((np.column_stack(errors) ** 2).sum(axis=1)) / len(errors)
            wanted |= rules.rank_ranges(ranked, together)
        return pd.DataFrame(wanted, index=rows.index)

    def _curate(self, inputs: Inputs, wanted: dict) -> None:
        flagged = inputs.flagged(self.suite)
        wanted["flagged"] |= np.array([model in flagged for model in wanted["model"]])
        wanted["maintainers_choice"] |= np.array([model in inputs.choice for model in wanted["model"]])

    def _add_contexts(self, inputs: Inputs, wanted: dict) -> None:
        nothing = (np.nan, None)
        pairs = [inputs.contexts.get(model, nothing) for model in wanted["model"]]
        unknown = np.isnan(wanted["context_length"])
        wanted["context_length"] = np.where(unknown, [length for length, _ in pairs], wanted["context_length"])
        sources = np.array([source for _, source in pairs], object)
        wanted["context_source"] = np.where(unknown, sources, wanted["context_source"])

    def _max_lengths(self, inputs: Inputs) -> list[float]:
        """Of the newest run that is known."""
        runs = inputs.runs[inputs.runs["suite"] == self.suite["id"]]
        first = runs.drop_duplicates("eval_id").set_index("eval_id")["max_length"].to_dict()
        return [first.get(name, np.nan) for name in self.published["eval_id"]]

    def _add_scores(self, inputs: Inputs, wanted: dict) -> list[np.ndarray]:
        """Raw scores, scores and standard errors; gives the errors, benchmark by benchmark."""
        errors = []
        for benchmark in self.suite["benchmarks"]:
            key = benchmark["key"]
            if not self.suite["normalized"]:
                wanted[key] = self.published[key].to_numpy()
                continue
            raw = self.published[f"{key}_raw"].to_numpy()
            is_own = benchmark["score"] == "mean_of_subtasks"
            wanted[f"{key}_raw"] = raw
            wanted[key] = (
                self.published[key].to_numpy()
                if is_own
                else rules.normalised(raw, rules.baseline(benchmark))
            )
            error = rules.binomial(benchmark, raw, True)
            stated = stated_errors(inputs, self.suite, key, self.published["eval_id"], raw)
            errors.append(np.where(np.isnan(stated), error, stated))
            wanted[f"{key}_stderr"] = errors[-1]
        return errors


def blank(rows: int, unknown) -> np.ndarray:
    """A column of one value."""
    return np.array([unknown] * rows, float if isinstance(unknown, float) else object)


def stated_errors(inputs: Inputs, suite: dict, key: str, ids, raw) -> np.ndarray:
    """Of the run's own file, where that has the same score."""
    detail = inputs.detail[inputs.detail["subtask"].isna()]
    own = detail[(detail["suite"] == suite["id"]) & (detail["benchmark"] == key)]
    known = dict(zip(own["eval_id"], zip(own["raw"], own["stderr"])))
    return np.array(
        [
            known[name][1] if name in known and abs(known[name][0] - value) < 1e-9 else np.nan
            for name, value in zip(ids, raw)
        ]
    )


def check_wide(report: Report, wide: Wide) -> None:
    """A wide table, column by column."""
    title = wide.suite["table"]
    found, wanted, ids = wide.found, wide.wanted, wide.ids
    done = {"eval_id"}

    def compare(tally: Tally, name: str, exactly: bool = False) -> None:
        done.add(name)
        if name not in found:
            tally.wrong(f"{wide.file} has no column {name}")
        elif exactly:
            tally.values(name, wanted[name], found[name], ids)
        else:
            tally.numbers(name, wanted[name], found[name], ids)

    with report.check(f"{title}: evaluations that are there") as tally:
        tally.keys(wide.published["eval_id"], wide.order["eval_id"])
    if wide.suite["normalized"]:
        with report.check(f"{title}: scores, by the rule from raw ones") as tally:
            for key in wide.keys:
                compare(tally, f"{key}_raw")
                compare(tally, key)
        with report.check(f"{title}: standard errors") as tally:
            for key in wide.keys:
                compare(tally, f"{key}_stderr")
    else:
        with report.check(f"{title}: scores") as tally:
            for key in wide.keys:
                compare(tally, key)
    with report.check(f"{title}: averages, the mean of the scores") as tally:
        compare(tally, "average")
    with report.check(f"{title}: ranks; flagged have none, ties share") as tally:
        compare(tally, "rank")
        ranks = wide.order["rank"].to_numpy()
        order = np.where(np.isnan(ranks), len(ranks) + 1.0, ranks)
        tally.numbers("place in the table", np.sort(order), order, wide.order["eval_id"])
    if wide.suite["normalized"]:
        with report.check(f"{title}: rank ranges and tie groups") as tally:
            for name in ("rank_low", "rank_high", "tie_group"):
                compare(tally, name)
    with report.check(f"{title}: on the Hub, if not gone") as tally:
        compare(tally, "on_hub", exactly=True)
    with report.check(f"{title}: context lengths and their sources") as tally:
        for name in ("context_length", "max_length"):
            compare(tally, name)
        compare(tally, "context_source", exactly=True)
    with report.check(f"{title}: all other columns, as in the inputs") as tally:
        for name in TAKEN:
            if name not in done:
                compare(tally, name, exactly=name not in COUNTED)
    for name, what in LATER.items():
        if name not in found:
            report.skip(f"{wide.file} has no column {name} yet ({what}).")
    more = [name for name in wide.order.columns if name not in done and name not in LATER]
    if more:
        report.skip(f"{wide.file}: no rule here for {', '.join(more)}.")


def check_published(report: Report, wide: Wide, is_rounded: bool) -> None:
    """Our scores and averages against those that were published beside the raw ones."""
    title = wide.suite["table"]
    with report.check(f"{title}: scores and what was published") as tally:
        for key in wide.keys:
            tally.numbers(key, wide.published[key], wide.column(key), wide.ids)
    # Of two digits: half of the last one, and as much again from the scores.
    tolerance, digits = (0.01 + 1e-9, " with two digits") if is_rounded else (SCORE, "")
    with report.check(f"{title}: averages and what was published{digits}", tolerance) as tally:
        tally.numbers("average", wide.published["average"], wide.column("average"), wide.ids)


def check_scores(report: Report, inputs: Inputs, folder: pathlib.Path, tables: list[Wide]) -> None:
    """`scores.parquet`: a row for each benchmark of each evaluation, and for each known subtask."""
    found = frames.read(folder / "scores.parquet")
    wanted = pd.concat([*(_wholes(w) for w in tables), *(_parts(inputs, w) for w in tables)], ignore_index=True)
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
                    "n": np.nan if n is None else n,
                }
            )
        )
    rows = pd.concat(parts, ignore_index=True)
    return rows[~np.isnan(rows["raw"])]


def _parts(inputs: Inputs, wide: Wide) -> pd.DataFrame:
    """The subtasks of the runs whose benchmark has the score that the table has."""
    detail = inputs.detail[inputs.detail["suite"] == wide.suite["id"]]
    whole = detail["subtask"].isna()
    fits = set()
    for name, key, raw in detail[whole][["eval_id", "benchmark", "raw"]].itertuples(index=False):
        if name in wide.wanted.index and abs(wide.wanted.at[name, f"{key}_raw"] - raw) < 1e-9:
            fits.add((name, key))
    parts = detail[~whole]
    return parts[[pair in fits for pair in zip(parts["eval_id"], parts["benchmark"])]]


def check_sources(report: Report, inputs: Inputs, folder: pathlib.Path, tables: list[Wide]) -> None:
    """`sources.parquet`: the row of the input that is named has the evaluation."""
    found = frames.read(folder / "sources.parquet")
    with report.check("sources.parquet: the row of the input that is named is the evaluation's") as tally:
        for wide in tables:
            own = found[found["suite"] == wide.suite["id"]]
            name = f"{inputs.folder.name}/{inputs.name(wide.suite, wide.past)}"
            wanted = {key: f"{name}#{row + 1}" for row, key in enumerate(wide.ids)}
            tally.keys(wide.ids, own["eval_id"])
            tally.values("source", [wanted.get(key) for key in own["eval_id"]], own["source"], own["eval_id"])


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
                texts = [None if v is None else str(v).lower() if isinstance(v, bool) else v for v in column]
                tally.values(name, texts, [unguarded(v) for v in table[name]], ids)


def unguarded(text: str | None) -> str | None:
    """Without the apostrophe that keeps a spreadsheet from taking a text for a formula."""
    return text[1:] if text and text[0] == "'" and text[1:2] in ("=", "+", "-", "@") else text
