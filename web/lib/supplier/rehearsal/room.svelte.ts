import type { RehearsalCard } from '../../../../api/client/rehearse.ts'
import type { Fault } from '../../seal/faults.ts'
import type { JobProgress } from '../../seal/sealer-protocol.ts'
import type { Line } from '../bid/line.ts'
import type { Board } from '../bid/watched.ts'

/** What is tried, in this order; each turns green or says what is wrong. */
export const STEPS = ['browser', 'certificate', 'seal', 'upload', 'reopen', 'sign'] as const
export type Step = (typeof STEPS)[number]
export type StepState = 'idle' | 'busy' | 'done' | 'stop'
/** Bytes and how long they took, ms. */
export type Measured = { bytes: number; ms: number }

export type Room = Board & {
  states: Record<Step, StepState>
  fault: Fault | null
  busy: boolean
  progress: JobProgress | null
  certificate: { holder: string; notAfter: number; now: number } | null
  measured: { seal: Measured | null; upload: Measured | null; download: Measured | null }
  card: RehearsalCard | null
  /** The way to the store while the upload is under way, and whether it is lost. */
  line: Line | null
  lost: boolean
}

const fresh = (): Room => ({
  states: { browser: 'idle', certificate: 'idle', seal: 'idle', upload: 'idle', reopen: 'idle', sign: 'idle' },
  fault: null,
  busy: false,
  progress: null,
  certificate: null,
  measured: { seal: null, upload: null, download: null },
  card: null,
  line: null,
  lost: false,
  cells: [],
  pace: null,
})

export const createRoom = (): Room => {
  const room = $state<Room>(fresh())
  return room
}

export const begin = (room: Room): void => {
  Object.assign(room, fresh(), { busy: true })
}

/** Nothing was begun, and why. */
export const refuse = (room: Room, fault: Fault): void => {
  Object.assign(room, fresh(), { fault })
}

/** Does one step; when it fails, its row says so and nothing after it is tried. */
export const during = async <T>(room: Room, step: Step, act: () => Promise<T>): Promise<T> => {
  room.states[step] = 'busy'
  try {
    const done = await act()
    room.states[step] = 'done'
    return done
  } catch (error) {
    room.states[step] = 'stop'
    throw error
  } finally {
    room.progress = null
  }
}

/** Bytes a second of something measured; at least one. */
export const speedOf = (measured: Measured | null): number =>
  measured ? Math.max(1, Math.round((measured.bytes / Math.max(1, measured.ms)) * 1000)) : 1
