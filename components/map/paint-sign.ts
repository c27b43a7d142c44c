/** The second sign of an edge: a disc with ✕, ! or ?, drawn rather than written so that every font shows the same. */
export function paintSign(
  context: CanvasRenderingContext2D,
  place: { readonly x: number; readonly y: number; readonly radius: number },
  sign: '✕' | '!' | '?',
  color: string,
  ink: string,
): void {
  const { x, y, radius } = place
  context.save()
  context.beginPath()
  context.arc(x, y, radius, 0, Math.PI * 2)
  context.fillStyle = color
  context.fill()
  context.strokeStyle = ink
  context.lineWidth = 1.5
  context.stroke()
  context.lineCap = 'round'
  context.lineWidth = Math.max(1.6, radius * 0.26)
  if (sign === '✕') {
    const arm = radius * 0.42
    context.beginPath()
    context.moveTo(x - arm, y - arm)
    context.lineTo(x + arm, y + arm)
    context.moveTo(x + arm, y - arm)
    context.lineTo(x - arm, y + arm)
    context.stroke()
  } else {
    context.fillStyle = ink
    context.font = `700 ${radius * 1.6}px sans-serif`
    context.textAlign = 'center'
    context.textBaseline = 'middle'
    context.fillText(sign, x, y + radius * 0.08)
  }
  context.restore()
}
