import type { Cluster } from '../cluster'

/** Whether Traefik follows references into other namespaces, as its flags say. */
export function traefikAllowsCrossNamespace(cluster: Cluster): 'yes' | 'no' | 'unknown' {
  const known = answers.get(cluster)
  if (known !== undefined) return known
  const made = readAnswer(cluster)
  answers.set(cluster, made)
  return made
}

const answers = new WeakMap<Cluster, 'yes' | 'no' | 'unknown'>()

/** Traefik may also be set up by a file, of which nothing is seen: without the flag of the provider nobody can tell. */
function readAnswer(cluster: Cluster): 'yes' | 'no' | 'unknown' {
  let answer: 'yes' | 'no' | 'unknown' = 'unknown'
  for (const { containers } of cluster.pods.values()) {
    for (const { flags } of containers) {
      const allowed = flags.get('providers.kubernetescrd.allowcrossnamespace')
      if (allowed !== undefined) return allowed === 'false' ? 'no' : 'yes'
      if (flags.has('providers.kubernetescrd')) answer = 'no'
    }
  }
  return answer
}
