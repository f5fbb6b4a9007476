"""`npm run check:board` tells of wrong values: run over copies that are not right."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

import pyarrow as pa
import pyarrow.parquet as pq
from board.answers import Answers, Comparison
from board.inputs import Inputs, made_of_others, provenance_of
from board.report import SCORE, Tally
from board.wide import Wide
from snapshot import FOLDER, MANIFEST, fetch

DATA = pathlib.Path("data")
TESTS = pathlib.Path(__file__).parent
NOWHERE = "there/is/no/such/folder"

#: File, column, row, how its value is made wrong; how the check begins that tells of it.
WRONG = [
    ("models.parquet", "bbh", 100, lambda v: v + 1e-6, "models: scores, by the rule"),
    ("models.parquet", "gpqa_stderr", 200, lambda v: v * 1.001, "models: standard errors"),
    ("models.parquet", "average", 300, lambda v: v + 1e-9, "models: averages"),
    ("models.parquet", "rank", 400, lambda v: v + 1, "models: ranks"),
    ("models.parquet", "tie_group", 500, lambda v: v + 1, "models: rank ranges"),
    ("models.parquet", "on_hub", 600, lambda v: not v, "models: on the Hub"),
    ("models.parquet", "twin_of", 650, lambda _: "gpt2", "models: twins"),
    ("models.parquet", "rescoring_unchanged", 660, lambda _: "bbh", "models: benchmarks"),
    ("models.parquet", "max_length", 700, lambda _: 4096, "models: context lengths"),
    ("models.parquet", "license", 800, lambda _: "wtfpl", "models: all other columns"),
    ("models_v1.parquet", "rank", 900, lambda _: None, "models_v1: ranks"),
    ("scores.parquet", "n", 1000, lambda v: v + 1, "scores.parquet"),
    ("history.parquet", "average", 200_000, lambda v: v + 0.01, "history.parquet: averages"),
    ("history.parquet", "rank", 300_000, lambda v: v - 1, "history.parquet: ranks"),
    ("days.parquet", "rows", 100, lambda v: v - 1, "days.parquet"),
    ("intervals.parquet", "math", 2000, lambda v: v + 1, "intervals.parquet"),
    ("runs.parquet", "score_since", 2, lambda _: None, "runs.parquet: since when"),
    ("runs.parquet", "n_shot", 3000, lambda _: 4, "runs.parquet: what result files say"),
    ("sources.parquet", "source", 4000, lambda v: v + "0", "sources.parquet"),
]


def spoil(folder: pathlib.Path, file: str, column: str, row: int, change) -> None:
    """Writes a table anew with one other value."""
    table = pq.read_table(folder / file)
    values = table[column].to_pylist()
    wrong = change(values[row])
    assert wrong != values[row], f"{file} {column} {row}"
    values[row] = wrong
    place = table.column_names.index(column)
    pq.write_table(
        table.set_column(place, table.field(place), pa.array(values, table.field(place).type)),
        folder / file,
    )


def recheck(folder: pathlib.Path) -> tuple[int, str]:
    """The whole command over the tables of a folder that has no dated ones beside it."""
    paths = {"data": DATA, "tables": folder, "site": NOWHERE, "shared": NOWHERE}
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "board",
            *(word for name, path in paths.items() for word in (f"--{name}", str(path))),
        ],
        env={**os.environ, "PYTHONPATH": str(TESTS)},
        capture_output=True,
        text=True,
    )
    return done.returncode, done.stdout + done.stderr


@unittest.skipIf(
    made_of_others(provenance_of(DATA), MANIFEST), "about tables of the embedded snapshot"
)
class Board(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.copy = pathlib.Path(holder.name) / "latest"
        shutil.copytree(FOLDER, self.copy)

    def test_finds_nothing_in_tables_that_are_right(self):
        code, text = recheck(self.copy)
        self.assertEqual(code, 0, text)
        self.assertRegex(text, r"\b0 differ")
        self.assertIn(
            f"There is no {NOWHERE}/api/v1: npm run build makes it. The API was not checked.", text
        )
        self.assertIn(f"There is no folder {NOWHERE} of published files", text)

    def test_tells_of_every_value_that_is_wrong(self):
        for file, column, row, change, _ in WRONG:
            spoil(self.copy, file, column, row, change)
        code, text = recheck(self.copy)
        self.assertEqual(code, 1, text)
        told = re.findall(r"^DIFFERS .{30}  (.+)\n +(.+)", text, re.M)
        for file, column, _, _, check in WRONG:
            with self.subTest(f"{file} {column}"):
                self.assertTrue(
                    any(
                        what.startswith(check) and f"{column} of" in example
                        for what, example in told
                    ),
                    told,
                )

    def test_tells_of_a_row_that_is_not_there(self):
        for file in ("models.parquet", "history.parquet"):
            table = pq.read_table(self.copy / file)
            pq.write_table(table.slice(0, table.num_rows - 1), self.copy / file)
        code, text = recheck(self.copy)
        self.assertEqual(code, 1, text)
        self.assertRegex(
            text, r"DIFFERS .+ 1 .+models: evaluations that are there\n.+ is not there"
        )
        self.assertRegex(
            text,
            r"DIFFERS .+ 1 .+history.parquet: who stood in the table on each day\n.+ is not there",
        )

    def test_refuses_tables_of_other_sources(self):
        manifest = json.loads((self.copy / "manifest.json").read_text())
        manifest["sources"].append({"source": "results", "sha256": None, "rows": 1, "note": None})
        (self.copy / "manifest.json").write_text(json.dumps(manifest))
        code, text = recheck(self.copy)
        self.assertEqual(code, 1)
        self.assertIn(
            "they were made of results and not of data/snapshot alone. Run npm run data first.",
            text,
        )


@unittest.skipIf(
    made_of_others(provenance_of(DATA), MANIFEST), "about tables of the embedded snapshot"
)
class Answer(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        inputs = Inputs(DATA, [suite["id"] for suite in MANIFEST["suites"]])
        tables = [Wide(inputs, FOLDER, suite, None) for suite in inputs.suites]
        cls.wanted = Answers(FOLDER, tables, MANIFEST).of_model("EleutherAI/pythia-2.8b")
        cls.served = fetch("/api/v1/models/EleutherAI/pythia-2.8b.json")

    def differences(self, found: dict) -> int:
        tally = Tally("", SCORE)
        Comparison(tally).compare(self.wanted, found, "answer")
        return tally.differ

    def test_that_is_right(self):
        self.assertEqual(self.differences(json.loads(self.served)), 0)

    def test_with_one_wrong_value(self):
        changes = {
            "average": lambda e: e.update(average=e["average"] + 1e-9),
            "score": lambda e: e["scores"]["bbh"].update(score=e["scores"]["bbh"]["score"] + 1e-9),
            "subtask": lambda e: e["subtasks"][3].update(n=e["subtasks"][3]["n"] + 1),
            "rank of a day": lambda e: e["history"][-1].update(rank=1),
            "unknown": lambda e: e.update(co2_kg=None),
            "day": lambda e: e.update(submitted_at="2024-01-01"),
            "lost": lambda e: e.pop("rank"),
            "history": lambda e: e["history"].pop(),
        }
        for name, change in changes.items():
            with self.subTest(name):
                found = json.loads(self.served)
                change(found["evaluations"][0])
                self.assertEqual(self.differences(found), 1)


if __name__ == "__main__":
    unittest.main()
