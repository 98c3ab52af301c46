import type { Figure } from './run.ts'
import { sealInChromium } from './seal/browser.ts'
import { auditLog } from './seal/log.ts'
import { memoryOfUpload } from './seal/memory.ts'
import { verifyReceipts } from './seal/receipts.ts'
import { measureSealing } from './seal/sealing.ts'
import { uploadToFiles, uploadToS3 } from './seal/upload.ts'

const BLOCKS = 24
const SEALING = 0.7

/** Sealing in Node and in a browser's Worker, upload to both stores, and what an auditor recomputes. */
export const benchSeal = async (): Promise<Figure[]> => {
  const node = await measureSealing(BLOCKS)
  const figures: Figure[] = [{ name: 'sealing in Node', ...node, unit: 'MB/s', target: SEALING }]
  const browser = await sealInChromium(BLOCKS)
  if (browser) figures.push({ name: 'sealing in Chromium', ...browser, unit: 'MB/s', target: SEALING })
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
