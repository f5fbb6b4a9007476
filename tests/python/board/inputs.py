"""What the board is made of: data/snapshot, data/suites, data/curated."""

import json
import pathlib
from functools import cache, cached_property

import numpy as np
import pandas as pd

from . import frames, names


def provenance_of(data: pathlib.Path) -> dict:
    """What the embedded snapshot says of itself."""
    return json.loads((data / "snapshot" / "provenance.json").read_text())


def made_of_others(provenance: dict, manifest: dict) -> str | None:
    """Why the tables with this manifest are not of the embedded snapshot; None if they are."""
    known = {origin["sha256"] for origin in provenance["origins"]}
    others = [source["source"] for source in manifest["sources"] if source["sha256"] not in known]
    if not others:
        return None
    return f"they were made of {', '.join(others[:3])} and not of data/snapshot alone."


class Inputs:
    """The embedded snapshot, read by none of the project's code."""

    def __init__(self, data: pathlib.Path, suite_ids: list[str]) -> None:
        self.folder = data / "snapshot"
        known = [json.loads(file.read_text()) for file in sorted((data / "suites").glob("*.json"))]
        by_id = {suite["id"]: suite for suite in known}
        #: The main suite first, as the board names them.
        self.suites: list[dict] = [by_id[name] for name in suite_ids]
        self.main = self.suites[0]
        self.provenance = provenance_of(data)
        self.flags = json.loads((data / "curated" / "flagged.json").read_text())
        stars = json.loads((data / "curated" / "maintainers-choice.json").read_text())
        # A name, or an object with the name; one that has ended is none.
        self.choice = {
            star if isinstance(star, str) else star["model"]
            for star in stars
            if isinstance(star, str) or star.get("ended") is None
        }

    def keys(self, suite: dict) -> list[str]:
        return [benchmark["key"] for benchmark in suite["benchmarks"]]

    def flagged(self, suite: dict) -> set[str]:
        return {
            flag["model"]
            for flag in self.flags
            if flag["suite"] == suite["id"] and flag.get("lifted") is None
        }

    def name(self, suite: dict, past: str | None) -> str:
        """File of a suite's table; of the main one there are older ones as well."""
        return (
            f"{suite['id']}_{past}.parquet"
            if past and suite is self.main
            else f"{suite['id']}.parquet"
        )

    def table(self, suite: dict, past: str | None = None) -> pd.DataFrame:
        """The published table, each row with its id."""
        table = frames.read(self.folder / self.name(suite, past))
        table.insert(0, "eval_id", frames.eval_ids(table))
        return table

    @cache
    def detail(self, past: str | None = None) -> pd.DataFrame:
        """Figures of single runs: benchmarks and their subtasks."""
        return self._of_then(frames.read(self.folder / "detail.parquet"), past)

    @cache
    def runs(self, past: str | None = None) -> pd.DataFrame:
        """What result files say of their runs."""
        return self._of_then(frames.read(self.folder / "runs.parquet"), past)

    def _of_then(self, table: pd.DataFrame, past: str | None) -> pd.DataFrame:
        """Without evaluations one of whose files was written after an earlier day."""
        if past is None:
            return table
        runs = self.runs()
        later = {
            (suite, name)
            for suite, name, day in zip(runs["suite"], runs["eval_id"], runs["written"])
            if day and day > past
        }
        of_then = [key not in later for key in zip(table["suite"], table["eval_id"])]
        return table[of_then].reset_index(drop=True)

    @cached_property
    def contexts(self) -> dict[str, tuple[float, str]]:
        """Context length and its source, by model."""
        table = frames.read(self.folder / "context.parquet")
        source = [
            (f"{source} ({note})" if note else source)[:500]
            for source, note in zip(table["source"], table["note"])
        ]
        return dict(zip(table["model"], zip(table["context_length"], source)))

    @cached_property
    def days(self) -> pd.DataFrame:
        return frames.read(self.folder / "days.parquet")

    @cached_property
    def intervals(self) -> pd.DataFrame:
        """Stretches of days on which nothing of an evaluation changed."""
        table = frames.read(self.folder / "intervals.parquet")
        return table.sort_values(["eval_id", "first_day"], ignore_index=True)

    def intervals_until(self, day: str) -> pd.DataFrame:
        """As a table of that day can know them, with the last name of those that were renamed."""
        table = self.intervals[self.intervals["first_day"] <= day].reset_index(drop=True)
        table = table.assign(last_day=np.minimum(table["last_day"].to_numpy(), day))
        last = names.last_names(table)
        return table.assign(renamed_to=[last.get(name) for name in table["eval_id"]])

    def on(self, day: str) -> pd.DataFrame:
        """The intervals that hold on a day: its table."""
        table = self.intervals
        return table[(table["first_day"] <= day) & (table["last_day"] >= day)]
