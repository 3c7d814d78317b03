"""Writes hdf5.zip: HDF5 files as h5py writes them, of which some are what HDF5Data is trained on.

    python hdf5.py digits.npy hdf5.zip

The first file has the pictures of digits in the order of their names, [12, 1, 28, 28], from 0 to 255.
"""

import io
import sys
import tempfile
import zipfile

import h5py
import numpy

source, target = sys.argv[1:]
digits = numpy.load(source)
labels = numpy.array([0, 1, 1, 2, 3, 4, 4, 5, 6, 7, 8, 9])

# Chunks do not divide any axis, and the first of them are whole.
numbers = numpy.arange(5 * 7 * 6, dtype="f4").reshape(5, 7, 6) - 50
chunks = (2, 3, 4)


def written(arrays, **how):
    file = io.BytesIO()
    with h5py.File(file, "w") as h5:
        for name, data in arrays.items():
            h5.create_dataset(name, data=data, **(how if numpy.ndim(data) > 1 else {}))
    return file.getvalue()


def with_numbers(dtype="f4", **how):
    return written({"data": numbers.astype(dtype)}, **how)


def unwritten():
    file = io.BytesIO()
    with h5py.File(file, "w") as h5:
        h5.create_dataset("data", numbers.shape, "f4", chunks=chunks)[:2] = numbers[:2]
    return file.getvalue()


def external():
    """The numbers are in a file of their own."""
    with tempfile.TemporaryDirectory() as folder, h5py.File(f"{folder}/x.h5", "w") as h5:
        parts = [("data.raw", 0, numbers.nbytes)]
        h5.create_dataset("data", data=numbers, external=parts, efile_prefix=folder)
        h5.flush()
        return open(f"{folder}/x.h5", "rb").read()


def unfiltered():
    """The only chunk is stored as it is, though the array has a filter."""
    file = io.BytesIO()
    with h5py.File(file, "w") as h5:
        data = h5.create_dataset("data", numbers.shape, "f4", chunks=numbers.shape, compression=4)
        data.id.write_direct_chunk((0, 0, 0), numbers.tobytes(), filter_mask=1)
    return file.getvalue()


def checked_first():
    """Chunks have their checksums when they are compressed."""
    file = io.BytesIO()
    with h5py.File(file, "w") as h5:
        how = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        how.set_chunk(chunks)
        how.set_fletcher32()
        how.set_deflate(4)
        space = h5py.h5s.create_simple(numbers.shape)
        data = h5py.h5d.create(h5.id, b"data", h5py.h5t.IEEE_F32LE, space, dcpl=how)
        h5py.Dataset(data)[:] = numbers
    return file.getvalue()


def deep():
    """As many chunks as need a tree of two levels."""
    return written({"data": numpy.arange(300, dtype="f4").reshape(300, 1)}, chunks=(1, 1))


scaled = digits / numpy.float32(256)
small = scaled[:, :, :2, :3]
files = {
    "chunks": with_numbers(chunks=chunks),
    "deflate": with_numbers(chunks=chunks, compression="gzip"),
    "shuffled": with_numbers("f8", chunks=chunks, compression="gzip", shuffle=True, fletcher32=True),
    "unfiltered": unfiltered(),
    "checked first": checked_first(),
    "deep": deep(),
    "lzf": with_numbers(chunks=chunks, compression="lzf"),
    "unwritten": unwritten(),
    "external": external(),
    **{name: with_numbers(name) for name in ["i1", "i2", ">i4", "i8"]},
    **{name: with_numbers(name) for name in ["u1", ">u2", "u4", ">u8"]},
    "first": written({"data": scaled[:7], "label": labels[:7].astype("f4")}, compression="gzip"),
    "second": written({"data": scaled[7:].astype("f8"), "label": labels[7:, None]}),
    "vectors": written({"data": scaled.reshape(len(labels), -1), "label": labels}),
    "fewer": written({"data": small[1:], "label": labels}),
    "other": written({"img": small, "label": labels}),
    "many labels": written({"data": small, "label": numpy.eye(10, dtype="f4")[labels]}),
    "empty": written({"data": scaled[:0], "label": labels[:0]}),
}
with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
    for name, data in files.items():
        archive.writestr(zipfile.ZipInfo(f"{name}.h5"), data, zipfile.ZIP_DEFLATED, 9)
