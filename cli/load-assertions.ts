import { type ReadAssertions, readAssertions } from '@/lib/assert/read-assertions'
import type { InputProblem } from '@/lib/model/problem'
import type { SourceDocument } from '@/lib/model/source-document'
import { fileProblem } from '@/server/kubernetes/manifests/find-manifest-files'
import { DEFAULT_MANIFEST_LIMITS } from '@/server/kubernetes/manifests/limits'
import { parseYamlChunk } from '@/server/kubernetes/manifests/parse-yaml'
import { readText } from '@/server/kubernetes/manifests/read-text'
import { splitYaml } from '@/server/kubernetes/manifests/split-yaml'

const MAX_BYTES = 4 * 1024 * 1024

/** Reads rules files, YAML or JSON. Never throws on input. */
export async function loadAssertions(paths: readonly string[]): Promise<ReadAssertions> {
  const documents: SourceDocument[] = []
  const problems: InputProblem[] = []
  for (const path of paths) {
    const text = await readText(path, MAX_BYTES)
    if (!text.ok) {
      problems.push(fileProblem(path, text.error.kind === 'unreadable' ? text.error.message : `larger than ${MAX_BYTES} bytes`))
      continue
    }
    for (const chunk of splitYaml(text.value.text)) {
      const parsed = parseYamlChunk(chunk, path, DEFAULT_MANIFEST_LIMITS)
      problems.push(...parsed.problems)
      if (parsed.document !== null) documents.push(parsed.document)
    }
  }
  const read = readAssertions(documents)
  return { assertions: read.assertions, problems: [...problems, ...read.problems] }
}
