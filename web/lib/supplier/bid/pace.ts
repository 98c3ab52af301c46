/** How far back one looks: long enough to be steady, short enough to follow a line that changes. */
const WINDOW = 5000
const LEAST = 250
/** A longer silence was a pause: what came before it says nothing about now. */
const SILENCE = 2000

/** Bytes a second over the last seconds; null until there is something to say. */
export const createPace = (now: () => number = () => performance.now()) => {
  let samples: { at: number; bytes: number }[] = []
  let total = 0
  return {
    sent: (bytes: number): number | null => {
      const at = now()
      if (at - (samples.at(-1)?.at ?? at) > SILENCE) samples = []
      total += bytes
      samples.push({ at, bytes: total })
      samples = samples.filter((one) => at - one.at <= WINDOW)
      const first = samples[0]!
      return at - first.at < LEAST ? null : ((total - first.bytes) / (at - first.at)) * 1000
    },
  }
}
