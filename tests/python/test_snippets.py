"""What the page /data/ offers to copy works as it stands there."""

import re
import subprocess
import sys
import unittest

import duckdb
import pyarrow.parquet as pq
from snapshot import FOLDER, MAIN, SITE, snippets

BEST = pq.read_table(FOLDER / MAIN, columns=["model", "rank"]).slice(0, 10).to_pylist()


class Snippets(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        # The page names the address that it is built for; here it is served at another.
        origin = re.compile(r"https?://[^/\"']+(?=/)")
        cls.code = {title: origin.sub(SITE, code) for title, code in snippets("/data/").items()}

    def run_python(self, title: str) -> str:
        done = subprocess.run([sys.executable, "-c", self.code[title]], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def test_pandas(self):
        self.assert_best(self.run_python("pandas"))

    def test_polars(self):
        self.assert_best(self.run_python("polars"))

    def test_duckdb(self):
        """Over the file itself: DuckDB would fetch httpfs, its extension for addresses, from outside."""
        sql = re.sub(r"'http[^']+/([^'/]+)'", lambda m: f"'{FOLDER / m[1]}'", self.code["DuckDB"])
        self.assertIn(str(FOLDER), sql)
        self.assertEqual(duckdb.execute(sql).fetchall()[0][0], 1)

    def assert_best(self, text: str):
        # Long names are cut where the printed table is narrow.
        for row in BEST[:3]:
            self.assertIn(row["model"][:12], text)
