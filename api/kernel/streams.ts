/** RFC 6266 with RFC 8187: a Chinese file name survives, and no quote or line break reaches the header. */
export const attachment = (fileName?: string): string =>
  fileName === undefined
    ? 'attachment'
    : `attachment; filename*=UTF-8''${encodeURIComponent(fileName.toWellFormed()).replace(
        /['()*]/g,
        (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
      )}`

/** The whole object in memory: for small objects and tests. */
export const readAll = async (stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> => {
  const parts: Uint8Array[] = []
  for await (const part of stream) parts.push(part)
  return Buffer.concat(parts)
}
