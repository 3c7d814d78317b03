"""Writes hdf5_files.json: HDF5 files as they are found, each zipped, in base64.

    python hdf5_files.py caffe.caffemodel.h5 hdf5_files.json

The first file was written by Caffe (Net::ToHDF5) of the network in hdf5_test.ts; h5py 3.16 makes the
others of it.
"""

import base64
import gzip
import json
import sys
import tempfile

import h5py
import numpy

source, target = sys.argv[1:]


def copied(change=None, **how):
    """The file again, as h5py writes it."""
    with tempfile.NamedTemporaryFile(suffix=".h5") as file:
        with h5py.File(source) as old, h5py.File(file.name, "w", **how) as new:
            def copy(name, item):
                if isinstance(item, h5py.Group):
                    new.create_group(name)
                elif change is None:
                    new.create_dataset(name, data=item[()])
                else:
                    change(new, name, item[()])
            old.visititems(copy)
        return open(file.name, "rb").read()


def linked(new, name, data):
    """Another layer shares each blob, by a link to the array of numbers of the other order."""
    array = new.create_dataset(name, data=data, dtype=">f8")
    new[name.replace("data/", "data/again_")] = array


def soft(new, name, data):
    """Another layer shares the blobs of conv1, by the paths of their arrays."""
    new.create_dataset(name, data=data)
    if "conv1" in name:
        new[name.replace("data/", "data/again_")] = h5py.SoftLink("/" + name)


files = {
    "caffe": open(source, "rb").read(),
    "newest": copied(libver="latest"),
    "ordered": copied(track_order=True),
    "doubles": copied(lambda new, name, data: new.create_dataset(name, data=data, dtype="<f8")),
    "big endian": copied(lambda new, name, data: new.create_dataset(name, data=data, dtype=">f4")),
    "more beside": copied(
        lambda new, name, data: (
            new.create_dataset(name, data=data),
            new.require_dataset("epoch", (), "i4", data=3),
        )
    ),
    "compressed": copied(
        lambda new, name, data: new.create_dataset(name, data=data, compression="gzip")
    ),
    "whole numbers": copied(
        lambda new, name, data: new.create_dataset(name, data=numpy.int32(data * 100))
    ),
    "other names": copied(lambda new, name, data: new.create_dataset(name + "_W", data=data)),
    "linked": copied(linked),
    "soft links": copied(soft),
    "newest soft links": copied(soft, libver="latest"),
    "solver": copied(lambda new, name, data: new.create_dataset(name.replace("data", "history"), data=data)),
}
packed = {
    name: base64.b64encode(gzip.compress(file, 9, mtime=0)).decode() for name, file in files.items()
}
with open(target, "w") as file:
    json.dump(packed, file, indent=2)
    file.write("\n")
