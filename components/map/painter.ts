import type { Drawing, DrawnNode } from './drawing'
import type { TextFitter } from './fit-text'
import type { CameraPosition } from './map-camera'
import type { MapColors } from './map-colors'
import type { Attention, Spotlight } from './map-scene'

export type OverlayScene = {
  readonly drawing: Drawing
  readonly attention: Attention
  readonly spotlight: Spotlight | null
  readonly camera: CameraPosition
  readonly colors: MapColors
  readonly width: number
  readonly height: number
  readonly formatRate: (perSecond: number) => string
  readonly formatCount: (count: number) => string
}

/** What every part of the painted layer needs. */
export type Painter = {
  readonly context: CanvasRenderingContext2D
  readonly scene: OverlayScene
  readonly fitter: TextFitter
  readonly scale: number
}

/** A card of less height shows no words. */
export const LEAST_HEIGHT = 9.5
/** Smallest size in px of a name that people can read. */
export const LEAST_TEXT = 8.5

/** In px of the canvas, or of the drawing before it is seen through the camera. */
export type Rect = { readonly x: number; readonly y: number; readonly width: number; readonly height: number }

export function onScreen({ camera }: OverlayScene, box: Rect): Rect {
  return {
    x: box.x * camera.zoom + camera.x,
    y: box.y * camera.zoom + camera.y,
    width: box.width * camera.zoom,
    height: box.height * camera.zoom,
  }
}

export function isVisible(scene: OverlayScene, node: DrawnNode): boolean {
  const rect = onScreen(scene, node.box)
  return rect.x < scene.width && rect.y < scene.height && rect.x + rect.width > 0 && rect.y + rect.height > 0
}

/** Whether something else is chosen and the node has nothing to do with it. */
export function isAway({ spotlight }: OverlayScene, id: string): boolean {
  return spotlight !== null && !spotlight.nodes.has(id)
}

export type FontOf = (size: number, weight?: number) => string

export function fontsOf(usual: number, family: string): FontOf {
  return (size, weight = usual) => `${weight} ${size}px ${family}`
}

/** Sets the largest font from `most` px down to the smallest readable one with which the text fits, and returns its size. */
export function fitSize(
  context: CanvasRenderingContext2D,
  text: string,
  room: number,
  most: number,
  fontOf: FontOf,
  mayBeLight: boolean,
): number {
  let size = most
  context.font = fontOf(size)
  while (size > LEAST_TEXT && context.measureText(text).width > room) {
    size = Math.max(LEAST_TEXT, size - 0.5)
    context.font = fontOf(size)
  }
  // Light letters are narrower.
  if (mayBeLight && context.measureText(text).width > room) context.font = fontOf(size, 500)
  return size
}
