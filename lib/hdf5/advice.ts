/**
 * What to do about files that use features of HDF5 which are not supported.
 *
 * @module
 */

/** About storage. It keeps links in the headers of groups. */
export const repack =
  "h5repack -c 60000 -l CONTI -f NONE old.h5 new.h5 writes it so that it can be read here";

/** About links that are not followed. */
export const copy =
  'in h5py, old.copy("data", new, expand_soft=True, expand_external=True) replaces it';
