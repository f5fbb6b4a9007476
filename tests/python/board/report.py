"""What was compared and what differs: one line for each check."""

from collections.abc import Callable, Container, Iterable, Iterator
from contextlib import contextmanager

import numpy as np

#: Largest difference that counts as none, in points of a score.
SCORE = 1e-10
#: The same for what is worked out of many numbers: correlations.
OTHER = 1e-9
#: Differences that are shown of each check.
SHOWN = 3


class Tally:
    """The comparisons of one check. Unknown (NaN, None) equals unknown only."""

    def __init__(self, what: str, tolerance: float, where: str = "") -> None:
        self.what, self.tolerance, self.where = what, tolerance, where
        self.compared = self.differ = 0
        self.largest = 0.0
        self.examples: list[str] = []

    def numbers(self, name: str, wanted, found, ids: Iterable[str]) -> None:
        """Two columns of numbers, row by row."""
        wanted, found = np.asarray(wanted, float), np.asarray(found, float)
        gap = np.abs(wanted - found)
        known = ~np.isnan(gap)
        if known.any():
            self.largest = max(self.largest, float(gap[known].max()))
        wrong = np.where(known, gap > self.tolerance, np.isnan(wanted) != np.isnan(found))
        self._count(name, wanted, found, wrong, ids)

    def values(self, name: str, wanted, found, ids: Iterable[str]) -> None:
        """Two columns of anything, to be the same row by row."""
        wanted, found = np.asarray(wanted, object), np.asarray(found, object)
        unknown = (wanted != wanted) | (wanted == None), (found != found) | (found == None)  # noqa: E711
        wrong = np.where(unknown[0] | unknown[1], unknown[0] != unknown[1], wanted != found)
        self._count(name, wanted, found, wrong, ids)

    def number(self, name: str, wanted: float, found: float) -> None:
        """One number."""
        self.numbers(name, [wanted], [found], [""])

    def keys(self, wanted: Iterable[str], found: Iterable[str]) -> None:
        """Two sets of rows: each is to be in both, once."""
        wanted, found = list(wanted), list(found)
        there = set(found)
        lacking = [key for key in wanted if key not in there]
        more = there.difference(wanted)
        self.compared += len(wanted)
        self.differ += len(lacking) + len(more) + len(found) - len(there)
        self._show(f"{key} is not there" for key in lacking)
        self._show(f"{key} should not be there" for key in sorted(more))
        if len(found) > len(there):
            self._show(["some rows are there twice"])

    def wrong(self, sentence: str) -> None:
        """A comparison that could not be made because something is missing."""
        self.compared += 1
        self.differ += 1
        self._show([sentence])

    def right(self, count: int) -> None:
        """Comparisons that were made elsewhere and agree."""
        self.compared += count

    def join(self, other: "Tally") -> None:
        """Takes over what another has counted."""
        self.compared += other.compared
        self.differ += other.differ
        self.largest = max(self.largest, other.largest)
        self.examples = [*self.examples, *other.examples][:SHOWN]

    def _count(self, name: str, wanted, found, wrong, ids: Iterable[str]) -> None:
        if not len(wanted) == len(found):
            raise ValueError(f"{name}: {len(wanted)} and {len(found)} values")
        self.compared += len(wanted)
        rows = np.flatnonzero(wrong)
        self.differ += len(rows)
        if len(rows) > 0:
            ids = list(ids)
            self._show(
                f"{name} of {ids[i]} is {_plain(found[i])}, recomputed {_plain(wanted[i])}"
                for i in rows[:SHOWN]
            )

    def _show(self, sentences: Iterable[str]) -> None:
        for sentence in sentences:
            if len(self.examples) >= SHOWN:
                return
            self.examples.append(f"{self.where}: {sentence}" if self.where else sentence)


def _plain(value) -> str:
    """As a person writes it."""
    if is_unknown(value):
        return "unknown"
    return repr(value.item() if isinstance(value, np.generic) else value).removesuffix(".0")


def same(a, b) -> bool:
    """Whether two values are one, NaN and None being both unknown."""
    return a == b or (is_unknown(a) and is_unknown(b))


def is_unknown(value) -> bool:
    return value is None or value != value


class Report:
    """Prints the checks as they are done, and remembers whether all held."""

    def __init__(self, write: Callable[[str], None] = print) -> None:
        self.write = write
        self.compared = self.differ = self.checks = 0
        self.skipped: list[str] = []
        #: Folder that is looked at, where there are several: said of what differs.
        self.where = ""
        self._waiting: dict[str, Tally] | None = None

    @contextmanager
    def check(self, what: str, tolerance: float = SCORE) -> Iterator[Tally]:
        """A check: what is tallied within is one line."""
        tally = Tally(what, tolerance, self.where)
        try:
            yield tally
        except Exception as error:
            tally.wrong(f"{type(error).__name__}: {error}")
        self.add(tally)

    def head(self, title: str) -> None:
        self.write(f"\n{title}\n{'':8}{'compared':>11}{'differ':>9}{'largest':>10}")

    @contextmanager
    def together(self) -> Iterator[None]:
        """Makes one line of checks that are named alike: of the same files of many folders."""
        self._waiting = {}
        try:
            yield
        finally:
            waiting, self._waiting, self.where = self._waiting, None, ""
            for tally in waiting.values():
                self.add(tally)

    def add(self, tally: Tally) -> None:
        if self._waiting is not None:
            known = self._waiting.setdefault(tally.what, tally)
            if known is not tally:
                known.join(tally)
            return
        self.checks += 1
        self.compared += tally.compared
        self.differ += tally.differ
        verdict = "DIFFERS" if tally.differ else "ok" if tally.compared else "nothing"
        largest = f"{tally.largest:.1e}" if tally.largest else "0"
        counts = f"{tally.compared:>11,}{tally.differ:>9,}{largest:>10}"
        self.write(f"{verdict:8}{counts}  {tally.what}")
        for example in tally.examples:
            self.write(f"{'':38}  {example}")

    def skip(self, sentence: str) -> None:
        """Something that is not checked, and why: said once."""
        if sentence not in self.skipped:
            self.skipped.append(sentence)
            self.write(f"{'skipped':8}{'':30}  {sentence}")

    def uncovered(self, what: str, found: Iterable[str], covered: Container[str]) -> None:
        """Says which columns or fields there is no rule for."""
        more = [name for name in found if name not in covered]
        if more:
            self.skip(f"{what}: no rule here for {', '.join(more)}.")
