import type { RequestProblem } from '@/lib/api/read-query'

/** The server refused or could not answer; `message` is a sentence for people. */
export class RequestError extends Error {
  override readonly name = 'RequestError'
  /** HTTP status; null when no answer came. */
  readonly status: number | null
  /** What is wrong in the request, place by place; empty when the server names no places. */
  readonly problems: readonly RequestProblem[]

  constructor(message: string, status: number | null, options: ErrorOptions & { readonly problems?: readonly RequestProblem[] } = {}) {
    super(message, options)
    this.status = status
    this.problems = options.problems ?? []
  }
}

/** Fetches JSON of our own API. Throws RequestError with the problem's own words. */
export async function requestJson<Answer>(url: string, init: RequestInit = {}): Promise<Answer> {
  let response: Response
  try {
    response = await fetch(url, init)
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause
    throw new RequestError('The server does not answer.', null, { cause })
  }
  if (response.ok) return await readAnswer<Answer>(response)
  const { message, problems } = await readProblem(response)
  throw new RequestError(message, response.status, { problems })
}

async function readAnswer<Answer>(response: Response): Promise<Answer> {
  try {
    return (await response.json()) as Answer
  } catch (cause) {
    throw new RequestError('The answer of the server cannot be read.', response.status, { cause })
  }
}

async function readProblem(response: Response): Promise<{ readonly message: string; readonly problems: readonly RequestProblem[] }> {
  const fallback = `The server answered ${response.status}.`
  try {
    const problem = (await response.json()) as { title?: unknown; detail?: unknown; problems?: readonly RequestProblem[] }
    const problems = Array.isArray(problem.problems) ? problem.problems : []
    if (typeof problem.detail === 'string' && problem.detail !== '') return { message: problem.detail, problems }
    return { message: typeof problem.title === 'string' && problem.title !== '' ? problem.title : fallback, problems }
  } catch {
    return { message: fallback, problems: [] }
  }
}
