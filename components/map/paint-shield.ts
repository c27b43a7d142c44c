import type { Shield } from '@/components/graph/node-facts'
import type { MapColors } from './map-colors'

/**
 * The shield of a workload: the left half stands for what comes in, the right half for what goes out. A half is filled when
 * policies isolate that direction; the whole is hollow where nobody enforces the policies, and dashed where nothing isolates.
 */
export function paintShield(
  context: CanvasRenderingContext2D,
  place: { readonly x: number; readonly y: number; readonly size: number },
  shield: Shield,
  isEnforced: boolean,
  colors: MapColors,
): void {
  const { x, y, size } = place
  const middle = x + size / 2
  const outline = () => {
    context.beginPath()
    context.moveTo(middle, y)
    context.lineTo(x + size * 0.92, y + size * 0.15)
    context.lineTo(x + size * 0.92, y + size * 0.48)
    context.quadraticCurveTo(x + size * 0.88, y + size * 0.84, middle, y + size)
    context.quadraticCurveTo(x + size * 0.12, y + size * 0.84, x + size * 0.08, y + size * 0.48)
    context.lineTo(x + size * 0.08, y + size * 0.15)
    context.closePath()
  }
  context.save()
  context.lineWidth = 1.2
  context.strokeStyle = shield === 'none' ? colors.faint : colors.accent
  if (isEnforced && shield !== 'none') {
    context.fillStyle = colors.accent
    if (shield === 'some') context.globalAlpha *= 0.35
    context.save()
    outline()
    context.clip()
    const left = shield === 'egress' ? middle : x
    const width = shield === 'both' || shield === 'some' ? size : size / 2
    context.fillRect(left, y, width, size)
    context.restore()
  }
  outline()
  if (shield === 'none') context.setLineDash([2, 2])
  context.stroke()
  context.restore()
}
