import { globSync, readFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import ts from 'typescript'

export type Import = {
  /** As written. */
  from: string
  /** Path from the root for our own files; undefined for packages and `node:`. */
  target?: string
  /** Vanishes at run time. */
  typeOnly: boolean
  line: number
}

export type Source = { path: string; text: string; lines: number; ast: ts.SourceFile; imports: Import[] }

/** One broken rule in one place. */
export type Violation = { rule: string; path: string; line: number; says: string }

const FOLDERS = ['api', 'storage', 'migrations', 'web', 'e2e', 'bench']
const NOT_OURS = /(^|\/)(node_modules|build|\.svelte-kit|static|test-results)\//

/** All sources of the house, as they lie on the disk now. */
export const readHouse = (root: string): Source[] =>
  FOLDERS.flatMap((folder) =>
    globSync(`${folder}/**/*.{ts,svelte}`, { cwd: root, exclude: (name) => NOT_OURS.test(`${name}/`) }),
  )
    .filter((path) => !NOT_OURS.test(path))
    .sort()
    .flatMap((path) => {
      const text = readIfThere(join(root, path))
      return text === null ? [] : [parse(path, text)]
    })

/** A file that is gone between listing and reading (somebody's temporary file) is no source. */
const readIfThere = (path: string): string | null => {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

export const parse = (path: string, text: string): Source => {
  const script = path.endsWith('.svelte') ? onlyScripts(text) : text
  const ast = ts.createSourceFile(path, script, ts.ScriptTarget.ESNext, true, ts.ScriptKind.TS)
  return { path, text, lines: text.trimEnd().split('\n').length, ast, imports: importsOf(ast, path) }
}

/** Blanks everything outside `<script>`, so that line numbers stay. */
const onlyScripts = (text: string): string => {
  let kept = ''
  let at = 0
  for (const match of text.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g)) {
    const body = match[1] ?? ''
    const begin = match.index + match[0].indexOf('>') + 1
    kept += blank(text.slice(at, begin)) + body
    at = begin + body.length
  }
  return kept + blank(text.slice(at))
}

const blank = (text: string): string => text.replace(/[^\n]/g, ' ')

export const lineOf = (ast: ts.SourceFile, node: ts.Node): number =>
  ast.getLineAndCharacterOfPosition(node.getStart(ast)).line + 1

export const walk = (node: ts.Node, visit: (node: ts.Node) => void): void => {
  visit(node)
  ts.forEachChild(node, (child) => walk(child, visit))
}

const importsOf = (ast: ts.SourceFile, path: string): Import[] => {
  const found: Import[] = []
  const add = (specifier: ts.Node | undefined, typeOnly: boolean) => {
    if (specifier === undefined || !ts.isStringLiteralLike(specifier)) return
    const target = resolve(path, specifier.text)
    found.push({ from: specifier.text, typeOnly, line: lineOf(ast, specifier), ...(target ? { target } : {}) })
  }
  walk(ast, (node) => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, isTypeImport(node.importClause))
    if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, isTypeExport(node))
    if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal, true)
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) add(node.arguments[0], false)
  })
  return found
}

const isTypeImport = (clause: ts.ImportClause | undefined): boolean => {
  if (clause === undefined) return false
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true
  const named = clause.namedBindings
  return !clause.name && !!named && ts.isNamedImports(named) && named.elements.every(({ isTypeOnly }) => isTypeOnly)
}

const isTypeExport = ({ isTypeOnly, exportClause }: ts.ExportDeclaration): boolean =>
  isTypeOnly ||
  (!!exportClause && ts.isNamedExports(exportClause) && exportClause.elements.every((one) => one.isTypeOnly))

const resolve = (path: string, specifier: string): string | undefined => {
  if (specifier.startsWith('#lib/')) return `web/lib/${specifier.slice('#lib/'.length)}`
  if (!specifier.startsWith('.') || specifier.includes('$types')) return undefined
  return posix.normalize(posix.join(dirname(path), specifier.split('?')[0] ?? ''))
}
