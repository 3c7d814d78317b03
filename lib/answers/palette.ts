/**
 * A colour for each class, as PASCAL VOC gives them to its class maps: the bits of a class's number
 * in turn become the high bits of red, green and blue, so that numbers that are close differ most.
 *
 * @see http://host.robots.ox.ac.uk/pascal/VOC/voc2012/htmldoc/devkit_doc.html
 * @module
 */

/** Red, green and blue, from 0 to 255. */
export type Colour = readonly [red: number, green: number, blue: number];

/** The class of places that a network has not seen, in a class map's file. */
export const unseenClass = 255;

/** The colour of a class; those 256 apart have the same. */
export function colourOf(index: number): Colour {
  const colour: [number, number, number] = [0, 0, 0];
  for (let bit = 7, rest = index & 255; rest > 0; bit--, rest >>= 3) {
    for (let c = 0; c < 3; c++) colour[c]! |= (rest >> c & 1) << bit;
  }
  return colour;
}
