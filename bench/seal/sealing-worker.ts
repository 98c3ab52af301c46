import { measureSealing } from './sealing.ts'

type Scope = { onmessage: (event: { data: number }) => void; postMessage: (message: unknown) => void }
const scope = globalThis as unknown as Scope
scope.onmessage = ({ data }) => void measureSealing(data).then((result) => scope.postMessage(result))
