"""The rules of the board, written down a second time: scores, averages, ranks, standard errors.

Sources: the leaderboard's rule of normalising, and this site's page /docs/scores/.
"""

from statistics import NormalDist

import numpy as np


def baseline(task: dict) -> float:
    """What guessing scores, 0–1."""
    return task.get("baseline", 1 / task["choices"] if "choices" in task else 0.0)


def normalised(raw, floor: float):
    """Points: guessing is 0, all right is 100."""
    return np.maximum(0.0, (np.asarray(raw, float) - floor) / (1 - floor)) * 100


def average(scores) -> np.ndarray:
    """Plain mean of the columns; unknown where one is."""
    return np.asarray(scores, float).mean(axis=1)


def settle(values) -> np.ndarray:
    """What agrees to ten digits is equal: the last ones depend on the order of a sum."""
    return np.round(np.asarray(values, float), 10)


def ranks(values) -> np.ndarray:
    """One more than there are better; equal ones share; unknown has none."""
    settled = settle(values)
    known = np.sort(settled[~np.isnan(settled)])
    better = len(known) - np.searchsorted(known, settled, side="right")
    return np.where(np.isnan(settled), np.nan, better + 1.0)


def questions(benchmark: dict) -> int | None:
    """As many as are asked: the benchmark's own number, or that of its subtasks together."""
    own = benchmark["metrics"][0].get("n")
    parts = [subtask.get("n") for subtask in benchmark.get("subtasks", [])]
    return own or (sum(parts) if parts and None not in parts else None)


def shared(subtasks: list[dict]) -> np.ndarray:
    """How many questions each two subtasks have in common: all of the smaller, or none.

    `contained_in` of a subtask names another that asks all its questions again.
    """
    around = {s["task"]: s.get("contained_in") for s in subtasks}

    def outermost(task: str) -> str:
        return task if around[task] is None else outermost(around[task])

    return np.array(
        [
            [
                min(a["n"], b["n"]) if outermost(a["task"]) == outermost(b["task"]) else 0
                for b in subtasks
            ]
            for a in subtasks
        ],
        float,
    )


def has_copies(benchmark: dict) -> bool:
    return any("contained_in" in subtask for subtask in benchmark.get("subtasks", []))


def widening(benchmark: dict) -> float:
    """How much wider an error is than that of different questions, copies being answered alike."""
    if not has_copies(benchmark):
        return 1.0
    asked = sum(subtask["n"] for subtask in benchmark["subtasks"])
    return float(np.sqrt(shared(benchmark["subtasks"]).sum() / asked))


def of_parts(benchmark: dict, errors: np.ndarray) -> np.ndarray:
    """Standard error of the plain mean of subtasks, of which each has a column of `errors`."""
    count = errors.shape[1]
    if has_copies(benchmark):
        n = np.array([subtask["n"] for subtask in benchmark["subtasks"]], float)
        together = shared(benchmark["subtasks"]) / np.sqrt(np.outer(n, n))
        # Of a subtask with itself all questions are shared.
    else:
        together = np.eye(count)
    return np.sqrt(np.einsum("ri,ij,rj->r", errors, together, errors)) / count


def binomial(benchmark: dict, raw, is_normalised: bool) -> np.ndarray:
    """Standard error in points from raw score and number of questions alone; else NaN."""
    raw = np.asarray(raw, float)
    variance = np.maximum(0.0, raw * (1 - raw))

    def error(n: int | None, floor: float) -> np.ndarray:
        if n is None:
            return np.full(raw.shape, np.nan)
        return np.sqrt(variance / n) / (1 - (floor if is_normalised else 0.0)) * 100

    if benchmark["score"] == "mean_of_subtasks":
        parts = [error(subtask.get("n"), baseline(subtask)) for subtask in benchmark["subtasks"]]
        return of_parts(benchmark, np.column_stack(parts))
    parts = [error(metric.get("n"), baseline(benchmark)) for metric in benchmark["metrics"]]
    return np.mean(parts, axis=0) * widening(benchmark)


def rank_ranges(values, errors) -> dict[str, np.ndarray]:
    """Best and worst rank that the errors allow, and tie groups, with Bonferroni's bound at 5 %."""
    values, errors = settle(values), np.asarray(errors, float)
    inside = ~np.isnan(values) & ~np.isnan(errors)
    score, variance = values[inside], errors[inside] ** 2
    size = len(score)
    bound = NormalDist().inv_cdf(1 - 0.05 / (2 * max(1, size - 1))) ** 2
    better, worse = np.zeros(size), np.zeros(size)
    for i in range(size):
        apart = (score - score[i]) ** 2 > bound * (variance + variance[i])
        better[i] = np.count_nonzero(apart & (score > score[i]))
        worse[i] = np.count_nonzero(apart & (score < score[i]))
    group = np.zeros(size)
    for best in np.lexsort((variance, -score)):
        if group[best] == 0:
            tied = (score - score[best]) ** 2 <= bound * (variance + variance[best])
            group[tied & (group == 0) & (score <= score[best])] = group.max() + 1
    in_field = np.count_nonzero(~np.isnan(values))
    found = {"rank_low": 1 + better, "rank_high": in_field - worse, "tie_group": group}
    return {name: _spread(inside, column) for name, column in found.items()}


def _spread(inside: np.ndarray, column: np.ndarray) -> np.ndarray:
    whole = np.full(len(inside), np.nan)
    whole[inside] = column
    return whole


def same_score(a, b):
    """Whether two published scores are one: tables had two digits once. Unknown is unknown only."""
    a, b = np.asarray(a, float), np.asarray(b, float)
    one_rounded = _has_two_digits(a) != _has_two_digits(b)
    close = np.abs(a - b) <= np.where(one_rounded, 0.005 + 1e-9, 1e-9)
    return close | (np.isnan(a) & np.isnan(b))


def _has_two_digits(values: np.ndarray) -> np.ndarray:
    return np.abs(values * 100 - np.round(values * 100)) < 1e-9
