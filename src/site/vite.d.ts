/** As much of Vite's and Astro's `import.meta.env` as build-time code reads; `astro/client` would bring the DOM. */
interface ImportMeta {
  readonly env: {
    readonly BASE_URL: string;
    readonly SITE?: string;
    readonly PUBLIC_INDEX?: string;
    readonly PUBLIC_FILES?: string;
  };
}

/** A file of ours as text. */
declare module "*?raw" {
  const text: string;
  export default text;
}
