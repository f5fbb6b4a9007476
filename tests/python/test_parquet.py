"""Every value of every table is the same to pyarrow, pandas, polars and DuckDB."""

import unittest

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
from snapshot import FOLDER, MANIFEST, TABLES


class Engines(unittest.TestCase):
    def test_agree(self):
        for file in TABLES:
            path = str(FOLDER / file)
            with self.subTest(file):
                wanted = pq.read_table(path).to_pydict()
                self.assertEqual(len(wanted[next(iter(wanted))]), MANIFEST["files"][file]["rows"])
                others = {
                    "polars": pl.read_parquet(path).to_arrow(),
                    "pandas": pa.Table.from_pandas(
                        pd.read_parquet(path, dtype_backend="pyarrow"), preserve_index=False
                    ),
                    "duckdb": duckdb.sql(f"SELECT * FROM '{path}'").to_arrow_table(),
                }
                for engine, table in others.items():
                    columns = table.to_pydict()
                    self.assertEqual(list(columns), list(wanted), engine)
                    for name, values in columns.items():
                        self.assertTrue(values == wanted[name], f"{engine}: {file} {name}")

    def test_every_group_has_statistics_of_every_column(self):
        for file in TABLES:
            metadata = pq.read_metadata(FOLDER / file)
            for group in range(metadata.num_row_groups):
                for column in range(metadata.num_columns):
                    chunk = metadata.row_group(group).column(column)
                    self.assertEqual(chunk.compression, "ZSTD")
                    self.assertTrue(chunk.is_stats_set and chunk.statistics.has_null_count)
