import type { Db } from '../store.ts'

/** Running tenders whose alarm was not yet looked at for their present deadline, the next one first. */
export const unalarmed = (db: Db) =>
  db
    .selectFrom('tender')
    .select(['id', 'deadline'])
    .where('status', '=', 'published')
    .where('suspended', '=', false)
    .where('deadline', 'is not', null)
    .where((eb) => eb.or([eb('drill_alarm_for', 'is', null), eb('drill_alarm_for', '<>', eb.ref('deadline'))]))
    .orderBy('deadline')
    .execute()
