/**
 * The palette of PASCAL VOC's class maps: the lowest bits of a class in turn become the highest bits of
 * red, green and blue, so that neighbouring classes have distinct colours.
 *
 * @see http://host.robots.ox.ac.uk/pascal/VOC/voc2012/htmldoc/devkit_doc.html
 * @module
 */

/** Red, green and blue, from 0 to 255. */
export type Colour = readonly [red: number, green: number, blue: number];

/** The class of pixels that a network does not cover, in a class map's file. */
export const unseenClass = 255;

/** The colour of a class, modulo 256. */
export function colourOf(index: number): Colour {
  const colour: [number, number, number] = [0, 0, 0];
  for (let bit = 7, rest = index & 255; rest > 0; bit--, rest >>= 3) {
    for (let c = 0; c < 3; c++) colour[c]! |= (rest >> c & 1) << bit;
  }
  return colour;
}

/** The colours of the classes 0 to 255, three bytes each. */
export const palette: Uint8Array<ArrayBuffer> = Uint8Array.from(
  Array.from({ length: 256 }, (_, index) => colourOf(index)).flat(),
);
