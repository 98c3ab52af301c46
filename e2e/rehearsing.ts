import type { DemoPerson } from '../api/cli/demo/people.ts'
import { memorySink } from '../api/client/prepare-bid.ts'
import { prepareRehearsal, reopenRehearsal } from '../api/client/rehearsal.ts'
import { completeRehearsal, downloadRehearsal, type RehearsalCard, uploadRehearsal } from '../api/client/rehearse.ts'
import { loadTrust } from '../api/client/trust.ts'
import { fileOf } from '../api/seal/actors.testing.ts'

const PASSPHRASE = '云城-演练-2026'

/** A rehearsal passed by a supplier's client, without a browser: for pages that show its card. */
export const rehearsed = async (person: DemoPerson): Promise<RehearsalCard> => {
  const { http, signer, decryptKey, organisationId } = person
  const trust = await loadTrust(http)
  const sink = memorySink()
  const files = [fileOf('演练.bin', new TextEncoder().encode('演练'.repeat(1000)))]
  const what = { organisationId, signer, trust, files, sink, passphrase: PASSPHRASE, bundleSha256: 'A'.repeat(43) }
  const { rehearsalId, manifest, recoveryFile, ...prepared } = await prepareRehearsal(what)
  await uploadRehearsal(http, { rehearsalId, manifest, ...prepared }, { sink })
  const parts = await downloadRehearsal(http, rehearsalId)
  const read = async (no: number, part: number): Promise<Uint8Array> => {
    const found = parts.find((one) => one.envelopeNo === no && one.part === part)
    if (!found) throw new RangeError('no such part')
    return found.bytes
  }
  const opened = { manifest, recoveryFile, signer, decryptKey, passphrase: PASSPHRASE, trust, read }
  const pace = { seal: 80_000_000, upload: 2_400_000, download: 5_000_000 }
  return completeRehearsal(http, rehearsalId, {
    ...(await reopenRehearsal(opened)),
    browser: 'Chrome 140, Windows',
    pace,
  })
}
