import type { Logger } from './line-format'

/**
 * Who wrote a file of container output, by the name that the container runtime gives it:
 * `…/containers/POD_NAMESPACE_CONTAINER-ID.log` or `…/pods/NAMESPACE_POD_UID/CONTAINER/0.log`. Dots may stand for slashes, as
 * in Fluent Bit's tags. Null for any other path.
 */
export function loggerOfPath(path: string): Logger | null {
  if (path.length > 4_096) return null
  return ofContainers(path) ?? ofPods(path)
}

/** A name of one word, as Kubernetes allows them; the runtime joins them with `_`. */
function isName(text: string | undefined): text is string {
  return text !== undefined && text !== '' && text.length <= 253
}

function ofContainers(path: string): Logger | null {
  const folder = lastAfter(path, ['containers/', 'containers.'])
  if (folder === null) return null
  const [pod, namespace, rest, ...more] = folder.split('_')
  if (!isName(pod) || !isName(namespace) || rest === undefined || more.length > 0) return null
  const dash = rest.lastIndexOf('-')
  const container = dash === -1 ? rest : rest.slice(0, dash)
  return isName(container) ? { namespace, pod, container, ip: null } : null
}

function ofPods(path: string): Logger | null {
  const folder = lastAfter(path, ['pods/'])
  if (folder === null) return null
  const [ids, container] = folder.split('/')
  const [namespace, pod, uid, ...more] = (ids ?? '').split('_')
  if (!isName(pod) || !isName(namespace) || uid === undefined || more.length > 0) return null
  return { namespace, pod, container: isName(container) && !container.endsWith('.log') ? container : null, ip: null }
}

function lastAfter(path: string, marks: readonly string[]): string | null {
  for (const mark of marks) {
    const at = path.lastIndexOf(mark)
    if (at !== -1) return path.slice(at + mark.length)
  }
  return null
}
