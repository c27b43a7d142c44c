'use client'

import { type PointerEvent, useEffect, useRef } from 'react'
import { readMapColors } from './map-colors'
import type { MapController } from './map-controller'
import styles from './minimap.module.css'

const WIDTH = 164
const HEIGHT = 104
const PADDING = 6

/**
 * The whole drawing in small with a frame around what the window shows; click or drag moves there. Hidden while the window
 * shows everything. For the pointer only: the keyboard walks the map itself.
 */
export function Minimap({ controller }: { controller: MapController }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  useEffect(() => {
    const element = canvas.current
    const context = element?.getContext('2d')
    if (!element || !context) return
    let frame = 0
    const paint = () => {
      frame = 0
      element.hidden = !paintMinimap(context, controller)
    }
    const later = () => {
      if (frame === 0) frame = requestAnimationFrame(paint)
    }
    later()
    const stop = controller.onChange(later)
    return () => {
      cancelAnimationFrame(frame)
      stop()
    }
  }, [controller])

  const move = (event: PointerEvent<HTMLCanvasElement>) => {
    if (event.buttons === 0) return
    const scale = scaleOf(controller)
    if (scale === null) return
    const box = event.currentTarget.getBoundingClientRect()
    controller.camera.centreOn((event.clientX - box.left - scale.x) / scale.factor, (event.clientY - box.top - scale.y) / scale.factor)
  }
  const grab = (event: PointerEvent<HTMLCanvasElement>) => {
    event.currentTarget.setPointerCapture(event.pointerId)
    move(event)
  }
  return <canvas ref={canvas} className={styles.minimap} width={WIDTH * 2} height={HEIGHT * 2} onPointerDown={grab} onPointerMove={move} />
}

function scaleOf(controller: MapController): { factor: number; x: number; y: number } | null {
  const bounds = controller.drawing?.bounds
  if (bounds === undefined || bounds.width === 0 || bounds.height === 0) return null
  const factor = Math.min((WIDTH - 2 * PADDING) / bounds.width, (HEIGHT - 2 * PADDING) / bounds.height)
  return {
    factor,
    x: (WIDTH - bounds.width * factor) / 2 - bounds.x * factor,
    y: (HEIGHT - bounds.height * factor) / 2 - bounds.y * factor,
  }
}

/** Returns false when the window shows everything and there is no need for a minimap. */
function paintMinimap(context: CanvasRenderingContext2D, controller: MapController): boolean {
  const { drawing } = controller
  const { position: camera, size } = controller.camera
  const scale = scaleOf(controller)
  if (drawing === null || scale === null) return false
  const seen = {
    x: -camera.x / camera.zoom,
    y: -camera.y / camera.zoom,
    width: size.width / camera.zoom,
    height: size.height / camera.zoom,
  }
  const { bounds } = drawing
  const isAllSeen =
    seen.x <= bounds.x &&
    seen.y <= bounds.y &&
    seen.x + seen.width >= bounds.x + bounds.width &&
    seen.y + seen.height >= bounds.y + bounds.height
  if (isAllSeen) return false
  const colors = readMapColors(context.canvas)
  context.setTransform(2, 0, 0, 2, 0, 0)
  context.clearRect(0, 0, WIDTH, HEIGHT)
  const rectOf = (box: typeof seen) =>
    [box.x * scale.factor + scale.x, box.y * scale.factor + scale.y, box.width * scale.factor, box.height * scale.factor] as const
  for (const node of drawing.nodes.values()) {
    if (node.depth > 1) continue
    context.fillStyle = node.box.isBox ? colors.sunken : node.denied > 0 ? colors.denied : colors.unused
    const [x, y, width, height] = rectOf(node.box)
    context.fillRect(x, y, Math.max(1, width), Math.max(1, height))
    if (!node.box.isBox) continue
    context.strokeStyle = colors.borderStrong
    context.lineWidth = 0.5
    context.strokeRect(x, y, width, height)
  }
  context.strokeStyle = colors.accent
  context.lineWidth = 1.5
  context.strokeRect(...rectOf(seen))
  return true
}
