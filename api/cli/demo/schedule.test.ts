import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addDays, daysBetween } from '../../law/beijing.ts'
import { contextAt } from '../../law/contract.ts'
import { proposeTimetable } from '../../law/timetable-plan.ts'
import { SCHEDULE, TODAY } from './schedule.ts'

test('on whichever day somebody starts it, the demo city ends today, with projects behind their deadline and one before it', () => {
  const context = contextAt(Date.now())
  for (let today = '2019-01-01'; today < '2028-01-01'; today = addDays(today, 1)) {
    const first = addDays(today, -TODAY)
    const deadlineOf = (day: number): number => {
      const asked = { regime: 'GP', method: 'open', noticeDate: addDays(first, day) } as const
      return daysBetween(first, proposeTimetable(asked, context)!.deadlineDate)
    }
    const { contracted, notOpened, awarded, evaluating, bidding } = SCHEDULE
    // One is told to its end before the next begins; `until` waits no longer than that took.
    assert.ok(deadlineOf(contracted) < notOpened + 3, `${today}: contracted`)
    assert.ok(deadlineOf(notOpened + 3) < bidding, `${today}: not opened`)
    // Bids of both are in, and of the one that is still open today, before either is opened.
    assert.ok(deadlineOf(awarded) > bidding + 1, `${today}: awarded is open when bidding begins`)
    assert.ok(deadlineOf(awarded) <= deadlineOf(evaluating), `${today}: awarded comes first`)
    // A day for opening and evaluation.
    assert.ok(deadlineOf(evaluating) < TODAY, `${today}: evaluating, day ${deadlineOf(evaluating)}`)
    assert.ok(deadlineOf(bidding) > TODAY + 1, `${today}: bidding, day ${deadlineOf(bidding)}`)
  }
})
