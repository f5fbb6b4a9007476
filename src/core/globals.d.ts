// What browsers, Node and workers all have beyond the language itself. Nothing else may be used here.
declare const URL: {
  new (
    url: string,
    base?: string,
  ): { href: string; hostname: string; pathname: string; origin: string };
};
declare class URLSearchParams {
  constructor(init?: string | Record<string, string> | Iterable<readonly [string, string]>);
  append(name: string, value: string): void;
  delete(name: string): void;
  get(name: string): string | null;
  getAll(name: string): string[];
  has(name: string): boolean;
  set(name: string, value: string): void;
  toString(): string;
  keys(): IterableIterator<string>;
  [Symbol.iterator](): IterableIterator<[string, string]>;
}
declare function structuredClone<T>(value: T): T;
interface ImportMeta {
  readonly env?: { readonly PUBLIC_INDEX?: string };
}
declare class TextDecoder {
  constructor(label?: string, options?: { fatal?: boolean });
  decode(bytes: Uint8Array): string;
}
interface AbortSignal {
  readonly aborted: boolean;
}
declare const AbortSignal: { timeout(milliseconds: number): AbortSignal };
