import type { StylesheetStyle } from 'cytoscape'
import { clusterTints, type MapColors } from './map-colors'

const WIDTHS = [1.2, 1.6, 2.3, 3.4, 5] as const

/**
 * What Cytoscape draws: boxes, cards and lines. Words, shields and second signs are painted above it by `paintOverlay`, in
 * screen size. Classes only, no functions, no transitions.
 */
export function mapStyle(colors: MapColors): StylesheetStyle[] {
  const line = (selector: string, color: string, extra: object = {}) => ({
    selector,
    style: { 'line-color': color, 'target-arrow-color': color, 'underlay-color': color, ...extra },
  })
  return [
    {
      selector: 'node',
      style: {
        shape: 'round-rectangle',
        'corner-radius': '6px',
        width: 'data(w)',
        height: 'data(h)',
        'background-color': colors.surface,
        'border-width': 1,
        'border-color': colors.borderStrong,
        'overlay-opacity': 0,
        'z-index-compare': 'manual',
        'z-index': 30,
      },
    },
    {
      selector: 'node.box',
      style: {
        'background-color': colors.surface,
        'background-opacity': 0.72,
        'border-color': colors.borderStrong,
        'z-index': 'data(z)' as never,
      },
    },
    {
      selector: 'node.box.workload',
      style: { 'background-color': colors.surface, 'background-opacity': 1, 'border-color': colors.borderStrong },
    },
    {
      selector: 'node.box.pod',
      style: { 'background-color': colors.raised, 'background-opacity': 1, 'border-color': colors.borderStrong },
    },
    {
      selector: 'node.cluster',
      style: { 'background-color': colors.page, 'background-opacity': 1, 'border-width': 2, 'corner-radius': '10px' },
    },
    ...clusterTints(colors).map((color, tint) => ({ selector: `node.tint-${tint}`, style: { 'border-color': color } })),
    { selector: 'node.service', style: { 'corner-radius': '15px', 'background-color': colors.surface } },
    { selector: 'node.entry', style: { shape: 'cut-rectangle', 'background-color': colors.raised } },
    {
      selector: 'node.external, node.machine, node.egress-gateway',
      style: { 'border-style': 'dashed', 'background-color': colors.raised },
    },
    { selector: 'node.pod.card', style: { 'corner-radius': '4px', 'background-color': colors.raised } },
    { selector: 'node.has-denied', style: { 'border-color': colors.denied, 'border-width': 1.5 } },
    { selector: 'node.chosen', style: { 'border-color': colors.accent, 'border-width': 2.5 } },
    { selector: 'node.away', style: { opacity: 0.32 } },
    { selector: 'node.box.away', style: { opacity: 1 } },
    {
      selector: 'edge',
      style: {
        'curve-style': 'unbundled-bezier',
        'edge-distances': 'endpoints' as never,
        'source-endpoint': 'data(startAt)' as never,
        'target-endpoint': 'data(endAt)' as never,
        'control-point-weights': 'data(weights)' as never,
        'control-point-distances': 'data(distances)' as never,
        'target-arrow-shape': 'triangle',
        'arrow-scale': 0.8,
        'overlay-opacity': 0,
        'z-index-compare': 'manual',
        'z-index': 10,
        width: WIDTHS[0],
      },
    },
    ...WIDTHS.map((width, step) => ({ selector: `edge.width-${step}`, style: { width, 'arrow-scale': 0.75 + step * 0.05 } })),
    line('edge.used', colors.forwarded, { 'line-opacity': 0.75 }),
    line('edge.unused', colors.unused, { 'line-style': 'dotted', 'line-opacity': 0.7, width: 1.1, 'arrow-scale': 0.6, 'z-index': 8 }),
    line('edge.declared', colors.borderStrong, {
      'line-style': 'dashed',
      'line-dash-pattern': [7, 4],
      width: 1.2,
      'target-arrow-shape': 'vee',
      'z-index': 7,
    }),
    line('edge.predicted', colors.borderStrong, {
      'line-style': 'dashed',
      'line-dash-pattern': [3, 3],
      width: 1.2,
      'target-arrow-shape': 'vee',
      'z-index': 7,
    }),
    line('edge.idle', colors.borderStrong, { 'line-style': 'dotted', width: 1.1, 'target-arrow-shape': 'vee', 'z-index': 7 }),
    line('edge.nowhere', colors.notice, {
      'line-style': 'dashed',
      'line-dash-pattern': [7, 4],
      width: 1.4,
      'target-arrow-shape': 'vee',
      'z-index': 9,
    }),
    line('edge.unknown', colors.unknown, { width: 1.4 }),
    line('edge.error', colors.error, { 'line-style': 'dotted', width: 2, 'z-index': 14 }),
    line('edge.through', colors.through, { width: 2.4, 'z-index': 15 }),
    line('edge.denied', colors.denied, { width: 2.2, 'z-index': 16 }),
    { selector: 'edge.away', style: { opacity: 0.1, 'z-index': 5 } },
    { selector: 'edge.near', style: { 'z-index': 24 } },
    { selector: 'edge.chosen', style: { 'z-index': 25, 'underlay-opacity': 0.25, 'underlay-padding': 5 } },
  ]
}
