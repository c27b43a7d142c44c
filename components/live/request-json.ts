/** The server refused or could not answer; `message` is a sentence for people. */
export class RequestError extends Error {
  override readonly name = 'RequestError'
  /** HTTP status; null when no answer came. */
  readonly status: number | null

  constructor(message: string, status: number | null, options?: ErrorOptions) {
    super(message, options)
    this.status = status
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
  throw new RequestError(await problemSentence(response), response.status)
}

async function readAnswer<Answer>(response: Response): Promise<Answer> {
  try {
    return (await response.json()) as Answer
  } catch (cause) {
    throw new RequestError('The answer of the server cannot be read.', response.status, { cause })
  }
}

/** What an answer that is not fine says of itself. */
export async function problemSentence(response: Response): Promise<string> {
  const fallback = `The server answered ${response.status}.`
  try {
    const problem = (await response.json()) as { title?: unknown; detail?: unknown }
    if (typeof problem.detail === 'string' && problem.detail !== '') return problem.detail
    return typeof problem.title === 'string' && problem.title !== '' ? problem.title : fallback
  } catch {
    return fallback
  }
}
