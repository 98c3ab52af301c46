/** fontkit 2 ships no types; only what fonts.ts touches is described here. */
declare module 'fontkit' {
  export type Glyph = { id: number; codePoints: number[]; advanceWidth: number }
  export type Box = { minX: number; minY: number; maxX: number; maxY: number; width: number; height: number }
  export type FontkitFace = {
    postscriptName: string
    unitsPerEm: number
    ascent: number
    descent: number
    italicAngle: number
    capHeight: number
    xHeight: number
    bbox: Box
    characterSet: number[]
    glyphForCodePoint(codePoint: number): Glyph
    hasGlyphForCodePoint(codePoint: number): boolean
    createSubset(): { includeGlyph(glyph: number | Glyph): number; encode(): Uint8Array }
  }
  export const create: (bytes: Uint8Array, postscriptName?: string) => FontkitFace
}
