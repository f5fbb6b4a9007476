"""The API's description, and scores for the Hub, read by other people's tools."""

import json
import unittest

import pyarrow.parquet as pq
import yaml
from huggingface_hub import parse_eval_result_entries
from openapi_spec_validator import validate
from snapshot import FOLDER, TABLES, fetch, snippets


class Api(unittest.TestCase):
    def test_openapi_is_valid(self):
        validate(json.loads(fetch("/api/v1/openapi.json")))


@unittest.skipUnless("models_v1.parquet" in TABLES, "about models of the embedded snapshot")
class EvalResults(unittest.TestCase):
    def test_are_read_by_the_hubs_library_and_say_what_was_published(self):
        """Of a model in both tables, and of one whose subtasks are known."""
        tables = {"models": ["mmlu_pro_raw"], "models_v1": ["gsm8k"]}
        rows = {
            name: pq.read_table(FOLDER / f"{name}.parquet", columns=["model", "revision", *columns])
            for name, columns in tables.items()
        }
        for model in ["01-ai/Yi-1.5-34B-32K", "EleutherAI/pythia-2.8b"]:
            files = {t: s for t, s in snippets(f"/models/{model}/").items() if "eval_results" in t}
            entries = [e for s in files.values() for e in parse_eval_result_entries(yaml.safe_load(s))]
            told = sorted(e.value for e in entries if e.task_id == "mmlu_pro")
            published = sorted(
                row["mmlu_pro_raw"] * 100
                for row in rows["models"].to_pylist()
                if row["model"] == model
            )
            self.assertEqual(len(told), len(published))
            for value, wanted in zip(told, published):
                self.assertAlmostEqual(value, wanted, places=9)
            told = sorted(e.value for e in entries if e.task_id == "gsm8k")
            published = sorted(
                row["gsm8k"] for row in rows["models_v1"].to_pylist() if row["model"] == model
            )
            self.assertEqual(told, published)
            for entry in entries:
                self.assertRegex(entry.source_url, rf"/models/{model}/$")
                self.assertIsInstance(entry.date, str)
