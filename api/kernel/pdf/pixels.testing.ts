/* Whether a page really shows what its text layer says, by its pixels. Test files only; needs poppler-utils. */
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadFonts } from './fonts.ts'

/** Fine enough that the stroke of an I in small grey print is dark somewhere. */
const dpi = 200
type Picture = { width: number; height: number; grey: Uint8Array }

const pictures = (folder: string, name: string, pdf: Uint8Array): Picture[] => {
  const file = join(folder, `${name}.pdf`)
  writeFileSync(file, pdf)
  execFileSync('pdftoppm', ['-r', String(dpi), '-gray', file, join(folder, name)])
  const listed = execFileSync('sh', ['-c', `ls ${join(folder, name)}-*.pgm`], { encoding: 'utf8' })
  return listed
    .trim()
    .split('\n')
    .map((path) => {
      const bytes = readFileSync(path)
      const head = /^P5\s+(\d+)\s+(\d+)\s+255\s/.exec(bytes.subarray(0, 40).toString('latin1'))!
      return { width: Number(head[1]), height: Number(head[2]), grey: bytes.subarray(head[0].length) }
    })
}

const darkIn = (picture: Picture, x0: number, y0: number, x1: number, y1: number): number => {
  let dark = 0
  for (let y = Math.max(0, Math.floor(y0)); y < Math.min(picture.height, Math.ceil(y1)); y++) {
    for (let x = Math.max(0, Math.floor(x0)); x < Math.min(picture.width, Math.ceil(x1)); x++) {
      if (picture.grey[y * picture.width + x]! < 150) dark++
    }
  }
  return dark
}

const entities: Record<string, string> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"' }

/** Characters the text layer speaks of but whose boxes hold too few dark pixels; ideographs need more than signs. */
export const blankGlyphs = async (
  folder: string,
  name: string,
  pdf: Uint8Array,
): Promise<{ seen: number; blank: string[] }> => {
  const pages = pictures(folder, name, pdf)
  const fonts = await loadFonts()
  const boxes = execFileSync('pdftotext', ['-bbox', join(folder, `${name}.pdf`), '-'], { encoding: 'utf8' })
  const blank: string[] = []
  let seen = 0
  boxes
    .split('<page')
    .slice(1)
    .forEach((page, index) => {
      for (const [, x0, y0, x1, y1, raw] of page.matchAll(
        /<word xMin="(.*?)" yMin="(.*?)" xMax="(.*?)" yMax="(.*?)">(.*?)<\/word>/g,
      )) {
        const word = raw!.replace(/&\w+;/g, (entity) => entities[entity] ?? entity)
        const k = dpi / 72
        const scale = (Number(x1) - Number(x0)) / fonts.widthOf(word, 'regular', 1)
        let x = Number(x0)
        for (const char of word) {
          const next = x + fonts.widthOf(char, 'regular', 1) * scale
          const dark = darkIn(pages[index]!, x * k, Number(y0) * k, next * k, Number(y1) * k)
          if (dark < (/\p{Script=Han}/u.test(char) && char !== '一' ? 10 : 1)) blank.push(char)
          seen++
          x = next
        }
      }
    })
  return { seen, blank }
}
