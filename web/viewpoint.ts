/**
 * The viewpoint of a drawing: panning and zooming.
 *
 * @module
 */
import type { Box } from "../lib/view/geometry.ts";

/** A translation and a scale: a point of the drawing is displayed at `scale · point + (x, y)`. */
export interface Position {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** The bounds of zooming. */
const minScale = 0.03, maxScale = 4;
/** The least scale at which a high drawing is fitted: its texts can be read without zooming. */
const readableScale = 0.75;
/** The least scale at which a box is shown to somebody who asked for it. */
const revealedScale = 0.5;
/** What stays free at each side of a fitted drawing, in pixels. */
const margin = 20;

/** Fits the width of a drawing, aligned to its top; or all of it, if it is not much higher. */
export function fit(drawing: Size, view: Size, whole = false): Position {
  const across = (view.width - 2 * margin) / drawing.width;
  const down = (view.height - 2 * margin) / drawing.height;
  const scale = Math.min(1, across, whole ? down : Math.max(down, readableScale));
  const high = drawing.height * scale > view.height - 2 * margin;
  return {
    x: (view.width - drawing.width * scale) / 2,
    y: high && !whole ? margin : (view.height - drawing.height * scale) / 2,
    scale,
  };
}

/** Zooms by a factor around a point of the view. A drawing that fits below `minScale` stays there. */
export function zoom(from: Position, factor: number, x: number, y: number): Position {
  const least = Math.min(minScale, from.scale);
  const scale = Math.min(maxScale, Math.max(least, from.scale * factor));
  const change = scale / from.scale;
  return { scale, x: x - (x - from.x) * change, y: y - (y - from.y) * change };
}

/** Centers a box, unless it is visible already. */
export function reveal(from: Position, box: Box, view: Size): Position {
  const scale = Math.max(from.scale, revealedScale);
  const left = from.x + box.x * from.scale, top = from.y + box.y * from.scale;
  const isVisible = scale === from.scale && left > 0 && top > 0 &&
    left + box.width * scale < view.width && top + box.height * scale < view.height;
  if (isVisible) return from;
  return {
    scale,
    x: view.width / 2 - (box.x + box.width / 2) * scale,
    y: view.height / 2 - (box.y + box.height / 2) * scale,
  };
}
