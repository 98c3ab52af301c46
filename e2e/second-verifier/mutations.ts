import { createHmac } from 'node:crypto'
import type { Answers } from './answers.ts'

/*
 * Ways to lie about a finished tender, made in what is served, and the checks that must name each. `open`: nothing is
 * false, but what was kept back must not pass either.
 */
export type Places = { tenderId: string; lotId: string }
export type Mutation = {
  what: string
  change: (answers: Answers, places: Places) => void
  fails: string[]
  open?: string[]
}

type Row = { type: string; leafIndex: number } & Record<'outer' | 'outerSalt' | 'body' | 'bodySalt' | 'leaf', string>
type Bid = {
  bidId: string
  manifest: string
  cms: string
  summaryDek: string
  receivedAt: string
  releases: { source: number; statement: string; cms: string }[]
}

const bytes = (text: string) => Buffer.from(text, 'base64url')
const text = (raw: Uint8Array) => Buffer.from(raw).toString('base64url')
const hmac = (key: Uint8Array, message: Uint8Array) => createHmac('sha256', key).update(message).digest()

/** One bit of one byte, counted from the end when negative. */
const flipped = (raw: Uint8Array, at: number): Buffer => {
  const copy = Buffer.from(raw)
  const place = at < 0 ? copy.length + at : at
  copy[place] = copy[place]! ^ 1
  return copy
}
const flip = (answers: Answers, path: string, at: number) => answers.set(path, flipped(answers.get(path)!, at))

/** The same JSON with something else in it; `change` alters it in place. */
const rewrite = <T>(answers: Answers, path: string, change: (value: T) => void): void => {
  const value = JSON.parse(answers.get(path)!.toString('utf8')) as T
  change(value)
  answers.set(path, Buffer.from(JSON.stringify(value)))
}

const bidsOf = (answers: Answers, { lotId }: Places, change: (bids: Bid[]) => void) =>
  rewrite<{ bids: Bid[] }>(answers, `/api/lots/${lotId}/opened-bids`, ({ bids }) => change(bids))
const opened = (bids: Bid[], how: 'bidder' | 'trustees'): Bid[] =>
  bids.filter(({ releases }) => (releases.length === 1) === (how === 'bidder'))
const eventOf = (answers: Answers, { tenderId }: Places, type: string, change: (row: Row) => void) =>
  rewrite<{ events: Row[] }>(answers, `/api/tenders/${tenderId}/events`, ({ events }) =>
    change(events.find((row) => row.type === type)!),
  )
const summaryOf = (answers: Answers, { lotId }: Places): string =>
  [...answers.keys()].find((path) => path.startsWith(`/api/lots/${lotId}/opened-bids/`))!
const noteOf = (answers: Answers, change: (note: string) => string) =>
  answers.set('/log/checkpoint', Buffer.from(change(answers.get('/log/checkpoint')!.toString('utf8'))))
/** A byte of the signature on the line that holds `by`. */
const forged = (note: string, by: string): string =>
  note.replace(
    new RegExp(`(— ${by}\\S* )(\\S+)`),
    (_, line, signature) => `${line}${flipped(Buffer.from(signature, 'base64'), -1).toString('base64')}`,
  )

/** CLOSED without one of its bids, the salts and the leaf computed anew: only the tree knows better. */
const dropFromClosed = (row: Row): void => {
  const body = JSON.parse(bytes(row.body).toString('utf8'))
  body.data.manifestHashes.pop()
  body.data.count -= 1
  row.body = text(Buffer.from(JSON.stringify(body)))
  const outer = JSON.parse(bytes(row.outer).toString('utf8'))
  outer.bodyHash = text(hmac(bytes(row.bodySalt), bytes(row.body)))
  row.outer = text(Buffer.from(JSON.stringify(outer)))
  row.leaf = text(Buffer.concat([bytes(row.leaf).subarray(0, 41), hmac(bytes(row.outerSalt), bytes(row.outer))]))
}

type Told = { leaves: { i: number; outer: string; salt: string }[] }
const disclosed = (answers: Answers, type: string, change: (told: Told, at: number) => void): void => {
  for (const path of answers.keys()) {
    if (!path.startsWith('/log/disclosures/')) continue
    rewrite<Told>(answers, path, (told) => {
      const at = told.leaves.findIndex(({ outer }) => bytes(outer).includes(`"type":"${type}"`))
      if (at >= 0) change(told, at)
    })
  }
}

const LOG: Mutation[] = [
  { what: 'a byte of an entry', change: (all) => flip(all, '/log/tile/entries/000', 75 * 9 + 60), fails: ['V-03'] },
  { what: 'a byte of a tile', change: (all) => flip(all, '/log/tile/0/000', 32 * 9), fails: ['V-03'] },
  {
    what: 'a byte of a tile above',
    change: (all) => flip(all, [...all.keys()].find((path) => path.startsWith('/log/tile/1/'))!, 5),
    fails: ['V-03'],
  },
  { what: 'a cosignature', change: (all) => noteOf(all, (note) => forged(note, 'university')), fails: ['V-01'] },
  {
    what: 'the log’s signature',
    change: (all) => noteOf(all, (note) => forged(note, 'sunlit')),
    fails: ['V-01', 'V-03'],
  },
  {
    what: 'a recorded checkpoint left out and one twice',
    change: (all) => rewrite<string[]>(all, '/log/checkpoints/0', (notes) => notes.splice(3, 1, notes[2]!)),
    fails: ['V-04'],
  },
  {
    what: 'the root of a recorded checkpoint',
    change: (all) =>
      rewrite<string[]>(all, '/log/checkpoints/0', (notes) => {
        notes[3] = notes[3]!.replace(
          /\n(\S+=)\n/,
          (_, root) => `\n${flipped(Buffer.from(root, 'base64'), 0).toString('base64')}\n`,
        )
      }),
    fails: ['V-04'],
  },
  {
    what: 'the salt of a disclosed bid',
    change: (all) =>
      disclosed(all, 'bid.submitted/1', ({ leaves }, at) => {
        leaves[at]!.salt = text(flipped(bytes(leaves[at]!.salt), 0))
      }),
    fails: ['V-08'],
  },
  {
    what: 'a bid’s leaf kept hidden',
    change: (all) => disclosed(all, 'bid.submitted/1', ({ leaves }, at) => leaves.splice(at, 1)),
    fails: [],
    open: ['V-10', 'V-11', 'V-12'],
  },
]

const TENDER: Mutation[] = [
  {
    what: 'the body of STORED',
    change: (all, at) =>
      eventOf(all, at, 'lot.stored/1', (row) => {
        row.body = text(flipped(bytes(row.body), -30))
      }),
    fails: ['V-30'],
  },
  {
    what: 'a bid dropped from CLOSED',
    change: (all, at) => eventOf(all, at, 'lot.closed/1', dropFromClosed),
    fails: ['V-31'],
  },
  {
    what: 'OPENING kept back',
    change: (all, { tenderId }) =>
      rewrite<{ events: Row[] }>(all, `/api/tenders/${tenderId}/events`, (told) => {
        told.events = told.events.filter(({ type }) => type !== 'lot.opened/1')
      }),
    fails: ['V-57'],
  },
  {
    what: 'the PDF of the notice',
    change: (all, { tenderId }) => flip(all, `/api/tenders/${tenderId}/notices/0/pdf`, 100),
    fails: ['V-32', 'V-33'],
  },
  {
    what: 'a later deadline in the notice',
    change: (all, { tenderId }) =>
      rewrite<{ deadline: string }>(all, `/api/tenders/${tenderId}/notices/0`, (notice) => {
        notice.deadline = notice.deadline.replace('T01', 'T02')
      }),
    fails: ['V-32', 'V-33'],
  },
  {
    what: 'a byte of the trustee set',
    change: (all, { tenderId }) =>
      rewrite<{ bytes: string }>(all, `/api/tenders/${tenderId}/trustee-set`, (set) => {
        set.bytes = text(flipped(bytes(set.bytes), 900))
      }),
    fails: ['V-36'],
  },
  {
    what: 'a byte of the set’s signature',
    change: (all, { tenderId }) =>
      rewrite<{ cms: string }>(all, `/api/tenders/${tenderId}/trustee-set`, (set) => {
        set.cms = text(flipped(bytes(set.cms), -9))
      }),
    fails: ['V-36'],
  },
]

/** Something of the first bid that its bidder opened. */
const own = (change: (bid: Bid, bids: Bid[]) => void) => (all: Answers, at: Places) =>
  bidsOf(all, at, (bids) => change(opened(bids, 'bidder')[0]!, bids))

const BIDS: Mutation[] = [
  { what: 'a bid left out', change: (all, at) => bidsOf(all, at, (bids) => bids.pop()), fails: ['V-50'] },
  {
    what: 'a digit of a manifest',
    change: own((bid) => {
      const manifest = bytes(bid.manifest).toString('utf8')
      bid.manifest = text(
        Buffer.from(manifest.replace(/("createdAt":\d+)(\d)/, (_, front, last) => `${front}${9 - last}`)),
      )
    }),
    fails: ['V-50', 'V-51', 'V-56', 'V-58', 'V-80'],
  },
  {
    what: 'a byte of a manifest’s signature',
    change: own((bid) => {
      bid.cms = text(flipped(bytes(bid.cms), -9))
    }),
    fails: ['V-51', 'V-56', 'V-58'],
  },
  {
    what: 'a digest and an algorithm that are not in the list',
    change: own((bid) => {
      // ecdsa-with-SHA256 → ecdsa-with-SHA224, whose numbers are as long.
      const cms = bytes(bid.cms)
      const oid = Buffer.from('06082a8648ce3d0403', 'hex')
      cms[cms.lastIndexOf(oid) + oid.length] = 1
      bid.cms = text(cms)
    }),
    fails: ['V-51', 'V-56', 'V-58'],
  },
  {
    what: 'a byte of a certificate that travels along',
    change: own((bid) => {
      bid.cms = text(flipped(bytes(bid.cms), 300))
    }),
    fails: ['V-51', 'V-56', 'V-58'],
  },
  {
    what: 'another instant of receipt',
    change: own((bid) => {
      bid.receivedAt = new Date(Date.parse(bid.receivedAt) + 1000).toISOString()
    }),
    fails: ['V-52', 'V-58'],
  },
  {
    what: 'a byte of a ciphertext',
    change: (all, at) => flip(all, summaryOf(all, at), 20_000),
    fails: ['V-53', 'V-54', 'V-58'],
  },
  {
    what: 'a ciphertext cut after a chunk',
    change: (all, at) => all.set(summaryOf(all, at), all.get(summaryOf(all, at))!.subarray(0, 56 + 16400 * 4)),
    fails: ['V-53', 'V-54', 'V-58'],
  },
  {
    what: 'the keys of two bids exchanged',
    change: (all, at) =>
      bidsOf(all, at, (bids) => {
        const [one, two] = opened(bids, 'bidder') as [Bid, Bid]
        ;[one.summaryDek, two.summaryDek] = [two.summaryDek, one.summaryDek]
      }),
    fails: ['V-54', 'V-56', 'V-58'],
  },
  {
    what: 'the shares of two trustees exchanged',
    change: (all, at) =>
      bidsOf(all, at, (bids) => {
        const [one, two] = opened(bids, 'trustees')[0]!.releases as [Bid['releases'][0], Bid['releases'][0]]
        ;[one.source, two.source] = [two.source, one.source]
      }),
    fails: ['V-56'],
  },
  {
    what: 'one share of two',
    change: (all, at) => bidsOf(all, at, (bids) => opened(bids, 'trustees')[0]!.releases.pop()),
    fails: ['V-56'],
  },
  {
    what: 'a key released for another bid',
    change: (all, at) =>
      bidsOf(all, at, (bids) => {
        const [one, two] = opened(bids, 'bidder') as [Bid, Bid]
        one.releases = two.releases
      }),
    fails: ['V-56'],
  },
  {
    what: 'another price in the record',
    change: (all, { lotId }) =>
      rewrite<{ bids: { form: { price: string } }[] }>(all, `/api/lots/${lotId}/opening-record`, ({ bids }) => {
        bids[0]!.form.price = '700000000'
      }),
    fails: ['V-57', 'V-58'],
  },
]

const recordPdf = ({ lotId }: Places): string => `/api/lots/${lotId}/opening-record.pdf`
const PAPERS: Mutation[] = [
  { what: 'a byte of the printed record', change: (all, at) => flip(all, recordPdf(at), 5000), fails: ['V-72'] },
  {
    what: 'a revision on top of the printed record that nobody signed',
    change: (all, at) =>
      all.set(recordPdf(at), Buffer.concat([all.get(recordPdf(at))!, Buffer.from('\n1 0 obj\n<<>>\nendobj\n%%EOF\n')])),
    fails: ['V-72'],
  },
  { what: 'the printed record kept back', change: (all, at) => void all.delete(recordPdf(at)), fails: ['V-72'] },
]

export const MUTATIONS: Mutation[] = [...LOG, ...TENDER, ...BIDS, ...PAPERS]
