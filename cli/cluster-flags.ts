import type { Result } from '@/lib/model/problem'
import { type Assumptions, parseAssumption } from '@/lib/policy/assumptions'
import type { EngineOptions } from '@/lib/policy/engine'
import type { ProfileName } from '@/lib/policy/types'
import type { Flag, GivenFlags } from './flags'

export const MANIFESTS_FLAG: Flag = {
  name: 'manifests',
  value: 'PATH',
  repeatable: true,
  help: 'file or folder of YAML and JSON, or - for standard input; repeatable',
}

const PROFILES: readonly ProfileName[] = ['kubernetes', 'calico', 'cilium']

/** How the policies are evaluated. */
export const ENGINE_FLAGS: readonly Flag[] = [
  {
    name: 'profile',
    value: 'NAME',
    choices: PROFILES,
    help: 'whose rules of evaluation: kubernetes, calico or cilium (detected when left out)',
  },
  {
    name: 'assume',
    value: 'NAME=VALUE',
    repeatable: true,
    help: 'what the plugin does, for example ipBlockMatchesPodIPs=false; repeatable',
  },
]

export const LEVEL_FLAG: Flag = {
  name: 'level',
  value: 'LEVEL',
  choices: ['workload', 'pod'],
  help: 'workload or pod',
}

export const HELP_FLAG: Flag = { name: 'help', short: 'h', value: null, help: 'this text' }

export function readEngineOptions(flags: GivenFlags): Result<EngineOptions, string> {
  let assumptions: Partial<Assumptions> = {}
  for (const text of flags.all('assume')) {
    const assumption = parseAssumption(text)
    if (!assumption.ok) return { ok: false, error: `--assume ${text}: ${assumption.error}` }
    assumptions = { ...assumptions, ...assumption.value }
  }
  const profile = PROFILES.find((name) => name === flags.one('profile'))
  return { ok: true, value: profile === undefined ? { assumptions } : { profile, assumptions } }
}

export function levelOf(flags: GivenFlags): 'workload' | 'pod' {
  return flags.one('level') === 'pod' ? 'pod' : 'workload'
}

/** Standard input comes once. */
export function isReadTwice(paths: readonly string[]): boolean {
  return paths.filter((path) => path === '-').length > 1
}
