'use client'

/** Stands in for the whole document when the page frame itself failed. */
export default function GlobalError({ reset }: { reset: () => void }) {
  return (
    <html lang="en">
      <body>
        <main className="message-page">
          <h1>This page stopped working</h1>
          <p>The server and its data are not affected. Try again; when it happens every time, the server's log says why.</p>
          <button type="button" onClick={reset}>
            Try again
          </button>
        </main>
      </body>
    </html>
  )
}
