/** What went wrong, in the words of RFC 9457. Never holds a stack, a path of this machine or an upstream's text. */
export type Problem = {
  readonly status: number
  /** Short and the same for every occurrence. */
  readonly title: string
  /** What to do about this occurrence. */
  readonly detail: string
  /** For input: what is wrong where. Empty otherwise. */
  readonly problems: readonly { readonly path: string; readonly line: number | null; readonly message: string }[]
}

export function aProblem(status: number, title: string, detail: string, problems: Problem['problems'] = []): Problem {
  return { status, title, detail, problems }
}

/** The JSON document of a problem. */
export function problemBody({ status, title, detail, problems }: Problem): string {
  const document = {
    apiVersion: 'sluice/v1',
    kind: 'Problem',
    type: 'about:blank',
    title,
    status,
    detail,
    ...(problems.length === 0 ? {} : { problems }),
  }
  return JSON.stringify(document)
}

/** Answers a request with a problem, as `application/problem+json`. */
export function problemResponse(problem: Problem, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(problemBody(problem), {
    status: problem.status,
    headers: { ...headers, 'content-type': 'application/problem+json', 'cache-control': 'no-store' },
  })
}

/** Answers that no object has the asked name, with an example of how names are written. */
export function notFound(what: string, example: string): Response {
  return problemResponse(aProblem(404, `No such ${what}`, `No ${what} has this name now. Names are written like ${example}.`))
}
