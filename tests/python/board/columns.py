"""The wide tables, column by column."""

import numpy as np

from .report import SCORE, Report, Tally
from .wide import TAKEN, Wide

#: Columns that are no arithmetic, and where it is written how they come about.
JUDGED = {"params_doubt": "src/core/table/size-doubt.ts"}


def check_wide(report: Report, wide: Wide) -> None:
    """A wide table, column by column: numbers by their distance, all else to be the same."""
    done = {"eval_id", *JUDGED}
    with report.check(f"{wide.suite['table']}: evaluations that are there") as tally:
        tally.keys(wide.published["eval_id"], wide.order["eval_id"])
    for what, names in _checks(wide):
        with report.check(f"{wide.suite['table']}: {what}") as tally:
            for name in names:
                if name not in done:
                    _compare(tally, wide, name)
                    done.add(name)
    with report.check(f"{wide.suite['table']}: rows are in the order of ranks") as tally:
        ranks = wide.order["rank"].fillna(len(wide.order) + 1).to_numpy()
        in_order = np.diff(ranks, prepend=0) >= 0
        tally.values("place", [True] * len(ranks), in_order, wide.order["eval_id"])
    report.uncovered(wide.file, wide.order, done)
    for name, file in JUDGED.items():
        report.skip(f"{name} is judged by names and kin and not recomputed here: see {file}.")


def _checks(wide: Wide) -> list[tuple[str, list[str]]]:
    """What is checked, and the columns that it is about. Each is compared once."""
    raw, errors = ([f"{key}_{end}" for key in wide.keys] for end in ("raw", "stderr"))
    ranges = ["rank_low", "rank_high", "tie_group"]
    scores = [("scores", wide.keys)]
    if wide.suite["normalized"]:
        scores = [
            ("scores, by the rule from raw ones", [*raw, *wide.keys]),
            ("standard errors", errors),
            ("rank ranges and tie groups", ranges),
        ]
    return [
        *scores,
        ("averages, the mean of the scores", ["average"]),
        ("ranks; flagged have none, ties share", ["rank"]),
        ("on the Hub, if not gone", ["on_hub"]),
        ("twins, the first of those with the same scores", ["twin_of"]),
        *(
            [("benchmarks that a re-scoring left unchanged", ["rescoring_unchanged"])]
            if wide.suite.get("rescorings")
            else []
        ),
        ("context lengths and their sources", ["context_length", "context_source", "max_length"]),
        ("settings, of which published tables say nothing", ["settings"]),
        ("all other columns, as in the inputs", list(TAKEN)),
    ]


def _compare(tally: Tally, wide: Wide, name: str) -> None:
    if name not in wide.found:
        tally.wrong(f"{wide.file} has no column {name}")
        return
    wanted = wide.wanted[name]
    compare = tally.numbers if wanted.dtype == float else tally.values
    compare(name, wanted, wide.found[name], wide.ids)


def check_published(report: Report, wide: Wide, is_rounded: bool) -> None:
    """Our scores and averages against those that were published beside the raw ones."""
    title = wide.suite["table"]
    with report.check(f"{title}: scores and what was published") as tally:
        for key in wide.keys:
            tally.numbers(key, wide.published[key], wide.column(key), wide.ids)
    # Of two digits: half of the last one, and as much again from the scores.
    tolerance, digits = (0.01 + 1e-9, " with two digits") if is_rounded else (SCORE, "")
    with report.check(f"{title}: averages and what was published{digits}", tolerance) as tally:
        tally.numbers("average", wide.published["average"], wide.column("average"), wide.ids)
