import { createCanvas, type SKRSContext2D } from '@napi-rs/canvas'
import type { Picture, Shape } from '@/lib/graph/picture'
import { FONT_FAMILY } from '@/lib/graph/picture-svg'

/** Pixels of one side; beyond, the picture is scaled down. */
const MAX_SIDE = 8_000
const MAX_PIXELS = 32_000_000

/** Draws a picture into a PNG, twice as sharp as its size where that fits. */
export function picturePng(picture: Picture): Promise<Buffer> {
  const { width, height } = picture
  const scale = Math.min(2, MAX_SIDE / width, MAX_SIDE / height, Math.sqrt(MAX_PIXELS / (width * height)))
  const canvas = createCanvas(Math.ceil(width * scale), Math.ceil(height * scale))
  const context = canvas.getContext('2d')
  context.scale(scale, scale)
  context.fillStyle = picture.background
  context.fillRect(0, 0, width, height)
  for (const shape of picture.shapes) draw(context, shape)
  return canvas.encode('png')
}

function draw(context: SKRSContext2D, shape: Shape): void {
  switch (shape.kind) {
    case 'rect':
      context.fillStyle = shape.fill
      context.strokeStyle = shape.stroke
      context.lineWidth = 1
      context.setLineDash([])
      context.beginPath()
      context.roundRect(shape.x, shape.y, shape.width, shape.height, 4)
      context.fill()
      context.stroke()
      return
    case 'line':
      context.strokeStyle = shape.stroke
      context.lineWidth = shape.width
      context.setLineDash([...shape.dash])
      context.beginPath()
      context.moveTo(shape.from.x, shape.from.y)
      context.lineTo(shape.to.x, shape.to.y)
      context.stroke()
      return
    case 'polygon':
      context.fillStyle = shape.fill
      context.beginPath()
      for (const { x, y } of shape.points) context.lineTo(x, y)
      context.closePath()
      context.fill()
      return
    case 'text':
      context.fillStyle = shape.fill
      context.font = `${shape.bold ? '600 ' : ''}${shape.size}px ${FONT_FAMILY}`
      context.fillText(shape.text, shape.at.x, shape.at.y)
  }
}
