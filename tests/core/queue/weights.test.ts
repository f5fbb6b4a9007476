import { describe, expect, test } from "vitest";
import { countsIn, weightFiles, weightsOf } from "../../../src/core/queue/weights.ts";
import { COMMIT, headOf, LLAMA_BYTES, LLAMA_COUNTS, type MadeRepo, madeHub } from "./made.ts";

const FOLDER = `/o/m/resolve/${COMMIT}/`;

describe("which files are loaded", () => {
  const named = (...paths: string[]) => paths.map((path) => ({ path, size: 1 }));
  const paths = (files: { path: string }[]) => files.map(({ path }) => path);

  test.each<[string[], string[], string[]]>([
    [["model.safetensors", "consolidated.safetensors"], ["model.safetensors"], []],
    [["model.safetensors", "model-00001-of-00002.safetensors"], ["model.safetensors"], []],
    [
      ["model-00002-of-00002.safetensors", "model-00001-of-00002.safetensors"],
      ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"],
      [],
    ],
    [
      ["model-00001-of-00003.safetensors", "model-00003-of-00003.safetensors"],
      ["model-00001-of-00003.safetensors", "model-00003-of-00003.safetensors"],
      ["model-00002-of-00003.safetensors"],
    ],
    [["original/model.safetensors", "adapter_model.safetensors"], [], []],
  ])("of %j: %j, missing %j", (files, loaded, missing) => {
    const found = weightFiles(named(...files), false);
    expect([paths(found.files), found.missing]).toEqual([loaded, missing]);
  });

  test("of an adapter, its own", () => {
    const files = named("model.safetensors", "adapter_model.safetensors");
    expect(paths(weightFiles(files, true).files)).toEqual(["adapter_model.safetensors"]);
  });

  test("weights of other kinds are noticed, in the repository's own folder", () => {
    const others = (...files: string[]) => weightFiles(named(...files), false).others;
    expect(others("pytorch_model.bin")).toBe(true);
    expect(others("m.Q4_1.gguf")).toBe(true);
    expect(others("original/consolidated.00.pth", "config.json")).toBe(false);
  });

  test("a name that speaks of a hundred thousand parts has no list of that length", () => {
    const { missing } = weightFiles(named("model-00001-of-99999.safetensors"), false);
    expect(missing).toHaveLength(999);
  });
});

describe("weights from counts", () => {
  test("plain ones are as many as there are numbers", () => {
    expect(weightsOf(LLAMA_COUNTS, LLAMA_BYTES, null)).toBe(8_030_261_248);
  });

  // By hand, of Llama 3.1 8B: 32 layers of 2 × 4096² + 2 × 4096 × 1024 + 3 × 4096 × 14336 weights in four bits,
  // eight to an I32, with a scale for each 128; embeddings and head of 128256 × 4096 each, and norms of 65 × 4096.
  const inLayers = 32 * (2 * 4096 ** 2 + 2 * 4096 * 1024 + 3 * 4096 * 14336);
  const outside = 2 * 128256 * 4096 + 65 * 4096;
  const PACKED = { I32: inLayers / 8, BF16: inLayers / 128 + outside };
  const UNPACKED = { I32: inLayers, BF16: inLayers / 128 + outside };
  const bytes = 4 * PACKED.I32 + 2 * PACKED.BF16;
  const gptq = { method: "gptq", bits: 4 };

  test("packed ones are unpacked, whether the Hub counted numbers or weights", () => {
    expect(inLayers + outside).toBe(8_030_261_248);
    for (const counts of [PACKED, UNPACKED]) {
      const found = weightsOf(counts, bytes, gptq)!;
      expect(found / 8_030_261_248).toBeGreaterThan(1);
      expect(found / 8_030_261_248).toBeLessThan(1.01);
    }
  });

  test("as the Hub gave numbers: MLX in 8 bits, 314.6 billion by its maker (hub-docs#2704)", () => {
    const counts = { BF16: 9_964_787_842, U32: 78_613_118_976 };
    const size = 2 * counts.BF16 + 4 * counts.U32;
    const found = weightsOf(counts, size, { method: "mlx", bits: 8 })!;
    expect(found / 314_590_621_012).toBeGreaterThan(1);
    expect(found / 314_590_621_012).toBeLessThan(1.04);
  });

  test("as the Hub gave weights: gpt-oss-120b in MXFP4, 116.8 billion by its maker", () => {
    const counts = { BF16: 2_167_371_072, U8: 118_244_966_400 };
    // Blocks of 32 weights in 16 bytes and one of scale: 65.2 GB, as its files have.
    const size = 2 * counts.BF16 + (118_244_966_400 / 33) * 17;
    const found = weightsOf(counts, size, { method: "mxfp4", bits: 4 })!;
    expect(found / 116.83e9).toBeGreaterThan(1);
    expect(found / 116.83e9).toBeLessThan(1.04);
  });

  test("numbers of eight bits are weights each, and block exponents none", () => {
    const counts = { F8_E4M3: 7e9, BF16: 1e9, F8_E8M0: 1e8 };
    expect(weightsOf(counts, 9.1e9, { method: "fp8", bits: null })).toBe(8e9);
    expect(weightsOf({ I8: 7e9 }, 7e9, { method: "bitsandbytes", bits: 8 })).toBe(7e9);
    // More bits than the number has: that is no packing, whatever a config says.
    expect(weightsOf({ I8: 7e9 }, 7e9, { method: "gptq", bits: 64 })).toBe(7e9);
  });

  test.each<[string, Record<string, number>, number | null]>([
    ["are of other files", { BF16: 333_312 }, LLAMA_BYTES],
    ["are ten times too many", { BF16: 80e9 }, LLAMA_BYTES],
    ["are of no known type", { X9: 8e9 }, LLAMA_BYTES],
    ["have no size to be held against", LLAMA_COUNTS, null],
  ])("counts that %s are not believed", (_, counts, size) => {
    expect(weightsOf(counts, size, null)).toBeNull();
  });

  test("five per cent is the border, and a megabyte for heads", () => {
    expect(weightsOf({ BF16: 50e9 }, 100e9 / 0.95 - 1e6, null)).toBe(50e9);
    expect(weightsOf({ BF16: 50e9 }, 106.5e9, null)).toBe(50e9);
    expect(weightsOf({ BF16: 50e9 }, 112e9, null)).toBeNull();
  });
});

describe("counts from the heads of files", () => {
  const tensor = (dtype: string, shape: number[], begin: number, end: number) => ({
    dtype,
    shape,
    data_offsets: [begin, end],
  });
  const GOOD = headOf({
    __metadata__: { format: "pt", total_parameters: "1" },
    a: tensor("BF16", [1000, 1000], 0, 2_000_000),
    b: tensor("F32", [], 2_000_000, 2_000_004),
  });
  const counts = (content: Uint8Array, size: number | null = content.length + 2_000_004) => {
    const repo: MadeRepo = { files: { "model.safetensors": content } };
    return countsIn(madeHub({ "o/m": repo }).get, FOLDER, [{ path: "model.safetensors", size }]);
  };

  test("are exact, and what a head claims besides is not heard", async () => {
    expect(await counts(GOOD)).toEqual({ BF16: 1_000_000, F32: 1 });
    expect(await counts(GOOD, null)).toEqual({ BF16: 1_000_000, F32: 1 });
  });

  test("come in two parts where a head is long", async () => {
    const many = Object.fromEntries(
      Array.from({ length: 5000 }, (_, i) => [
        `model.layers.${i}.weight`,
        tensor("F16", [2], 4 * i, 4 * i + 4),
      ]),
    );
    const content = headOf(many);
    expect(content.length).toBeGreaterThan(2 ** 18);
    expect(await counts(content, content.length + 20_000)).toEqual({ F16: 10_000 });
  });

  test("are sums over all files", async () => {
    const files = { "a.safetensors": GOOD, "b.safetensors": GOOD };
    const { get } = madeHub({ "o/m": { files } });
    const list = Object.keys(files).map((path) => ({ path, size: null }));
    expect(await countsIn(get, FOLDER, list)).toEqual({ BF16: 2_000_000, F32: 2 });
  });

  const huge = new Uint8Array(16).fill(255);
  test.each<[string, Uint8Array, RegExp]>([
    ["a head of 2⁶⁴ bytes", huge, /whose head is said to have/],
    ["a file of four bytes", new Uint8Array(4), /that is no safetensors file/],
    ["a head that is cut short", GOOD.subarray(0, 50), /whose head is cut short/],
    ["a head that is no JSON", new Uint8Array([1, 0, 0, 0, 0, 0, 0, 0, 123]), /not valid JSON/],
    ["a list", headOf([] as never), /^(?!.*undefined)/],
    ["a tensor without shape", headOf({ a: { dtype: "F32" } }), /without type, shape or place/],
    ["a size below none", headOf({ a: tensor("F32", [-1], 0, 4) }), /without type, shape or place/],
    ["an unknown type", headOf({ a: tensor("X9", [1], 0, 4) }), /numbers of an unknown type/],
    ["more than its place", headOf({ a: tensor("F32", [2], 0, 4) }), /does not fit its place/],
    [
      "dimensions beyond all numbers",
      headOf({ a: tensor("F32", Array(16).fill(2 ** 40), 0, 4) }),
      /does not fit its place/,
    ],
  ])("%s is a sentence, and no count", async (_, content, message) => {
    const found = await counts(content);
    if (typeof found !== "string") expect(found).toEqual({});
    else expect(found).toMatch(message);
  });

  test("a tensor behind the file's end is none", async () => {
    expect(await counts(GOOD, GOOD.length + 2_000_003)).toMatch(/does not fit its place/);
  });

  test("of more files than are worth reading, none is", async () => {
    const { get, asked } = madeHub({});
    const files = Array.from({ length: 65 }, (_, i) => ({ path: `${i}.safetensors`, size: 1 }));
    expect(await countsIn(get, FOLDER, files)).toMatch(/are 65 files, too many/);
    expect(asked).toEqual([]);
  });
});
