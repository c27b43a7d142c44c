// @ts-check

/**
 * Who may import whom, as docs/architecture.md draws it. The first line whose `from` begins a file's path is the one
 * that counts; its own folder is always allowed. `packages` names what it may import from outside; null allows any.
 *
 * @typedef {{ from: string, to: readonly string[], packages: readonly string[] | null }} Arrow
 */

/** @type {readonly Arrow[]} */
export const ARROWS = [
  { from: 'lib/model/', to: [], packages: [] },
  { from: 'lib/platform/', to: ['lib/model/'], packages: [] },
  { from: 'lib/policy/', to: ['lib/model/', 'lib/platform/'], packages: [] },
  { from: 'lib/flows/', to: ['lib/model/'], packages: [] },
  { from: 'lib/graph/', to: ['lib/model/', 'lib/platform/', 'lib/policy/', 'lib/flows/'], packages: [] },
  { from: 'lib/detect/', to: ['lib/model/', 'lib/platform/', 'lib/policy/', 'lib/flows/'], packages: [] },
  { from: 'lib/changes/', to: ['lib/model/', 'lib/policy/'], packages: [] },
  {
    from: 'lib/bundle/',
    to: ['lib/model/', 'lib/platform/', 'lib/policy/', 'lib/flows/', 'lib/changes/'],
    packages: ['zod'],
  },
  { from: 'lib/review/', to: ['lib/model/', 'lib/platform/', 'lib/policy/', 'lib/flows/', 'lib/detect/'], packages: [] },
  { from: 'lib/assert/', to: ['lib/model/', 'lib/platform/', 'lib/policy/'], packages: [] },
  {
    from: 'lib/api/',
    to: [
      'lib/model/',
      'lib/platform/',
      'lib/policy/',
      'lib/flows/',
      'lib/graph/',
      'lib/detect/',
      'lib/changes/',
      'lib/review/',
      'lib/assert/',
    ],
    packages: ['yaml', 'zod'],
  },
  { from: 'lib/', to: [], packages: [] },
  { from: 'server/http/', to: ['lib/', 'server/config/', 'server/config.ts'], packages: null },
  { from: 'server/config/', to: ['lib/', 'server/config.ts'], packages: null },
  { from: 'server/kubernetes/', to: ['lib/'], packages: null },
  { from: 'server/flow-sources/', to: ['lib/'], packages: null },
  { from: 'server/demo/', to: ['lib/'], packages: null },
  { from: 'server/store/', to: ['lib/'], packages: null },
  { from: 'server/', to: ['lib/', 'package.json'], packages: null },
  { from: 'components/ui/', to: ['lib/'], packages: null },
  { from: 'components/live/', to: ['lib/', 'components/ui/'], packages: null },
  { from: 'components/graph/', to: ['lib/', 'components/ui/', 'components/live/'], packages: null },
  { from: 'components/frame/', to: ['lib/', 'components/ui/', 'components/live/'], packages: null },
  { from: 'components/flows/', to: ['lib/', 'components/ui/', 'components/live/', 'components/graph/'], packages: null },
  { from: 'components/map/', to: ['lib/', 'components/ui/', 'components/live/', 'components/graph/'], packages: null },
  { from: 'components/panel/', to: ['lib/', 'components/ui/', 'components/live/', 'components/graph/'], packages: null },
  { from: 'components/findings/', to: ['lib/', 'components/ui/', 'components/live/', 'components/graph/'], packages: null },
  { from: 'components/policies/', to: ['lib/', 'components/ui/', 'components/live/', 'components/graph/'], packages: null },
  { from: 'components/review/', to: ['lib/', 'components/ui/', 'components/live/', 'components/graph/'], packages: null },
  { from: 'components/status/', to: ['lib/', 'components/ui/', 'components/live/'], packages: null },
  { from: 'app/', to: ['components/', 'lib/', 'server/'], packages: null },
  { from: 'cli/', to: ['lib/', 'server/'], packages: null },
]

/** Tests and what only they use: they may import anything, and nothing else may import them. */
const TEST_FILE = /\.test\.tsx?$|(^|\/)testing\//

/** What gives another answer tomorrow, which `lib` gets as an argument instead. */
const IMPURE = /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bperformance\.now\(|\bfetch\(/

/**
 * Imports that no arrow allows, each as one line.
 *
 * @param {readonly import('./import-graph.mjs').Import[]} imports
 * @param {readonly Arrow[]} arrows
 * @returns {readonly string[]}
 */
export function findForbiddenImports(imports, arrows = ARROWS) {
  return imports.flatMap(({ file, line, target, isFile }) => {
    if (TEST_FILE.test(file)) return []
    const arrow = arrows.find(({ from }) => file.startsWith(from))
    if (arrow === undefined) return [`${file}:${line}: lies in no folder that bin/arrows.mjs knows`]
    if (isFile && TEST_FILE.test(target)) return [`${file}:${line}: ${target} is for tests only`]
    const isAllowed = isFile
      ? [arrow.from, ...arrow.to].some((start) => target.startsWith(start))
      : arrow.packages === null || arrow.packages.includes(target)
    return isAllowed ? [] : [`${file}:${line}: ${arrow.from} must not import ${target}`]
  })
}

/**
 * Lines of `lib` that read a clock, chance or the network.
 *
 * @param {string} file
 * @param {string} source
 * @returns {readonly string[]}
 */
export function findImpureLines(file, source) {
  if (!file.startsWith('lib/') || TEST_FILE.test(file)) return []
  return source.split('\n').flatMap((text, index) => {
    const code = text.replace(/^\s*(\*|\/\/|\/\*).*/, '')
    return IMPURE.test(code) ? [`${file}:${index + 1}: lib reads no clock, chance or network: ${text.trim()}`] : []
  })
}
