"""Each description is read by the tool that it is written for."""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

import datasets
import frictionless
import mlcroissant
import pyarrow.parquet as pq
from huggingface_hub import DatasetCard
from snapshot import FILLED, FOLDER, MANIFEST, TABLES


class Card(unittest.TestCase):
    def test_is_read_by_the_hubs_library(self):
        card = DatasetCard.load(FOLDER / "README.md")
        self.assertEqual(card.data.pretty_name, MANIFEST["title"])
        names = [config["config_name"] for config in card.data.to_dict()["configs"]]
        self.assertEqual([f"{name}.parquet" for name in names], FILLED)

    def test_every_config_loads(self):
        self.assertEqual(datasets.get_dataset_config_names(str(FOLDER)), [t[:-8] for t in FILLED])
        with tempfile.TemporaryDirectory() as cache:
            for file in FILLED:
                loaded = datasets.load_dataset(str(FOLDER), file[:-8], split="train", cache_dir=cache)
                entry = MANIFEST["files"][file]
                self.assertEqual(loaded.num_rows, entry["rows"])
                self.assertEqual(loaded.column_names, [c["name"] for c in entry["columns"]])


class Croissant(unittest.TestCase):
    def test_is_valid_and_nothing_is_missed_in_it(self):
        issues = mlcroissant.Dataset(str(FOLDER / "croissant.json")).metadata.ctx.issues
        self.assertEqual(issues.errors, set())
        # What is unknown of a leaderboard, as its address, is missed by name.
        self.assertEqual([w for w in issues.warnings if "url" not in w and "license" not in w], [])

    def test_its_records_are_those_of_the_tables(self):
        dataset = mlcroissant.Dataset(str(FOLDER / "croissant.json"))
        for file in TABLES:
            rows = pq.read_table(FOLDER / file).slice(0, 50).to_pylist()
            records = iter(dataset.records(file[:-8]))
            for row in rows:
                record = {name.split("/")[1]: plain(v) for name, v in next(records).items()}
                self.assertEqual(record, {name: plain(v) for name, v in row.items()})


def plain(value):
    """Texts of records are bytes, days are timestamps."""
    if isinstance(value, bytes):
        return value.decode()
    if value is None or value != value:
        return None
    return value.isoformat()[:10] if hasattr(value, "isoformat") else value


class DataPackage(unittest.TestCase):
    def test_is_valid(self):
        report = frictionless.validate(str(FOLDER / "datapackage.json"))
        self.assertTrue(report.valid, report.flatten(["title", "note"]))
        self.assertEqual(report.stats["tasks"], len(MANIFEST["files"]))

    def test_tells_of_a_file_that_was_changed(self):
        with tempfile.TemporaryDirectory() as folder:
            copy = shutil.copytree(FOLDER, pathlib.Path(folder) / "copy")
            with (copy / TABLES[-1]).open("ab") as table:
                table.write(b"x")
            report = frictionless.validate(str(copy / "datapackage.json"))
            self.assertIn(["hash-count"], report.flatten(["type"]))

    def test_its_types_are_those_of_the_files(self):
        types = {"string": "string", "number": "double", "integer": "int32", "boolean": "bool"}
        package = json.loads((FOLDER / "datapackage.json").read_text())
        for resource in package["resources"]:
            if resource["format"] != "parquet":
                continue
            schema = pq.read_schema(FOLDER / resource["path"])
            for field in resource["schema"]["fields"]:
                wanted = types.get(field["type"], "date32[day]")
                self.assertEqual(str(schema.field(field["name"]).type), wanted, field["name"])


class Citation(unittest.TestCase):
    def test_is_valid(self):
        for file in [FOLDER / "CITATION.cff", pathlib.Path("CITATION.cff")]:
            done = subprocess.run(
                [os.environ["CFFCONVERT"], "--validate", "-i", str(file)],
                capture_output=True,
                text=True,
            )
            self.assertEqual(done.returncode, 0, done.stderr)
