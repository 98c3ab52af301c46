/**
 * At most `most` of the works given to a gate go on at once; the others wait in the order in which they came. For work that
 * reads and computes for long: without it one kind of request could take the whole machine from all the others.
 */
export const gate = (most: number) => {
  let free = most
  const waiting: (() => void)[] = []
  const leave = (): void => {
    const next = waiting.shift()
    if (next) next()
    else free += 1
  }
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (free > 0) free -= 1
    else await new Promise<void>((turn) => waiting.push(turn))
    try {
      return await work()
    } finally {
      leave()
    }
  }
}
