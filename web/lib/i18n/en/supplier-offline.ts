import type { supplierOffline as source } from '../zh-CN/supplier-offline.ts'

export const supplierOffline: Record<keyof typeof source, string> = {
  'offline-bid.title': 'Seal without a network',
  'offline-bid.lead':
    'A bid can be sealed, tested and signed on a computer without a network and uploaded here. The code is the same as this page’s, and so is the receipt.',
  'offline-bid.1':
    'Download the data file and carry it there: notice, trustee set and proofs of the log; nothing in it is secret.',
  'offline-bid.2':
    'Run the packager: template writes a table of answers and folders; fill them in, then pack. The certificate’s password is typed there.',
  'offline-bid.3': 'Bring the .sunlit-bid.zip it wrote back here. Keep the recovery file apart.',
  'offline-bid.take': 'Download the data file',
  'offline-bid.tool': 'Download the packager',
  'offline-bid.tool.note': 'One file, {size}, for Node 20 or newer. SHA-256:',
  'offline-bid.tool.check': 'The manifest of the bid names the SHA-256 of the packager that made it.',
  'offline-bid.file': 'Offline bid package',
  'offline-bid.file.hint':
    'Its name ends in .sunlit-bid.zip. It is checked on this device before anything is sent: whether it is for this lot and validly signed.',
  'offline-bid.none': 'Choose the offline bid package',
  'offline-bid.act': 'Upload the offline bid package',
  'offline-bid.progress': 'Checking the package: {done} of {total}',
  'offline-bid.ready': 'The package is in order',
  'offline-bid.ready.text':
    'It is for this lot, validly signed and whole. Once uploaded it is submitted and you get the receipt. The packager has written the recovery file beside it.',
}
