import ts from 'typescript'
import { lineOf, type Source, type Violation, walk } from './source.ts'
import { isBrowser, isIsomorphic, placeOf } from './zones.ts'

type Judge = (source: Source) => { line: number; says: string }[]

const rule =
  (name: string, judge: Judge) =>
  (sources: Source[]): Violation[] =>
    sources.flatMap((source) => judge(source).map((fault) => ({ rule: name, path: source.path, ...fault })))

/** Every node for which `says` has something to say. */
const nodes =
  (says: (node: ts.Node, source: Source) => string | undefined): Judge =>
  (source) => {
    const found: { line: number; says: string }[] = []
    walk(source.ast, (node) => {
      const said = says(node, source)
      if (said !== undefined) found.push({ line: lineOf(source.ast, node), says: said })
    })
    return found
  }

const isTest = (path: string): boolean => placeOf(path)?.zone === 'test' || /\.(test|spec)\.ts$/.test(path)

/** Data is long by nature: generated types, messages, tables of law, refusals, and SQL that never changes again. */
export const LONG_BY_NATURE = [
  /\.gen\.ts$/,
  /(^|\/)i18n\//,
  /^api\/law\/(rows\/.*|calendar-data)\.ts$/,
  /(^|\/)problems\.ts$/,
  /^migrations\//,
]

const FILE_LINES = 300
const FUNCTION_LINES = 50

const tree = rule('the tree', ({ path }) =>
  placeOf(path) === undefined
    ? [{ line: 1, says: 'has no place: a feature is a plural noun of DESIGN §1 with its fixed file kinds' }]
    : [],
)

const shortFiles = rule('files of at most 300 lines', ({ path, lines }) =>
  lines > FILE_LINES && !LONG_BY_NATURE.some((one) => one.test(path))
    ? [{ line: lines, says: `has ${lines} lines` }]
    : [],
)

const shortFunctions = rule('functions of at most 50 lines', (source) => {
  if (isTest(source.path) || LONG_BY_NATURE.some((one) => one.test(source.path))) return []
  return nodes((node) => {
    if (!ts.isArrowFunction(node) && !ts.isFunctionDeclaration(node) && !ts.isFunctionExpression(node)) return undefined
    const last = source.ast.getLineAndCharacterOfPosition(node.getEnd()).line + 1
    const length = last - lineOf(source.ast, node) + 1
    return length > FUNCTION_LINES ? `has ${length} lines` : undefined
  })(source)
})

/** Frameworks that ask for one: Playwright, Vite and SvelteKit. */
const MAY_EXPORT_DEFAULT = /\.config\.ts$|^web\//

const noDefault = rule('no default exports', (source) =>
  MAY_EXPORT_DEFAULT.test(source.path)
    ? []
    : nodes((node) => {
        const modifiers = ts.canHaveModifiers(node) ? ts.getModifiers(node) : undefined
        const marked = modifiers?.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword)
        return marked || (ts.isExportAssignment(node) && !node.isExportEquals) ? 'exports a default' : undefined
      })(source),
)

const noClasses = rule(
  'no class but Refused, no enum',
  nodes((node, { path }) => {
    if (ts.isEnumDeclaration(node)) return `enum ${node.name.text}`
    if (!ts.isClassLike(node)) return undefined
    return path === 'api/kernel/problem.ts' && node.name?.text === 'Refused'
      ? undefined
      : `class ${node.name?.text ?? ''}`
  }),
)

/** Rules are pure: the same state, command and instant always give the same answer. */
const pureRules = rule('rules neither wait nor look at a clock or at chance', (source) =>
  placeOf(source.path)?.zone !== 'rules' && !isLaw(source.path)
    ? []
    : nodes((node) => {
        if (ts.isAwaitExpression(node)) return 'await'
        if (ts.isNewExpression(node) && node.expression.getText() === 'Date' && !node.arguments?.length)
          return 'new Date()'
        const text = ts.isPropertyAccessExpression(node) ? node.getText() : ''
        return ['Date.now', 'Math.random', 'performance.now', 'crypto.randomUUID'].includes(text) ? text : undefined
      })(source),
)

const isLaw = (path: string): boolean => placeOf(path)?.zone === 'law'

const NODE_ONLY = ['Buffer', 'process', '__dirname', '__filename', 'require', 'global', 'setImmediate']

const isomorphic = rule('isomorphic code uses nothing of Node', (source) => {
  if (!isIsomorphic(source.path)) return []
  const imports = source.imports.filter(({ from }) => from.startsWith('node:'))
  const used = nodes((node) => {
    if (!ts.isIdentifier(node) || !NODE_ONLY.includes(node.text) || isName(node)) return undefined
    return node.text
  })(source)
  return [...imports.map(({ line, from }) => ({ line, says: from })), ...used]
})

/** A property or a declared name that only reads like a global. */
const isName = (node: ts.Identifier): boolean => {
  const { parent } = node
  if (ts.isPropertyAccessExpression(parent) || ts.isQualifiedName(parent))
    return (ts.isPropertyAccessExpression(parent) ? parent.name : parent.right) === node
  if (ts.isShorthandPropertyAssignment(parent)) return false
  if (ts.isBindingElement(parent)) return parent.propertyName === node || parent.name === node
  const named = parent as { name?: ts.Node }
  return named.name === node
}

/** Younger than Chrome/Edge/360 109, Firefox 115 or Safari 16.4, the floor of SEALING.md §6. */
export const TOO_YOUNG_STATIC = [
  'Array.fromAsync',
  'Object.groupBy',
  'Map.groupBy',
  'Promise.withResolvers',
  'Promise.try',
  'Iterator.from',
  'AbortSignal.any',
  'ReadableStream.from',
  'URL.canParse',
  'URL.parse',
  'Uint8Array.fromHex',
  'Uint8Array.fromBase64',
  'RegExp.escape',
  'Error.isError',
  'Math.sumPrecise',
  'Intl.DurationFormat',
  'Atomics.waitAsync',
]
export const TOO_YOUNG_METHODS = [
  'toHex',
  'toBase64',
  'setFromHex',
  'setFromBase64',
  'toSorted',
  'toReversed',
  'toSpliced',
  'toWellFormed',
  'isWellFormed',
  'union',
  'intersection',
  'difference',
  'symmetricDifference',
  'isSubsetOf',
  'isSupersetOf',
  'isDisjointFrom',
  'transferToFixedLength',
]

const floor = rule('browser code keeps to the oldest browsers', (source) =>
  !isBrowser(source.path)
    ? []
    : nodes((node) => {
        if (ts.isIdentifier(node) && node.text === 'Temporal' && !isName(node)) return 'Temporal'
        if (ts.isVariableDeclarationList(node) && node.flags & ts.NodeFlags.Using) return 'using'
        if (ts.isRegularExpressionLiteral(node) && /\/[a-z]*v[a-z]*$/.test(node.text))
          return 'regular expression flag v'
        if (!ts.isPropertyAccessExpression(node)) return undefined
        if (TOO_YOUNG_STATIC.includes(node.getText())) return node.getText()
        const called = ts.isCallExpression(node.parent) && node.parent.expression === node
        // zod has union and intersection too.
        return called && TOO_YOUNG_METHODS.includes(node.name.text) && node.expression.getText() !== 'z'
          ? `.${node.name.text}()`
          : undefined
      })(source),
)

const MAY_READ_ENVIRONMENT = /^api\/server\.ts$|^api\/cli\/|^bench\/|^e2e\/|\.config\.ts$/

/** Setting a variable for a library is no reading. */
const isSet = (node: ts.Node): boolean => {
  const { parent } = node.parent
  return ts.isBinaryExpression(parent) && parent.left === node.parent && parent.operatorToken.getText() === '='
}

const environment = rule('only server.ts reads the environment', (source) =>
  MAY_READ_ENVIRONMENT.test(source.path) || isTest(source.path)
    ? []
    : nodes((node) => {
        const reads = ts.isPropertyAccessExpression(node) && node.getText() === 'process.env' && !isSet(node)
        return reads ? 'process.env' : undefined
      })(source),
)

/** Each rule by its name. */
export const MANNERS: Record<string, (sources: Source[]) => Violation[]> = {
  'the tree': tree,
  'files of at most 300 lines': shortFiles,
  'functions of at most 50 lines': shortFunctions,
  'no default exports': noDefault,
  'no class but Refused, no enum': noClasses,
  'rules neither wait nor look at a clock or at chance': pureRules,
  'isomorphic code uses nothing of Node': isomorphic,
  'browser code keeps to the oldest browsers': floor,
  'only server.ts reads the environment': environment,
}
