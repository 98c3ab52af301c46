import { duration } from './i18n/instant.ts'
import type { Lang } from './i18n/text.ts'

type Word = 'clock.same' | 'clock.slow' | 'clock.fast' | 'seconds'

/**
 * How this device differs from the legal clock, in words: a clerk must see that that one, not the laptop's, decides.
 * Empty where it says nothing. `offset` in ms, what must be added to the device's clock.
 */
export const differs = (
  offset: number,
  { lang, moved }: { lang: Lang; moved: boolean },
  say: (word: Word, params?: { n: string }) => string,
): string => {
  const off = Math.abs(offset)
  // a demonstration's clock is moved on purpose: how far says nothing about this device
  if (off >= 60_000 && moved) return ''
  if (off < 100) return say('clock.same')
  const amount = off >= 60_000 ? duration(off, lang) : say('seconds', { n: (off / 1000).toFixed(1) })
  return say(offset > 0 ? 'clock.slow' : 'clock.fast', { n: amount })
}
