import fc from "fast-check";
import { expect, it } from "vitest";
import { kindOfFile, shortName, tableName } from "../../../src/site/sql/files.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

it("names a table after a file, safely and never twice", () => {
  expect(tableName("My results (2).csv", [])).toBe("my_results_2");
  expect(tableName("2024.parquet", [])).toBe("file_2024");
  expect(tableName("Größe.tar.csv", [])).toBe("gro_e_tar");
  expect(tableName("<img src=x onerror=alert(1)>.csv", [])).toBe("img_src_x_onerror_alert_1");
  expect(tableName("模型.csv", [])).toBe("file");
  expect(tableName("models.csv", ["models"])).toBe("models_2");
  expect(tableName("models.csv", ["models", "models_2"])).toBe("models_3");
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (name) => {
      expect(tableName(name, [])).toMatch(/^[a-z][a-z0-9_]{0,50}$/);
    }),
  );
});

it("tells files by their bytes, and says what is wrong with others", () => {
  const kind = (name: string, start: Uint8Array, size = start.length) =>
    kindOfFile(name, size, start);
  expect(kind("a.csv", bytes("a,b\n1,2\n"))).toEqual({ kind: "csv" });
  expect(kind("a.txt", bytes("PAR1…"))).toEqual({ kind: "parquet" });
  expect(kind("a.xlsx", new Uint8Array([0x50, 0x4b, 3, 4, 0, 0]))).toEqual({
    refused: "“a.xlsx” is neither CSV nor Parquet: only these can be opened here.",
  });
  expect(kind("a.csv", bytes(""))).toEqual({ refused: "“a.csv” is empty." });
  expect(kind("a.csv", bytes("a"), 3e8)).toEqual({
    refused: "“a.csv” has 300.0 MB; files up to 100.0 MB can be opened here.",
  });
  expect(shortName("x".repeat(100))).toHaveLength(60);
});
