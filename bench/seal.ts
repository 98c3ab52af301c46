import type { Figure } from './run.ts'
import { sealInChromium } from './seal/browser.ts'
import { auditLog } from './seal/log.ts'
import { memoryOfUpload } from './seal/memory.ts'
import { verifyReceipts } from './seal/receipts.ts'
import { measureSealing, type Sealing } from './seal/sealing.ts'
import { uploadToFiles, uploadToS3 } from './seal/upload.ts'

const BLOCKS = 16
const SEALING = 0.7

const sealing = (name: string, { value, ratio, alone }: Sealing): Figure => {
  console.log(`  ${name}: calls of 16 KiB with nothing else beside the hash are ${alone.toFixed(2)} of the floor`)
  return { name, value, ratio, unit: 'MB/s', target: SEALING }
}

/** Sealing in Node and in a browser's Worker, upload to both stores, and what an auditor recomputes. */
export const benchSeal = async (): Promise<Figure[]> => {
  const figures: Figure[] = [sealing('sealing in Node', await measureSealing(BLOCKS))]
  const browser = await sealInChromium(BLOCKS)
  if (browser) figures.push(sealing('sealing in Chromium', browser))
  else console.log('  no Chromium here: sealing in a browser is not measured')
  figures.push(await uploadToFiles())
  const memory = await memoryOfUpload()
  if (memory) figures.push(memory)
  const s3 = await uploadToS3()
  if (s3) figures.push(s3)
  else console.log('  no Ceph here: upload to S3 is not measured')
  figures.push(await verifyReceipts())
  return [...figures, ...(await auditLog())]
}
