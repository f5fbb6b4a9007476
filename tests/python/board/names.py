"""Evaluations that went on under another name of their model, out of the days they stood in the table."""

import re

import pandas as pd

#: Commit, precision, weights of its own, chat template: what stays when a model is renamed.
STAYS = re.compile(r"^([0-9a-f]{8})[0-9a-f]*(:[^:]*:Original:[^:]*)$")


def last_names(intervals: pd.DataFrame) -> dict[str, str]:
    """The last `eval_id` of each evaluation that had another one before."""
    days = intervals.groupby("eval_id").agg(first=("first_day", "min"), last=("last_day", "max"))
    days["model"] = [name.split("@")[0] for name in days.index]
    days["stays"] = [_stays(name) for name in days.index]
    begins = days.groupby("model")["first"].min()
    ends = days.groupby("model")["last"].max()
    known = days.dropna(subset="stays")
    pairs = known.reset_index().merge(known.reset_index(), on="stays", suffixes=("", "_then"))
    pairs = pairs[(pairs["model"] != pairs["model_then"]) & (pairs["last"] < pairs["first_then"])]
    # One of the two names has to be over, or not to have begun, when the other is there.
    over = pairs["model"].map(ends) < pairs["first_then"]
    fresh = pairs["last"] < pairs["model_then"].map(begins)
    pairs = pairs[over | fresh]
    soonest = pairs.groupby("eval_id")["first_then"].transform("min")
    pairs = pairs[pairs["first_then"] == soonest]
    # One that could have become two, or two that could have become one, is none.
    pairs = pairs[~pairs["eval_id"].duplicated(keep=False)]
    pairs = pairs[~pairs["eval_id_then"].duplicated(keep=False)]
    becomes = dict(zip(pairs["eval_id"], pairs["eval_id_then"]))
    return {name: _end_of(becomes, name) for name in becomes}


def _end_of(becomes: dict[str, str], name: str) -> str:
    while name in becomes:
        name = becomes[name]
    return name


def _stays(name: str) -> str | None:
    found = STAYS.match(name.split("@", 1)[1])
    return "".join(found.groups()) if found else None
