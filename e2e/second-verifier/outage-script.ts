/** What happens to the tender of outages.ts, and what is told of it; `HONEST` is no lie. */
export type Script = {
  /** Whether the tender's document knows the rule. */
  clause: boolean
  /** Which list NOTICE 0 names by its hash; `unsaid`: none, as notices were once. */
  names: 'newest' | 'older' | 'nobody' | 'unsaid'
  /** NOTICE 1 names nobody. */
  renames: boolean
  /** Whether the platform tells its probe log at all. */
  tells: boolean
  /** How many of the three probes see what is down, and of which log they speak. */
  seers: number
  origin: string | null
  /** What they say of the minutes from three before the deadline on: `u` up, `d` down. */
  over: string
  /** NOTICE 1 moves the deadline by the rule and so many minutes; null: nothing is moved. */
  moved: number | null
  /** The outage it names, in minutes from the deadline, and how many minutes ago it says it was published. */
  claim: [from: number, to: number]
  ago: number
  /** The last minute before the moved deadline. */
  last: string
  /** CLOSED is held back for so many minutes, and the log says so. */
  late: number
  /** Of the minutes from the fifth after STORED on. */
  within: string
  /** OUTAGE 1 is logged when it is over. */
  declared: boolean
  /** SUSPENDED 1 and RESUMED 1: minutes after STORED, to halves. */
  stop: [from: number, to: number] | null
  /** When the trustees' shares are accepted: minutes after STORED. Three more and the lot is decided. */
  sharesAt: number
  /** Whether they come at all. */
  how: 'trustees' | 'failed'
  cause: 'bidder' | null
  /** Probes that are not told, and shown by their machines instead. */
  untold: boolean
}

export const HONEST: Script = {
  clause: true,
  names: 'newest',
  renames: false,
  tells: true,
  seers: 2,
  origin: null,
  over: 'udddu',
  moved: 0,
  claim: [-2, 1],
  ago: 0,
  last: 'u',
  late: 0,
  within: 'uudddu',
  declared: true,
  stop: null,
  sharesAt: 43,
  how: 'trustees',
  cause: null,
  untold: false,
}
