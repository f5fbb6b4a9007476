import { expect, test } from "vitest";
import { builtSpace, spaceAddress } from "../../../src/pipeline/hub/space.ts";

test("a Space's own address has small letters and hyphens", () => {
  expect(spaceAddress("cook/My_Board.2")).toBe("https://cook-my-board-2.static.hf.space");
});

test("what was built is read at the Hub that is asked", () => {
  expect(builtSpace({ endpoint: "https://mirror.example/hub" }, "cook/Board")).toEqual([
    "https://mirror.example/hub/spaces/cook/Board/resolve/refs%2Fconvert%2Fbuild",
    "https://mirror.example/hub/spaces/cook/Board/resolve/refs%2Fconvert%2Fbuild/dist",
  ]);
});
