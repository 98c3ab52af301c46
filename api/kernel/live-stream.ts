import type { Live } from './live.ts'

/** Shorter than any proxy's patience with a silent connection. */
const BEAT = 15_000
/** What happens at once is told once. */
const GATHER = 200
/** A browser that was cut off comes back after this. */
const BACK = 3000
/** Messages a viewer may leave unread before it is let go; it comes back by itself. */
const UNREAD = 32

export const LIVE_HEADERS = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-store',
  // nginx would hold the messages back until a buffer is full
  'x-accel-buffering': 'no',
}

/** The stream of one topic (HTML, server-sent events): a beat now and then, and `changed`, never what or by whom. */
export const liveStream = (live: Live, topic: string): ReadableStream<Uint8Array<ArrayBuffer>> => {
  const encoder = new TextEncoder()
  let leave = (): void => {}
  return new ReadableStream({
    start: (controller) => {
      let gathering: ReturnType<typeof setTimeout> | undefined
      let over = false
      const end = (): void => {
        if (over) return
        leave()
        controller.close()
      }
      const say = (text: string): void => {
        if ((controller.desiredSize ?? 0) < -UNREAD) end()
        else controller.enqueue(encoder.encode(text))
      }
      const wake = (): void => {
        gathering ??= setTimeout(() => {
          gathering = undefined
          say('data: changed\n\n')
        }, GATHER)
      }
      const beat = setInterval(() => say(':\n\n'), BEAT)
      say(`retry: ${BACK}\n\n`)
      let unsubscribe = (): void => {}
      leave = () => {
        over = true
        clearInterval(beat)
        clearTimeout(gathering)
        unsubscribe()
      }
      unsubscribe = live.subscribe(topic, { wake, end })
    },
    cancel: () => leave(),
  })
}
