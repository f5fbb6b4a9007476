/// <reference types="astro/client" />

interface ImportMetaEnv {
  /** See core/view/address.ts. */
  readonly PUBLIC_INDEX?: string;
  /** See build/policy.ts. */
  readonly PUBLIC_FILES?: string;
}
