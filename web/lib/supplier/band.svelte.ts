/** The full-width band under the bar: have I submitted? Red until the platform's signed acknowledgement is verified. */
export type Band = {
  kind: 'stop' | 'open'
  title: string
  text?: string | undefined
  /** Counts down beside it, ISO UTC. */
  deadline?: string | undefined
}

let shown = $state.raw<Band | null>(null)

/** Only the browser sets it (in an effect), so that no request on the server sees another's. */
export const showBand = (band: Band | null): void => {
  shown = band
}
export const band = (): Band | null => shown
