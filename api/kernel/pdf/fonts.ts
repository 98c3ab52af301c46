/// <reference path="./fontkit.d.ts" />
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { create, type FontkitFace, type Glyph } from 'fontkit'
import type { PDFDocument, PDFFont } from 'pdf-lib'
import { refuse } from '../problem.ts'

export type FaceName = 'regular' | 'bold'

type Face = { bytes: Uint8Array; font: FontkitFace; advance: Map<number, number> }

export type Fonts = {
  /** Characters of the text that no face can print, each once, in order of appearance. */
  missingGlyphs: (text: string) => string[]
  /** Width in points of one line of text. */
  widthOf: (text: string, face: FaceName, size: number) => number
  faces: Record<FaceName, Face>
}

const files: Record<FaceName, string> = {
  regular: '400Regular/NotoSansSC_400Regular.ttf',
  bold: '700Bold/NotoSansSC_700Bold.ttf',
}

const loadFace = async (name: FaceName): Promise<Face> => {
  const url = import.meta.resolve(`@expo-google-fonts/noto-sans-sc/${files[name]}`)
  const bytes = await readFile(fileURLToPath(url))
  return { bytes, font: create(bytes), advance: new Map() }
}

const advanceOf = (face: Face, codePoint: number): number => {
  let width = face.advance.get(codePoint)
  if (width === undefined) {
    width = (face.font.glyphForCodePoint(codePoint)?.advanceWidth ?? 0) / face.font.unitsPerEm
    face.advance.set(codePoint, width)
  }
  return width
}

const openFonts = async (): Promise<Fonts> => {
  const [regular, bold] = await Promise.all([loadFace('regular'), loadFace('bold')])
  const faces = { regular, bold }
  const newline = 0x0a
  const isCovered = (codePoint: number) =>
    codePoint === newline || (regular.font.hasGlyphForCodePoint(codePoint) && bold.font.hasGlyphForCodePoint(codePoint))
  return {
    faces,
    missingGlyphs: (text) => {
      const missing = new Set<string>()
      for (const char of text) if (!isCovered(char.codePointAt(0)!)) missing.add(char)
      return [...missing]
    },
    widthOf: (text, face, size) => {
      let width = 0
      for (const char of text) width += advanceOf(faces[face], char.codePointAt(0)!)
      return width * size
    },
  }
}

let opened: Promise<Fonts> | undefined

/** Noto Sans SC 400 and 700, read and parsed once for the life of the process (about 25 MB). */
export const loadFonts = (): Promise<Fonts> => {
  opened ??= openFonts()
  return opened
}

/**
 * Text as it will be printed: tabs and unusual spaces become one space; characters that have no picture (zero width,
 * byte order mark) and those that turn the reading order (Unicode bidi controls, which could show a name backwards)
 * are taken out; other controls stay, so that the coverage check refuses them.
 */
export const printable = (text: string): string =>
  text
    .replace(/\r\n?|[\u2028\u2029]/g, '\n')
    .replace(/[\t\u00a0\u2000-\u200a\u202f\u205f]/g, ' ')
    .replace(/[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]|\p{Variation_Selector}/gu, '')

/** The characters of the text that cannot be printed; empty when all can. */
export const missingGlyphs = async (text: string): Promise<string[]> =>
  (await loadFonts()).missingGlyphs(printable(text))

/** Refuses 'pdf-glyph-missing' naming the characters: a blank in a name on an official paper is worse than no paper. */
export const refuseMissingGlyphs = (fonts: Fonts, text: string): void => {
  const missing = fonts.missingGlyphs(text)
  if (missing.length === 0) return
  const named = missing.slice(0, 20).map((char) => {
    const code = char.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')
    return `${char} (U+${code})`
  })
  refuse('pdf-glyph-missing', { detail: named.join(', '), params: { characters: missing.join('') } })
}

/**
 * What pdf-lib may see of a face: one glyph per code point, no shaping. fontkit's substitutions drop "ffi" and digits
 * from the text layer, and its shared glyph objects remember the code point of whoever asked first, which would make
 * the text layer depend on earlier documents; hence plain glyphs made anew for each document.
 */
const faceForDocument = ({ font }: Face) => {
  const glyphs = new Map<number, Glyph>()
  const glyphFor = (codePoint: number): Glyph => {
    const { id, advanceWidth } = font.glyphForCodePoint(codePoint)!
    const glyph = glyphs.get(id) ?? { id, advanceWidth, codePoints: [codePoint] }
    glyphs.set(id, glyph)
    return glyph
  }
  return {
    postscriptName: font.postscriptName,
    unitsPerEm: font.unitsPerEm,
    ascent: font.ascent,
    descent: font.descent,
    italicAngle: font.italicAngle,
    capHeight: font.capHeight,
    xHeight: font.xHeight,
    bbox: font.bbox,
    characterSet: font.characterSet,
    glyphForCodePoint: glyphFor,
    layout: (text: string) => ({ glyphs: [...text].map((char) => glyphFor(char.codePointAt(0)!)) }),
    createSubset: () => font.createSubset(),
  }
}

/**
 * Embeds both faces as subsets (TrueType, Identity-H); a face without any text drawn in it is not written. `tag`: six
 * capitals, another for each subset in one file (ISO 32000-1 9.6.4).
 */
export const embedFonts = async (
  pdf: PDFDocument,
  fonts: Fonts,
  tag = 'SUNLIT',
): Promise<Record<FaceName, PDFFont>> => {
  const { regular, bold } = fonts.faces
  pdf.registerFontkit({ create: (bytes) => faceForDocument(bytes === bold.bytes ? bold : regular) })
  const embed = (face: Face, name: string) => pdf.embedFont(face.bytes, { subset: true, customName: name })
  return {
    regular: await embed(regular, `${tag}+NotoSansSC-Regular`),
    bold: await embed(bold, `${tag}+NotoSansSC-Bold`),
  }
}
