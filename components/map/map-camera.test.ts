import cytoscape from 'cytoscape'
import { expect, test } from 'vitest'
import { MapCamera } from './map-camera'

const SIZE = { clientWidth: 800, clientHeight: 600 }

function aCamera() {
  const cy = cytoscape({ headless: true, styleEnabled: false })
  let moves = 0
  const camera = new MapCamera(cy, SIZE as HTMLElement, () => moves++)
  const onCanvas = (x: number, y: number) => {
    const { position } = camera
    return { x: x * position.zoom + position.x, y: y * position.zoom + position.y }
  }
  return { camera, onCanvas, moves: () => moves }
}

const DRAWING = { x: -100, y: 50, width: 4_000, height: 1_000 }

test('fitting shows everything, in the middle, and says that it moved', () => {
  const { camera, onCanvas, moves } = aCamera()
  camera.fit(DRAWING)
  const [from, to] = [onCanvas(-100, 50), onCanvas(3_900, 1_050)]
  expect(from.x).toBeGreaterThanOrEqual(0)
  expect(from.y).toBeGreaterThanOrEqual(0)
  expect(to.x).toBeLessThanOrEqual(800)
  expect(to.y).toBeLessThanOrEqual(600)
  expect((from.x + to.x) / 2).toBeCloseTo(400)
  expect((from.y + to.y) / 2).toBeCloseTo(300)
  expect(moves()).toBeGreaterThan(0)
})

test('a small drawing is not blown up to fill the canvas', () => {
  const { camera } = aCamera()
  camera.fit({ x: 0, y: 0, width: 20, height: 20 })
  expect(camera.position.zoom).toBeLessThan(2)
})

test('zooming keeps the middle in the middle, and what the viewer chose is not fitted any more', () => {
  const { camera, onCanvas } = aCamera()
  camera.fit(DRAWING)
  expect(camera.isFitted).toBe(true)
  const before = camera.position.zoom
  const middle = { x: 1_900, y: 550 }
  camera.zoom('in')
  expect(camera.position.zoom).toBeGreaterThan(before)
  expect(onCanvas(middle.x, middle.y).x).toBeCloseTo(400)
  expect(onCanvas(middle.x, middle.y).y).toBeCloseTo(300)
  expect(camera.isFitted).toBe(false)
  camera.zoom('out')
  expect(camera.position.zoom).toBeCloseTo(before)
})

test('a node that is in view moves nothing, one beside it comes in by the shortest way', () => {
  const { camera, onCanvas } = aCamera()
  camera.centreOn(400, 300)
  const still = camera.position
  camera.bringIntoView({ x: 300, y: 200, width: 100, height: 40, isBox: false })
  expect(camera.position).toEqual(still)
  camera.bringIntoView({ x: 1_000, y: 200, width: 100, height: 40, isBox: false })
  expect(onCanvas(1_100, 200).x).toBeLessThanOrEqual(800)
  expect(onCanvas(1_100, 200).x).toBeGreaterThan(700)
  expect(camera.position.y).toBe(still.y)
})

test('updates wait while the camera has just moved', () => {
  const { camera } = aCamera()
  expect(camera.restsInMs).toBeLessThanOrEqual(0)
  camera.panBy(10, 0)
  expect(camera.restsInMs).toBeGreaterThan(0)
})
