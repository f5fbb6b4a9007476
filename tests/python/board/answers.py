"""The JSON API of a built site: every file, every number, against the tables."""

import json
import pathlib

import numpy as np

from . import frames, rules
from .report import Report, Tally, same
from .wide import Wide

#: Fields that name addresses: of those only the end is the same everywhere.
LINKS = "links"


class Answers:
    """What the files have to say, out of the tables of a snapshot."""

    def __init__(self, folder: pathlib.Path, tables: list[Wide], manifest: dict) -> None:
        self.tables, self.manifest, self.as_of = tables, manifest, manifest["as_of"]
        self.subtasks = self._subtasks(folder)
        self.history = self._history(folder)
        self.runs = self._runs(folder)
        self.evaluations: dict[str, list[dict]] = {}
        #: Evaluations of the main table, best first.
        self.ranked: list[tuple[str, dict]] = []
        for wide in tables:
            for model, answer in self._answers(wide):
                self.evaluations.setdefault(model, []).append(answer)
                if wide is tables[0]:
                    self.ranked.append((model, answer))

    def _answers(self, wide: Wide):
        suite = wide.suite
        scores = {f"{key}{end}" for key in wide.keys for end in ("", "_raw", "_stderr")}
        columns = [name for name in wide.order.columns if name != "model" and name not in scores]
        errors = {
            b["key"]: known(
                wide.order[f"{b['key']}_stderr"]
                if suite["normalized"]
                else rules.binomial(b, wide.order[b["key"]] / 100, False)
            )
            for b in suite["benchmarks"]
        }
        cells = {name: known(wide.order[name]) for name in wide.order.columns}
        for row, model in enumerate(cells["model"]):
            name = cells["eval_id"][row]
            answer = {"suite": suite["id"], **{column: cells[column][row] for column in columns}}
            answer["scores"] = {
                key: {
                    **({"raw": cells[f"{key}_raw"][row]} if suite["normalized"] else {}),
                    "score": cells[key][row],
                    "stderr": errors[key][row],
                }
                for key in wide.keys
            }
            answer["subtasks"] = self.subtasks.get((suite["id"], name), [])
            answer["history"] = self.history.get(name, []) if wide is self.tables[0] else []
            answer["runs"] = self.runs.get((suite["id"], name), [])
            yield model, answer

    def _subtasks(self, folder: pathlib.Path) -> dict[tuple[str, str], list[dict]]:
        table = frames.read(folder / "scores.parquet")
        table = table[[subtask is not None for subtask in table["subtask"]]]
        cells = {name: known(table[name]) for name in table.columns}
        found: dict[tuple[str, str], list[dict]] = {}
        for i, key in enumerate(zip(cells["suite"], cells["eval_id"])):
            fields = {
                name: cells[name][i] for name in ("benchmark", "subtask", "raw", "stderr", "n")
            }
            found.setdefault(key, []).append(fields | {"score": cells["normalized"][i]})
        return found

    def _history(self, folder: pathlib.Path) -> dict[str, list[dict]]:
        """Standings on the first and the last day of each stretch of unchanged scores."""
        table = frames.read(folder / "history.parquet").sort_values("as_of", kind="stable")
        stretches = frames.read(folder / "intervals.parquet")
        last = dict(zip(stretches["eval_id"], stretches["renamed_to"]))
        ends = {
            *zip(stretches["first_day"], stretches["eval_id"]),
            *zip(stretches["last_day"], stretches["eval_id"]),
        }
        found: dict[str, list[dict]] = {}
        rows = zip(table["as_of"], table["eval_id"], known(table["average"]), known(table["rank"]))
        for day, name, average, rank in rows:
            if (day, name) not in ends:
                continue
            standing = {"as_of": day, "average": average, "rank": rank}
            # What had another name once is the same evaluation.
            found.setdefault(last[name] or name, []).append(standing)
        return found

    def _runs(self, folder: pathlib.Path) -> dict[tuple[str, str], list[dict]]:
        """What is known of the run behind each figure; where nothing is, nothing."""
        table = frames.read(folder / "runs.parquet")
        cells = {name: known(table[name]) for name in table.columns}
        found: dict[tuple[str, str], list[dict]] = {}
        for i, key in enumerate(zip(cells.pop("suite"), cells.pop("eval_id"))):
            facts = {name: values[i] for name, values in cells.items() if values[i] is not None}
            if len(facts) > 1:
                found.setdefault(key, []).append(facts)
        return found

    def of_model(self, model: str) -> dict:
        return {
            "model": model,
            "as_of": self.as_of,
            LINKS: model_links(model),
            "evaluations": self.evaluations[model],
        }

    def leaderboard(self) -> dict:
        """The first hundred ranks."""
        entries = [
            {"model": model, LINKS: model_links(model)}
            | {name: value for name, value in answer.items() if name not in ("subtasks", "history", "runs")}
            for model, answer in self.ranked
            if answer["rank"] is not None and answer["rank"] <= 100
        ]
        ranked = sum(answer["rank"] is not None for _, answer in self.ranked)
        suite = self.tables[0].suite
        links = {
            "self": "/api/v1/leaderboard.json",
            "page": "/",
            "table": f"/data/latest/{suite['table']}.parquet",
        }
        return {
            "suite": suite["id"],
            "as_of": self.as_of,
            "ranked": ranked,
            LINKS: links,
            "entries": entries,
        }

    def models(self) -> dict:
        return {"as_of": self.as_of, "models": sorted(self.evaluations)}

    def index(self) -> dict:
        """What there is."""
        links = {name: f"/api/v1/{name}.json" for name in ("leaderboard", "models", "openapi")}
        return {
            "title": self.manifest["title"],
            "as_of": self.as_of,
            "schema": self.manifest["schema"],
            "suites": [
                {name: wide.suite[name] for name in ("id", "version", "name")}
                | {"evaluations": len(wide.order)}
                | {
                    "benchmarks": [
                        {name: b.get(name) for name in ("key", "name", "area", "link")}
                        for b in wide.suite["benchmarks"]
                    ]
                }
                for wide in self.tables
            ],
            LINKS: links | {"manifest": "/data/latest/manifest.json", "page": "/"},
        }


def model_links(model: str) -> dict:
    return {
        "self": f"/api/v1/models/{model}.json",
        "page": f"/models/{model}/",
        "hub": f"https://huggingface.co/{model}",
    }


def known(column) -> list:
    """Values as JSON has them: unknown is null, whole numbers are whole."""
    values = np.asarray(column)
    if values.dtype == object:
        return list(values)
    return [None if value != value else value for value in values.tolist()]


def size(answer) -> int:
    """How many values there are in an answer."""
    if not isinstance(answer, dict | list):
        return 1
    values = answer.values() if isinstance(answer, dict) else answer
    return sum(size(value) if isinstance(value, dict | list) else 1 for value in values)


class Comparison:
    """Compares answers field by field into a tally; remembers fields that no table has."""

    def __init__(self, tally: Tally) -> None:
        self.tally = tally
        self.more: set[str] = set()

    def compare(self, wanted, found, where: str) -> None:
        if wanted == found:
            self.tally.right(size(wanted))
        elif isinstance(wanted, dict) and isinstance(found, dict):
            field = where.rpartition(": ")[2] if ": " in where else "answer"
            self.more.update(f"{field}.{name}" for name in found if name not in wanted)
            for name, value in wanted.items():
                if name in found:
                    self.compare(value, found[name], f"{where}: {name}")
                else:
                    self.tally.wrong(f"{where} has no field {name}")
        elif isinstance(wanted, list) and isinstance(found, list):
            if len(wanted) != len(found):
                self.tally.wrong(f"{where} has {len(found)} entries, recomputed {len(wanted)}")
            for value, other in zip(wanted, found):
                self.compare(value, other, where)
        else:
            self._leaf(wanted, found, where)

    def _leaf(self, wanted, found, where: str) -> None:
        if (
            isinstance(wanted, float)
            and isinstance(found, int | float)
            and not isinstance(found, bool)
        ):
            gap = abs(wanted - found)
            if gap <= self.tally.tolerance:
                self.tally.right(1)
                self.tally.largest = max(self.tally.largest, gap)
            else:
                self.tally.number(where, wanted, found)
        elif same(wanted, found) or (f": {LINKS}: " in where and str(found).endswith(str(wanted))):
            self.tally.right(1)
        else:
            self.tally.wrong(f"{where} is {found!r}, recomputed {wanted!r}")


def check_answers(
    report: Report, site: pathlib.Path, folder: pathlib.Path, tables: list[Wide], manifest: dict
) -> None:
    """All files of `api/v1`."""
    root = site / "api" / "v1"
    if not (root / "index.json").is_file():
        report.skip(f"There is no {root}: npm run build makes it. The API was not checked.")
        return
    answers = Answers(folder, tables, manifest)
    more: set[str] = set()
    files = {
        str(f.relative_to(root / "models"))[: -len(".json")]: f
        for f in (root / "models").rglob("*.json")
    }
    with report.check("api/v1: models that have a file") as tally:
        tally.keys(answers.evaluations, files)
    with report.check(f"api/v1: every value of {len(files):,} models' files") as tally:
        comparison = Comparison(tally)
        for model, file in files.items():
            if model in answers.evaluations:
                comparison.compare(
                    answers.of_model(model), json.loads(file.read_bytes()), f"{model}.json"
                )
        more |= comparison.more
    with report.check("api/v1: leaderboard.json, models.json, index.json") as tally:
        comparison = Comparison(tally)
        for name in ("leaderboard", "models", "index"):
            found = json.loads((root / f"{name}.json").read_bytes())
            comparison.compare(getattr(answers, name)(), found, f"{name}.json")
    report.uncovered("api/v1", sorted(more), ())
    report.skip("api/v1: openapi.json has no figures; check:python reads it.")
