import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { movedEnd, type Stop } from './windows.ts'

const stop = (from: number, to: number | null): Stop => ({ from, to })

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
