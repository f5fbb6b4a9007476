"""The wide table of a suite: as it has to be by the inputs, and as it is in a folder."""

import pathlib

import numpy as np
import pandas as pd

from . import frames, rules
from .inputs import Inputs
from .scoring import Scoring, scorings
from .twins import twin_of

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
        self.ids = list(self.published["eval_id"])
        #: Where the standard errors of a benchmark are from.
        self.sources: dict[str, np.ndarray] = {}
        self.wanted = self._recompute(inputs)

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
        # Published tables say nothing of settings.
        wanted["settings"] = blank(len(rows), None)
        wanted["max_length"] = self._max_lengths(inputs)
        errors = self._add_scores(inputs, wanted)
        scores = np.column_stack([wanted[key] for key in self.keys])
        wanted["average"] = rules.average(scores)
        if self.suite.get("rescorings"):
            wanted["rescoring_unchanged"] = self._unchanged(inputs)
        ranked = np.where(wanted["flagged"], np.nan, wanted["average"])
        wanted["rank"] = rules.ranks(ranked)
        if self.suite["normalized"]:
            together = np.sqrt((np.column_stack(errors) ** 2).sum(axis=1)) / len(errors)
            wanted |= rules.rank_ranges(ranked, together)
        table = pd.DataFrame(wanted, index=rows.index)
        raw = [f"{key}_raw" if self.suite["normalized"] else key for key in self.keys]
        return table.assign(twin_of=twin_of(table, table[raw].to_numpy()))

    def _curate(self, inputs: Inputs, wanted: dict) -> None:
        flagged = inputs.flagged(self.suite)
        wanted["flagged"] |= np.array([model in flagged for model in wanted["model"]])
        wanted["maintainers_choice"] |= np.array(
            [model in inputs.choice for model in wanted["model"]]
        )

    def _add_contexts(self, inputs: Inputs, wanted: dict) -> None:
        nothing = (np.nan, None)
        pairs = [inputs.contexts.get(model, nothing) for model in wanted["model"]]
        unknown = np.isnan(wanted["context_length"])
        wanted["context_length"] = np.where(
            unknown, [length for length, _ in pairs], wanted["context_length"]
        )
        sources = np.array([source for _, source in pairs], object)
        wanted["context_source"] = np.where(unknown, sources, wanted["context_source"])

    def _max_lengths(self, inputs: Inputs) -> list[float]:
        """Of the newest run that is known."""
        runs = inputs.runs(self.past)
        runs = runs[runs["suite"] == self.suite["id"]]
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
            stated, source = self._stated(inputs, key, raw)
            errors.append(np.where(np.isnan(stated), error, stated))
            wanted[f"{key}_stderr"] = errors[-1]
            self.sources[key] = np.where(np.isnan(stated), "binomial", source)
        return errors

    def _stated(self, inputs: Inputs, key: str, raw: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Errors of runs' own files, where those have the same score; and where they are from."""
        detail = inputs.detail(self.past)
        own = detail[(detail["suite"] == self.suite["id"]) & (detail["benchmark"] == key)]
        own = own[own["subtask"].isna()].set_index("eval_id")
        errors, sources = blank(len(raw), np.nan), blank(len(raw), None)
        for row, (name, value) in enumerate(zip(self.ids, raw)):
            if name in own.index and abs(own.at[name, "raw"] - value) < 1e-9:
                errors[row] = own.at[name, "stderr"]
                sources[row] = own.at[name, "stderr_source"]
        return errors, sources

    def _unchanged(self, inputs: Inputs) -> list[str | None]:
        """Benchmarks whose newest re-scoring left the score of a row as it was."""
        known = scorings(inputs, self.past or inputs.days["as_of"].iloc[-1])
        rescored = {rescoring["benchmark"] for rescoring in self.suite["rescorings"]}
        keys = [key for key in self.keys if key in rescored]
        nothing = Scoring()
        found = [
            [key for key in keys if known.get((name, key), nothing).rescoring == "unchanged"]
            for name in self.ids
        ]
        return [",".join(unchanged) or None for unchanged in found]


def blank(rows: int, unknown) -> np.ndarray:
    """A column of one value."""
    return np.array([unknown] * rows, float if isinstance(unknown, float) else object)
