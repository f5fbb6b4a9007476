import { beforeAll, describe, expect, test } from "vitest";
import type { Value } from "../../../src/core/table/grid.ts";
import { pack, unpack } from "../../../src/core/table/pack.ts";
import { type Board, loadSite } from "../../../src/site/build/board.ts";
import { gridOf } from "../../../src/site/build/grid.ts";

let boards: Board[];
beforeAll(async () => {
  boards = (await loadSite()).boards;
});

describe("a packed table", () => {
  test("is the whole table again, bit by bit", () => {
    for (const board of boards) {
      const { grid, columns } = gridOf(board);
      const again = unpack(board.suite, pack(board.suite, grid), grid.length);
      for (const name of ["eval_id", ...columns.map((c) => c.name)]) {
        expect(again.columns[name], `${board.suite.id} ${name}`).toEqual(grid.columns[name]);
      }
    }
  });

  test("does not carry what can be formed: ids, averages, ranks and their ranges", () => {
    const sent = Object.keys(pack(boards[0]!.suite, gridOf(boards[0]!).grid));
    for (const name of ["eval_id", "average", "rank", "rank_low", "rank_high", "tie_group"]) {
      expect(sent).not.toContain(name);
    }
  });

  test("in another order has the same ranges", () => {
    const { suite } = boards[0]!;
    const { grid } = gridOf(boards[0]!);
    const turned = Object.fromEntries(
      Object.entries(pack(suite, grid)).map(([name, v]): [string, Value[]] => [
        name,
        v.toReversed(),
      ]),
    );
    const again = unpack(suite, turned, grid.length);
    for (const name of ["rank", "rank_low", "rank_high", "tie_group"]) {
      expect(again.columns[name]?.toReversed(), name).toEqual(grid.columns[name]);
    }
  });

  test("of a suite without standard errors has no ranges", () => {
    const archive = boards[1]!;
    const again = unpack(archive.suite, pack(archive.suite, gridOf(archive).grid), 7169);
    expect(again.columns.rank_low).toBeUndefined();
  });
});
