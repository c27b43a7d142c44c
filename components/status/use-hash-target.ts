'use client'

import { useEffect } from 'react'

/**
 * Goes to the section that the address names once it is there: it is drawn after the page, when nobody looks for it any more.
 * The focus goes with it, so that keyboards and screen readers are there too.
 */
export function useHashTarget(isDrawn: boolean): void {
  useEffect(() => {
    if (!isDrawn) return
    const section = document.getElementById(window.location.hash.slice(1))
    section?.focus({ preventScroll: true })
    section?.scrollIntoView({ block: 'start' })
  }, [isDrawn])
}
