/**
 * Zod tries whether it may make code of text, which the policy of our pages refuses and reports. Told so
 * before it is loaded, it does not try. For pages that load it; imported before anything that does.
 */
(globalThis as { __zod_globalConfig?: object }).__zod_globalConfig ??= { jitless: true };

export {};
