/**
 * Results of a pure function of bytes, so that what a certificate or a list says is read once and not for each signature
 * (SEALING.md §6). Only facts are kept, never a verdict: what depends on the instant is judged anew each time.
 * The longest unused goes first, since strangers choose what is asked.
 */
export const remembering = <V>(most: number): ((key: string, make: () => V) => V) => {
  const kept = new Map<string, V>()
  return (key, make) => {
    const found = kept.get(key) ?? make()
    kept.delete(key)
    kept.set(key, found)
    if (kept.size > most) kept.delete(kept.keys().next().value!)
    return found
  }
}

/** The same for a pure function of two things that are themselves remembered. */
export const rememberingPairs = <A extends object, B extends object, V>(make: (a: A, b: B) => V) => {
  const kept = new WeakMap<A, WeakMap<B, V>>()
  return (a: A, b: B): V => {
    const row = kept.get(a) ?? new WeakMap<B, V>()
    kept.set(a, row)
    const found = row.get(b) ?? make(a, b)
    row.set(b, found)
    return found
  }
}
