import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { MOST_OUTAGES } from './outage.ts'
import { isStopped, movedWindows, ranSince, type Stop } from './windows.ts'

const stop = (from: number, to: number | null): Stop => ({ from, to })
const movedEnd = (start: number, end: number, stops: readonly Stop[], now: number): number =>
  movedWindows(start, { bidders: end, trustees: end + 1 }, { stops, outages: [] }, now).bidders

test('what was left of a window is given back', () => {
  const table: [string, Stop[], number, number][] = [
    ['no stop', [], 500, 300],
    ['within', [stop(150, 190)], 500, 340],
    ['at its beginning', [stop(100, 190)], 500, 390],
    ['before it ran', [stop(10, 90)], 500, 300],
    ['at its end', [stop(300, 390)], 500, 300],
    ['beyond its end', [stop(290, 900)], 900, 910],
    ['twice', [stop(150, 190), stop(200, 260)], 500, 400],
    ['the second within what the first gave back', [stop(290, 390), stop(395, 400)], 500, 405],
    ['in any order', [stop(395, 400), stop(290, 390)], 500, 405],
    ['still standing', [stop(150, null)], 190, 340],
  ]
  for (const [what, stops, now, end] of table) assert.equal(movedEnd(100, 300, stops, now), end, what)
})

test('the time that runs is never more nor less than was announced', () => {
  const spans = fc.array(fc.tuple(fc.nat(400), fc.integer({ min: 1, max: 200 })), { maxLength: 8 })
  const following = spans.map((pairs) => {
    let at = 0
    return pairs.map(([gap, length]): Stop => {
      const from = at + gap
      at = from + length
      return stop(from, at)
    })
  })
  fc.assert(
    fc.property(following, fc.integer({ min: 1, max: 900 }), (stops, length) => {
      const start = stops[0] ? stops[0].from : 0
      const end = movedEnd(start, start + length, stops, 0)
      const stood = stops.reduce(
        (sum, { from, to }) => sum + Math.max(0, Math.min(to!, end) - Math.max(from, start)),
        0,
      )
      assert.equal(end - start - stood, length)
    }),
  )
})

test('an outage begins anew the window it fell into, and those after it', () => {
  const table: [string, Stop[], number[], number, number][] = [
    ['none', [], [], 300, 400],
    ['in the bidders’ window', [], [200], 400, 500],
    ['at its beginning', [], [100], 300, 400],
    ['in the trustees’', [], [350], 300, 450],
    ['at the border it is the trustees’', [], [300], 300, 400],
    ['after both, before anything was decided', [], [900], 300, 1000],
    ['before they ran', [], [50], 300, 400],
    ['twice', [], [200, 390], 590, 690],
    ['in any order', [], [390, 200], 590, 690],
    ['after a stop', [stop(150, 250)], [350], 550, 650],
    ['before a stop', [stop(350, 450)], [200], 500, 600],
  ]
  for (const [what, stops, outages, bidders, trustees] of table)
    assert.partialDeepStrictEqual(
      movedWindows(100, { bidders: 300, trustees: 400 }, { stops, outages }, 0),
      { bidders, trustees },
      what,
    )
  // A bidder is blamed for its last window only: whoever judges must know where that began.
  const begun = (...outages: number[]) =>
    movedWindows(100, { bidders: 300, trustees: 400 }, { stops: [], outages }, 0).from
  assert.deepEqual([begun(), begun(200), begun(200, 390), begun(350)], [100, 200, 390, 100])
})

test('what lies wholly in a stop cut nothing short, and only what ran counts as time to act', () => {
  const spans: [from: number, to: number, isWhole: boolean][] = [
    [150, 250, true],
    [149, 250, false],
    [160, 251, false],
    [350, 9000, true],
    [340, 360, false],
    [250, 300, false],
  ]
  const stops = [stop(150, 250), stop(350, null)]
  for (const [from, to, isWhole] of spans) assert.equal(isStopped({ from, to }, stops), isWhole, `${from}…${to}`)
  const since: [what: string, stops: ReturnType<typeof stop>[], at: number][] = [
    ['no stop', [], 480],
    ['a stop before', [stop(300, 400)], 480],
    ['a stop that ends where it begins', [stop(300, 480)], 480],
    ['a stop in between', [stop(300, 490)], 290],
    ['two', [stop(300, 490), stop(285, 295)], 280],
    ['a stop that has not ended', [stop(450, null)], 430],
    ['a stop after', [stop(600, 700)], 480],
  ]
  for (const [what, stood, at] of since) assert.equal(ranSince(500, 20, stood), at, what)
})

test('outages never shorten a window, never part the two, and cannot hold an opening up for ever', () => {
  const instants = fc.array(fc.nat(5000), { maxLength: 8 })
  fc.assert(
    fc.property(
      instants,
      fc.integer({ min: 1, max: 900 }),
      fc.integer({ min: 1, max: 900 }),
      (outages, first, second) => {
        const announced = { bidders: 100 + first, trustees: 100 + first + second }
        const { bidders, trustees } = movedWindows(100, announced, { stops: [], outages }, 0)
        const counted = outages.filter((at) => at >= 100).sort((a, b) => a - b)
        const last = Math.max(100, ...counted.slice(0, MOST_OUTAGES))
        assert.ok(bidders >= announced.bidders && trustees >= announced.trustees)
        assert.ok(trustees - bidders >= second)
        assert.ok(bidders <= last + first && trustees <= Math.max(last + first + second, announced.trustees))
      },
    ),
  )
})
