/**
 * What samples with classes have in common: pictures, and the arrays of HDF5 files.
 *
 * @module
 */

/** A sample and the number of its class. */
export interface Labelled<Sample> {
  readonly sample: Sample;
  readonly label: number;
  /** Its line in the list, or its place in the data set, for messages. */
  readonly where: string;
}

/** Labelled samples, which are read one by one. */
export interface LabelledSamples<Sample> extends Iterable<Labelled<Sample>> {
  /** Their number; `Infinity` if it is not known. */
  readonly length: number;
}
