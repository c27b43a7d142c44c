import type { Container, NamedHost } from './cluster'
import type { Fields } from './fields'
import { isRecord } from './fields'
import { keptOfValue } from './projection/named-endpoints'
import { systemProgram } from './projection/program-flags'

const NONE: Container['names'] = []

/** What environment and arguments of a container name. Nothing else of their values is looked at. */
export function readNamedHosts(container: Fields): readonly NamedHost[] {
  const names = [...ofVariables(container.get('env')), ...ofArguments(container)]
  return names.length === 0 ? NONE : names
}

/** Containers of one template often share their list, which is then read once. */
const known = new WeakMap<readonly unknown[], readonly NamedHost[]>()

function ofVariables(env: unknown): readonly NamedHost[] {
  if (!Array.isArray(env)) return NONE
  const before = known.get(env)
  if (before !== undefined) return before
  const made = env.flatMap((variable: unknown) => {
    if (!isRecord(variable) || typeof variable.name !== 'string') return []
    const { name, value } = variable
    return endpointsIn(keptOfValue(name, value)).map((endpoint) => ({ from: `variable ${name}`, endpoint }))
  })
  const names = made.length === 0 ? NONE : made
  known.set(env, names)
  return names
}

function ofArguments(container: Fields): readonly NamedHost[] {
  // Programs of the cluster itself have settings of their own.
  if (systemProgram(container.get('image'), container.get('command')) !== null) return NONE
  const endpoints = new Set<string>()
  for (const key of ['command', 'args']) {
    const words = container.get(key)
    if (!Array.isArray(words)) continue
    words.forEach((word: unknown, index) => {
      for (const endpoint of endpointsIn(keptOfValue(flagBefore(words, index), word))) endpoints.add(endpoint)
    })
  }
  return [...endpoints].map((endpoint) => ({ from: 'argument', endpoint }))
}

/** The flag that a word belongs to: its own of `--name=value`, else the word before. */
function flagBefore(words: readonly unknown[], index: number): string {
  const own = /^--?([\w.-]+)=/.exec(String(words[index]))?.[1]
  const before = String(words[index - 1] ?? '')
  return own ?? (/^--?[\w.-]+$/.test(before) ? before : '')
}

function endpointsIn(kept: string): readonly string[] {
  return kept === '' ? [] : kept.split(' ')
}
