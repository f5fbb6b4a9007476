"""Tables as data frames: numbers as floats (unknown: NaN), all else as objects (unknown: None)."""

import pathlib

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

# Texts stay Python's own, and unknown is None.
pd.set_option("future.infer_string", False)


#: Of these an id is made.
KEY = ("model", "revision", "precision", "weight_type", "chat_template")


def read(path: pathlib.Path, columns: list[str] | None = None) -> pd.DataFrame:
    """A Parquet file. Days are texts like 2024-06-30."""
    table = pq.read_table(path, columns=columns)
    return pd.DataFrame({name: values_of(table[name]) for name in table.column_names}, copy=False)


def values_of(column: pa.ChunkedArray) -> np.ndarray | pd.Series:
    kind = column.type
    if pa.types.is_integer(kind) or pa.types.is_floating(kind):
        return column.cast(pa.float64()).to_numpy()
    if pa.types.is_date(kind) or pa.types.is_timestamp(kind):
        column = column.cast(pa.date32()).cast(pa.string())
    return pd.Series(column.to_numpy(), dtype=object)


def read_csv(path: pathlib.Path) -> pd.DataFrame:
    """A published table, all of it as text; empty and NA are unknown."""
    table = pd.read_csv(path, dtype=str, keep_default_na=False, na_filter=False)
    return pd.DataFrame(
        {name: [_cell(text) for text in table[name]] for name in table}, dtype=object
    )


def _cell(text: str) -> str | None:
    text = text.strip()
    return None if text in ("", "NA", "N/A") else text


def numbers(column: pd.Series) -> np.ndarray:
    """Texts as numbers."""
    return np.array([np.nan if text is None else float(text) for text in column])


def eval_ids(table: pd.DataFrame) -> list[str]:
    """OWNER/NAME@REVISION:PRECISION:WEIGHTS:chat|plain; a commit has eight digits, unknown is -."""
    size = len(table)
    unknown = [None] * size
    columns = [table[name] if name in table else unknown for name in KEY]
    return [
        f"{model}@{short(commit) or '-'}:{precision or '-'}:{weights or '-'}:{_template(template)}"
        for model, commit, precision, weights, template in zip(*columns)
    ]


def short(revision: str | None) -> str | None:
    """A commit by its first eight digits."""
    is_commit = (
        revision is not None and len(revision) == 40 and set(revision) <= set("0123456789abcdef")
    )
    return revision[:8] if is_commit else revision


def _template(template: bool | None) -> str:
    return "-" if template is None else "chat" if template else "plain"
