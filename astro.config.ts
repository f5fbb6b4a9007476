import type { AstroUserConfig } from "astro";
import config from "./src/pipeline/kit/astro-config.ts";

/** This repository is the kit and its first instance: its pages are those of the kit, where they lie. */
const own: AstroUserConfig = { ...config, srcDir: "./src/site" };

export default own;
