import { setImmediate } from 'node:timers/promises'
import { isRecord } from '@/lib/model/fields'
import type { InputProblem } from '@/lib/model/problem'
import type { SourceDocument } from '@/lib/model/source-document'
import { fileProblem, findManifestFiles } from './find-manifest-files'
import type { ManifestLimits } from './limits'
import { DEFAULT_MANIFEST_LIMITS } from './limits'
import { parseJson } from './parse-json'
import { parseYamlChunk } from './parse-yaml'
import { readText } from './read-text'
import { splitYaml } from './split-yaml'
import { splitYamlList } from './split-yaml-list'

export type Manifests = {
  readonly documents: readonly SourceDocument[]
  readonly problems: readonly InputProblem[]
  /** Files that were read, also those with problems. */
  readonly files: number
  /** True when a limit kept something from being read; a problem says which. */
  readonly isCut: boolean
}

/** Work that is done in one go before others get their turn. */
const MAX_BLOCKING_MS = 20

/**
 * Reads every manifest of a file, a folder, or standard input (`-`).
 *
 * Never throws on input and gives up on nothing but what is broken: each problem names its place, and every other
 * document is there. Values of Secrets are removed. The documents hold on to the text they came from (to name lines
 * of problems that readers find); drop them once they are read.
 */
export async function readManifests(path: string, limits: ManifestLimits = DEFAULT_MANIFEST_LIMITS): Promise<Manifests> {
  const found = path === '-' ? { files: ['-'], problems: [], isCut: false } : await findManifestFiles(path, limits.files)
  const collected = new Collected(limits)
  collected.isCut = found.isCut
  for (const problem of found.problems) collected.problem(problem)

  let bytesLeft = limits.bytesTotal
  let files = 0
  for await (const { file, read: text } of readAhead(found.files, (file) => readText(file, limits.bytesPerFile))) {
    if (collected.isFull) break
    const read: typeof text = text.ok && text.value.bytes > bytesLeft ? { ok: false, error: { kind: 'too-large' } } : text
    files++
    if (!read.ok) {
      const { error } = read
      const isTotal = error.kind === 'too-large' && bytesLeft < limits.bytesPerFile
      collected.isCut ||= error.kind === 'too-large'
      if (error.kind === 'unreadable') collected.problem(fileProblem(file, error.message))
      else if (isTotal)
        collected.problem(
          fileProblem(file, `all files together are larger than ${formatBytes(limits.bytesTotal)}; this one and all after it are not read`),
        )
      else collected.problem(fileProblem(file, `larger than ${formatBytes(limits.bytesPerFile)}; this file is not read`))
      if (isTotal) break
      continue
    }
    bytesLeft -= read.value.bytes
    await parseManifest(read.value.text, file, collected)
  }
  return { documents: collected.documents, problems: collected.finish(path), files, isCut: collected.isCut }
}

/** Files read while another one is parsed: most are small, and waiting for each in turn takes longer than reading it. */
const AHEAD = 4

/** Reads files in their order, the next few while one is in use. */
async function* readAhead<Text>(
  files: readonly string[],
  read: (file: string) => Promise<Text>,
): AsyncGenerator<{ readonly file: string; readonly read: Text }> {
  const started: Promise<Text>[] = []
  for (const [index, file] of files.entries()) {
    while (started.length < Math.min(files.length, index + AHEAD)) started.push(read(files[started.length] ?? ''))
    const text = started[index]
    if (text === undefined) return
    yield { file, read: await text }
    delete started[index]
  }
}

/** Reads one text, JSON or YAML. */
export async function parseManifest(text: string, file: string, collected: Collected): Promise<void> {
  if (text.includes('\u0000')) {
    collected.problem(fileProblem(file, 'a binary file, not a manifest'))
    return
  }
  const json = /^\s*[{[]/.test(text) ? parseJson(text, file, collected.limits) : null
  if (json !== null) {
    for (const problem of json.problems) collected.problem(problem)
    for (const document of json.documents) collected.document(document)
    return
  }
  let since = performance.now()
  for (const chunk of splitYaml(text).flatMap((whole) => splitYamlList(whole) ?? [whole])) {
    if (collected.isFull) return
    const { document, problems } = parseYamlChunk(chunk, file, collected.limits)
    for (const problem of problems) collected.problem(problem)
    if (document !== null) collected.document(document)
    if (performance.now() - since > MAX_BLOCKING_MS) {
      await setImmediate()
      since = performance.now()
    }
  }
}

/** Documents and problems, each up to its limit. */
export class Collected {
  readonly documents: SourceDocument[] = []
  private readonly problems: InputProblem[] = []
  private hiddenProblems = 0
  private count = 0
  isFull = false
  /** True when a limit kept something from being read. */
  isCut = false

  constructor(readonly limits: ManifestLimits) {}

  document(document: SourceDocument): void {
    if (this.isFull) return
    this.count += isRecord(document.body) && Array.isArray(document.body.items) ? document.body.items.length : 1
    if (this.count > this.limits.documents) {
      this.isFull = true
      this.isCut = true
      const { file, line, column } = document.origin ?? { file: '-', line: 1, column: 1 }
      const message = `more than ${this.limits.documents} documents; this one and all after it are not read`
      this.problem({ file, line, column, severity: 'error', message })
      return
    }
    this.documents.push({ ...document, body: withoutSecrets(document.body) })
  }

  problem(problem: InputProblem): void {
    if (this.problems.length < this.limits.problems) this.problems.push(problem)
    else this.hiddenProblems++
  }

  finish(path: string): readonly InputProblem[] {
    if (this.hiddenProblems === 0) return this.problems
    return [...this.problems, fileProblem(path, `${this.hiddenProblems} more problems are not listed`)]
  }
}

function withoutSecrets(body: unknown): unknown {
  if (!isRecord(body)) return body
  if (body.kind === 'Secret') {
    const { data: _data, stringData: _stringData, ...rest } = body
    return rest
  }
  if (!Array.isArray(body.items)) return body
  const isSecretList = body.kind === 'SecretList'
  return {
    ...body,
    items: body.items.map((item) => withoutSecrets(isSecretList && isRecord(item) ? { kind: 'Secret', apiVersion: 'v1', ...item } : item)),
  }
}

function formatBytes(bytes: number): string {
  return bytes >= 1024 * 1024 ? `${Math.floor(bytes / (1024 * 1024))} MiB` : `${bytes} bytes`
}
