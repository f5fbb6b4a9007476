/// <reference types="astro/client" />

interface ImportMetaEnv {
  /** See src/explore/address.ts. */
  readonly PUBLIC_INDEX?: string;
  /** See src/site/policy.ts. */
  readonly PUBLIC_FILES?: string;
}
