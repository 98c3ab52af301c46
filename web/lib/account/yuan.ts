/** '150,000.00' as typed → '15000000' 分; null when it is no amount above zero. Full-width digits pass. */
export const yuanToFen = (text: string): string | null => {
  const plain = text.normalize('NFKC').replace(/[,\s]/g, '')
  if (!/^\d{1,12}(\.\d{1,2})?$/.test(plain)) return null
  const [whole = '0', part = ''] = plain.split('.')
  const fen = BigInt(whole) * 100n + BigInt(part.padEnd(2, '0'))
  return fen > 0n ? String(fen) : null
}
