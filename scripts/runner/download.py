"""Brings what a run needs into the Hub's cache: models and questions. After it no network is needed.

    python download.py '{"models": [["o/n", "main"]], "tasks": ["a"], "include": null, "chat": false,
                         "most": 1e9, "weights": true, "report": "FILE"}'

No code of a model is run, and none is brought: only .safetensors, and data of tokenizers. Without `weights`
those are only looked at: who mounts them elsewhere needs no copy here. FILE then says
{"models": {"o/n": {"commit": "…", "bytes": 1}}}, or, with exit status 3, {"refused": "gated", "model":
"o/n"}; the words are those of src/pipeline/runner/failure.ts.
"""

import json
import os
import sys

from huggingface_hub import HfApi, snapshot_download
from huggingface_hub.errors import GatedRepoError, RepositoryNotFoundError, RevisionNotFoundError

WEIGHTS = "*.safetensors"
DATA = ["*.json", "*.jinja", "*.txt", "*.model", "*.tiktoken"]


class Refused(Exception):
    def __init__(self, why, model):
        super().__init__(why, model)
        self.why, self.model = why, model


def bring(model, revision, most, weights):
    """Downloads a model; gives its commit, its bytes and its folder."""
    try:
        info = HfApi().model_info(model, revision=revision, files_metadata=True)
        sizes = {file.rfilename: file.size or 0 for file in info.siblings}
        if not any(name.endswith(".safetensors") for name in sizes):
            raise Refused("no-safetensors", model)
        large = sum(size for name, size in sizes.items() if name.endswith(".safetensors"))
        if large > most:
            raise Refused("too-large", model)
        # By its name, so that the cache knows both the name and the commit.
        wanted = [WEIGHTS, *DATA] if weights else DATA
        folder = snapshot_download(model, revision=revision, allow_patterns=wanted)
    except GatedRepoError:
        raise Refused("gated", model) from None
    except (RepositoryNotFoundError, RevisionNotFoundError):
        raise Refused("gone", model) from None
    if os.path.basename(folder) != info.sha:
        raise SystemExit(f"{model} was changed while it was downloaded.")
    files = [os.path.join(place, name) for place, _, names in os.walk(folder) for name in names]
    there = sum(map(os.path.getsize, files))
    return {"commit": info.sha, "bytes": there if weights else there + large}, folder


def check(model, folder, chat):
    """Refuses what cannot be loaded without code of its own, or asked in a chat that it does not have."""
    from transformers import CONFIG_MAPPING, AutoTokenizer

    with open(os.path.join(folder, "config.json")) as file:
        config = json.load(file)
    if "auto_map" in config and config.get("model_type") not in CONFIG_MAPPING:
        raise Refused("remote-code", model)
    if chat and not AutoTokenizer.from_pretrained(folder, trust_remote_code=False).chat_template:
        raise Refused("no-chat-template", model)


def refuse_programs():
    """Until version 4, datasets runs the program of a dataset where a task's file says trust_remote_code."""
    import datasets.load

    def refuse(trusted, name):
        raise SystemExit(f"{name} is a program, and no program of a dataset is run.")

    if hasattr(datasets.load, "resolve_trust_remote_code"):
        datasets.load.resolve_trust_remote_code = refuse


def bring_questions(tasks, include):
    """Loads the tasks, as the harness will, which downloads what it lacks of their questions."""
    import nltk
    from lm_eval.tasks import TaskManager

    refuse_programs()

    place = os.environ["NLTK_DATA"]
    try:
        nltk.data.find("tokenizers/punkt_tab")
    except LookupError:
        nltk.download("punkt_tab", download_dir=place)
    manager = TaskManager(include_path=include)
    # As older versions call it.
    load = getattr(manager, "load", None) or manager.load_task_or_group
    load(tasks)


def main():
    asked = json.loads(sys.argv[1])
    report = {"models": {}}
    try:
        for i, (model, revision) in enumerate(asked["models"]):
            report["models"][model], folder = bring(
                model, revision, asked["most"], asked.get("weights", True)
            )
            # An adapter has neither a configuration nor, as a rule, a tokenizer: its base has.
            if i == 0:
                check(model, folder, asked["chat"])
        bring_questions(asked["tasks"], asked["include"])
    except Refused as refused:
        report = {"refused": refused.why, "model": refused.model}
    with open(asked["report"], "w") as file:
        json.dump(report, file)
    sys.exit(3 if "refused" in report else 0)


main()
