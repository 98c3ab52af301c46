/** How often one looks while the platform tells of changes: the stream may be dead without saying so. */
const RARELY = 20_000
/** A stream that was refused for good is asked for again after this. */
const AGAIN = 15_000
/** Many watch one opening: they must not all come in the same instant. */
const SPREAD = 500

/**
 * Looks whenever the platform says that something has changed (server-sent events at `path`), and every `often` ms where
 * it cannot say so. A page that nobody sees holds no connection and looks as soon as it is seen again. Ends by the
 * function it answers; for onMount.
 */
export const watchLive = (path: string, look: () => unknown, often: number): (() => void) => {
  let source: EventSource | null = null
  let timer: ReturnType<typeof setInterval> | undefined
  let soon: ReturnType<typeof setTimeout> | undefined
  let retry: ReturnType<typeof setTimeout> | undefined

  const every = (ms: number): void => {
    clearInterval(timer)
    timer = setInterval(look, ms)
  }
  const close = (): void => {
    source?.close()
    source = null
    clearInterval(timer)
    clearTimeout(soon)
    soon = undefined
    clearTimeout(retry)
  }
  const open = (): void => {
    close()
    const made = new EventSource(path)
    source = made
    every(often)
    made.onopen = () => {
      every(RARELY)
      void look()
    }
    made.onmessage = () => {
      soon ??= setTimeout(() => {
        soon = undefined
        look()
      }, Math.random() * SPREAD)
    }
    made.onerror = () => {
      every(often)
      // refused, not interrupted: the browser does not come back by itself
      if (made.readyState === EventSource.CLOSED) retry = setTimeout(open, AGAIN)
    }
  }
  const seen = (): void => {
    if (document.visibilityState === 'visible') open()
    else close()
  }
  seen()
  document.addEventListener('visibilitychange', seen)
  return () => {
    close()
    document.removeEventListener('visibilitychange', seen)
  }
}
