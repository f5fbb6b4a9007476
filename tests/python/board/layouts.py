"""Published contents tables in their two layouts, read with our names and values."""

import pathlib
import re

import numpy as np
import pandas as pd

from . import frames

#: Names of columns in the two layouts, by ours; `{}` is the name of a benchmark.
LONG = {
    "model": "model_name",
    "revision": "model_sha",
    "precision": "model_precision",
    "weight_type": "model_weight_type",
    "chat_template": "model_has_chat_template",
    "architecture": "model_architecture",
    "model_type": "model_type",
    "params_b": "metadata_params_billions",
    "license": "metadata_hub_license",
    "likes": "metadata_hub_hearts",
    "base_model": "metadata_base_model",
    "generation": "metadata_generation",
    "merged": "features_is_merged",
    "moe": "features_is_moe",
    "flagged": "features_is_flagged",
    "listed": "features_is_not_available_on_hub",
    "maintainers_choice": "features_is_official_provider features_is_highlighted_by_maintainer",
    "submitted_at": "metadata_submission_date",
    "uploaded_at": "metadata_upload_date",
    "co2_kg": "metadata_co2_cost",
    "average": "model_average_score",
    "raw": "evaluations_{}_value",
    "score": "evaluations_{}_normalized_score",
}
FLAT = {
    "model": "fullname",
    "revision": "model_sha",
    "precision": "precision",
    "weight_type": "weight_type",
    "chat_template": "chat_template",
    "architecture": "architecture",
    "model_type": "type",
    "params_b": "params_b",
    "license": "hub_license",
    "likes": "hub_hearts",
    "base_model": "base_model",
    "generation": "generation",
    "merged": "not_merged merged",
    "moe": "moe",
    "flagged": "flagged",
    "listed": "available_on_the_hub",
    "maintainers_choice": "maintainers_highlight official_providers",
    "submitted_at": "submission_date date",
    "uploaded_at": "upload_to_hub_date",
    "co2_kg": "co_cost_kg",
    "average": "average",
    "raw": "{}_raw",
    "score": "{}",
}
#: TRUE there says that a model is not so.
INVERTED = {"merged", "moe", "flagged"}
NUMBERS = {"params_b", "likes", "generation", "co2_kg", "average"}
TRUTHS = {"chat_template", "merged", "moe", "flagged", "listed", "maintainers_choice"}
#: Titles of types begin with these letters, whatever sign or space stands in between.
TYPES = {
    "continuouslypretrained": "continuously_pretrained",
    "pretrained": "pretrained",
    "finetuned": "fine_tuned",
    "chat": "chat",
    "basemerge": "merge",
    "merge": "merge",
    "multimodal": "multimodal",
    "other": "other",
}


class Published:
    """A contents table as it was published, with our names and values."""

    def __init__(self, file: pathlib.Path, suite: dict) -> None:
        self.table = frames.read_csv(file)
        self.suite = suite
        self.is_flat = "fullname" in self.table
        self.names = FLAT if self.is_flat else LONG
        self.ids = frames.eval_ids(pd.DataFrame({name: self.column(name) for name in frames.KEY}))

    def given(self, name: str) -> pd.Series | None:
        """A column as it is in the file."""
        return next((self.table[c] for c in self.names[name].split() if c in self.table), None)

    def column(self, name: str) -> np.ndarray:
        """A column with its values as ours; unknown throughout where the file does not have it."""
        cells = self.given(name)
        if cells is None:
            return np.array([None] * len(self.table), object)
        if name in NUMBERS:
            values = frames.numbers(cells)
            # Sizes of 0 and -1 stand for a size that was not found.
            return np.where(values > 0, values, np.nan) if name == "params_b" else values
        if name in TRUTHS:
            turned = self.is_flat and name in INVERTED
            truths = {"TRUE": not turned, "FALSE": turned}
            return np.array([truths.get((cell or "").upper()) for cell in cells], object)
        return np.array([self._text(name, cell) for cell in cells], object)

    def _text(self, name: str, cell: str | None) -> str | None:
        if cell is None:
            return None
        if name.endswith("_at"):
            return cell[:10]
        if name == "model_type":
            letters = re.sub("[^a-z]", "", cell.lower())
            return next((kind for start, kind in TYPES.items() if letters.startswith(start)), None)
        if name in ("license", "architecture") and cell.lower() in ("?", "unknown"):
            return None
        if name == "base_model":
            return None if cell == "Removed" else cell.removesuffix(" (Merge)")
        return cell

    def scores(self, benchmark: dict, kind: str) -> np.ndarray | None:
        """`raw` or `score` of a benchmark."""
        for title in [benchmark["key"], *benchmark.get("columns", [])]:
            name = self.names[kind].format(title)
            if name in self.table:
                return frames.numbers(self.table[name])
        return None
