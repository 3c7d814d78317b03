/**
 * Draws boxes, their labels and landmarks on a picture.
 *
 * @module
 */
import type { Image } from "../../runtime/preprocess.ts";
import type { FoundBox } from "./boxes.ts";
import { letterOf, letterSize } from "./letters.ts";
import { type Colour, colourOf } from "./palette.ts";

const black: Colour = [0, 0, 0], white: Colour = [255, 255, 255];

/** The picture with boxes in the colours of their classes, the best ones on top. */
export function drawBoxes(image: Image, boxes: readonly FoundBox[]): Image {
  const canvas = new Canvas(image);
  // The line width and the font size scale with the picture.
  const unit = Math.max(1, Math.round(Math.min(image.width, image.height) / 250));
  for (const box of boxes.toReversed()) {
    const colour = colourOf(box.index);
    const [left, right] = [box.left, box.right].map((x) => Math.round(x * image.width));
    const [top, bottom] = [box.top, box.bottom].map((y) => Math.round(y * image.height));
    const [width, height, line] = [right! - left!, bottom! - top!, 2 * unit];
    canvas.fill(left!, top!, width, line, colour);
    canvas.fill(left!, bottom! - line, width, line, colour);
    canvas.fill(left!, top!, line, height, colour);
    canvas.fill(right! - line, top!, line, height, colour);
    for (const [x, y] of box.landmarks ?? []) {
      const [middle, row] = [Math.floor(x * image.width), Math.floor(y * image.height)];
      canvas.fill(middle - unit, row - unit, 2 * unit + 1, 2 * unit + 1, colour);
    }
    const text = `${box.label ?? `class ${box.index}`} ${Math.round(100 * box.score)} %`;
    const size = (letterSize.height + 4) * unit;
    // The label is above the box, or inside if there is no room.
    canvas.label(text, left!, top! >= size ? top! - size : top!, unit, colour);
  }
  return canvas.image;
}

/** A copy of a picture to draw on; drawing is clipped to it. */
class Canvas {
  readonly image: Image;

  constructor({ width, height, data }: Image) {
    this.image = { width, height, data: Uint8ClampedArray.from(data) };
    for (let i = 3; i < data.length; i += 4) this.image.data[i] = 255;
  }

  fill(left: number, top: number, width: number, height: number, colour: Colour): void {
    const { image } = this;
    const [right, bottom] = [
      Math.min(left + width, image.width),
      Math.min(top + height, image.height),
    ];
    for (let y = Math.max(0, top); y < bottom; y++) {
      for (let x = Math.max(0, left); x < right; x++) {
        image.data.set(colour, (y * image.width + x) * 4);
      }
    }
  }

  /** Draws a text on a background, in black or white for contrast. */
  label(text: string, left: number, top: number, unit: number, colour: Colour): void {
    const chars = [...text], step = letterSize.width + 1;
    const width = (chars.length * step + 3) * unit;
    left = Math.max(0, Math.min(left, this.image.width - width));
    this.fill(left, top, width, (letterSize.height + 4) * unit, colour);
    const [red, green, blue] = colour;
    const ink = 0.3 * red + 0.6 * green + 0.1 * blue > 100 ? black : white;
    for (const [i, char] of chars.entries()) {
      for (const [pixel, isDark] of letterOf(char).entries()) {
        if (!isDark) continue;
        const x = 2 + i * step + pixel % letterSize.width;
        const y = 2 + Math.floor(pixel / letterSize.width);
        this.fill(left + x * unit, top + y * unit, unit, unit, ink);
      }
    }
  }
}
