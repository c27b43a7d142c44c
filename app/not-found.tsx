import type { Metadata } from 'next'
import Link from 'next/link'

export const metadata: Metadata = { title: 'Page not found' }

export default function NotFound() {
  return (
    <main className="message-page">
      <h1>There is no page here</h1>
      <p>The address may be from another version, or have a typing error in it.</p>
      <p>
        <Link href="/map" prefetch={false}>
          Open the map
        </Link>
      </p>
    </main>
  )
}
