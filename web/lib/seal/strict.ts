/**
 * The policy of these pages forbids making code from text, which zod would try while its schemas are being made: told
 * beforehand, it does not. Import this before anything that imports zod; it imports nothing itself.
 */
;(globalThis as { __zod_globalConfig?: { jitless: boolean } }).__zod_globalConfig = { jitless: true }
