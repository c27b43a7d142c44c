/** Where a request is answered, whatever protocol it came by. */
export interface Answer {
  /** Sends status and headers. */
  head(status: number, headers: Readonly<Record<string, string>>): void
  write(bytes: Buffer): void
  end(): void
  /** Breaks this answer off, not the connection: RST_STREAM, or the end of the socket for HTTP/1.1. */
  reset(): void
  /** Breaks the connection off with a TCP reset. */
  resetConnection(): void
  /** Aborted when the client has gone, or the answer is over. */
  readonly closed: AbortSignal
}

/** Sends a whole JSON document. */
export function answerJson(answer: Answer, status: number, document: unknown, headers: Readonly<Record<string, string>> = {}): void {
  const text = Buffer.from(`${JSON.stringify(document)}\n`)
  answer.head(status, { 'content-type': 'application/json', 'content-length': String(text.length), ...headers })
  answer.write(text)
  answer.end()
}

export function answerText(answer: Answer, status: number, text: string, contentType = 'text/plain; charset=utf-8'): void {
  answer.head(status, { 'content-type': contentType })
  answer.write(Buffer.from(text))
  answer.end()
}
