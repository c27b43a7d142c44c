import type { Metadata, Viewport } from 'next'
import { cookies } from 'next/headers'
import type { ReactNode } from 'react'
import '@/components/ui/tokens.css'
import '@/components/ui/base.css'
import { parseTheme, THEME_COOKIE } from '@/components/frame/theme'
import { LiveProvider } from '@/components/live/live-provider'

export const metadata: Metadata = {
  title: { default: 'Sluice', template: '%s · Sluice' },
  description: 'What talks to what in a Kubernetes cluster, what is denied, and by which policy.',
}

export const viewport: Viewport = { width: 'device-width', initialScale: 1, colorScheme: 'light dark' }

export default async function RootLayout({ children }: { children: ReactNode }) {
  const theme = parseTheme((await cookies()).get(THEME_COOKIE)?.value)
  return (
    <html lang="en" data-theme={theme === 'system' ? undefined : theme}>
      <head>
        {/* Cytoscape adds a style element of its own, which the Content-Security-Policy refuses, unless this id is taken. */}
        <meta id="__________cytoscape_stylesheet" name="cytoscape-container" content="styled by the map" />
      </head>
      <body>
        <LiveProvider>{children}</LiveProvider>
      </body>
    </html>
  )
}
