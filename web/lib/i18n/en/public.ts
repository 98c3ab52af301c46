import type { publicWords as source } from '../zh-CN/public.ts'

export const publicWords: Record<keyof typeof source, string> = {
  'public.nav.notices': 'Notices',
  'public.nav.openings': 'Openings',
  'public.nav.results': 'Results',
  'public.nav.contracts': 'Contracts',
  'public.nav.data': 'Open data',
  'public.nav.guide': 'Guide',
  'accessibility.title': 'Every page can be used by keyboard alone, with a screen reader, or on a phone',
  'accessibility.standard': 'What we follow',
  'accessibility.standard.text':
    'GB/T 37668—2019 and WCAG 2.2, level AA. Before each release every page is checked by program, and whole journeys of every kind of user are walked by keyboard alone.',
  'accessibility.can': 'You can',
  'accessibility.can.zoom': 'zoom to 400 per cent: nothing is cut off and nothing scrolls sideways',
  'accessibility.can.keyboard': 'reach every control by Tab; a thick yellow ring always shows where you are',
  'accessibility.can.script':
    'read every notice, result and file, and fill in forms, with JavaScript off; only sealing a bid and checking records need it',
  'accessibility.can.dark': 'follow your system’s dark display, and print in black and white',
  'accessibility.can.old':
    'use Chrome, Edge or 360 Browser 109, Firefox 115, Safari 16.4 or newer, without any plug-in',
  'accessibility.cannot': 'What does not work yet',
  'accessibility.cannot.text':
    'Old files that were scanned as pictures cannot be read by a screen reader. Ask us, and you get a text within 3 working days.',
}
