import type { Page } from "playwright-core";
import { afterEach, expect } from "vitest";
import type { OpenPage } from "../../src/pipeline/built/browser.ts";

/**
 * For the tests of one file: pages that are handed over are closed after each test, and none may have asked
 * another host for anything or logged an error.
 */
export function pagesOfTests(): (opened: OpenPage) => Page {
  let visits: OpenPage[] = [];
  afterEach(async () => {
    const seen = visits;
    visits = [];
    await Promise.all(seen.map((visit) => visit.close()));
    expect(seen.flatMap((visit) => visit.outside)).toEqual([]);
    expect(seen.flatMap((visit) => visit.errors)).toEqual([]);
  });
  return (opened) => {
    visits.push(opened);
    return opened.page;
  };
}
