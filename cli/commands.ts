/**
 * The table of commands. The modules of a command are loaded when it is called: loading those of all
 * commands takes five times as long as Deno takes to start.
 *
 * @module
 */
import type { Command } from "./command.ts";

/** A row of the table. */
export interface Entry {
  /** A description in one line, for the help. */
  readonly about: string;
  readonly load: () => Promise<Command>;
}

/** The commands by name, in the order of the help. */
export const commands: ReadonlyMap<string, Entry> = new Map<string, Entry>([
  ["convert", {
    about: "Convert a Caffe network to a bundle, a TypeScript class, ONNX or TensorFlow.",
    load: async () => (await import("./convert.ts")).convert,
  }],
  ["classify", {
    about: "Classify pictures (JPEG or PNG).",
    load: async () => (await import("./classify.ts")).classify,
  }],
  ["detect", {
    about: "Detect objects in pictures: their boxes, classes and scores.",
    load: async () => (await import("./detect.ts")).detect,
  }],
  ["segment", {
    about: "Segment pictures: the class of every pixel.",
    load: async () => (await import("./segment.ts")).segment,
  }],
  ["render", {
    about: "Write the pictures that a network makes of pictures.",
    load: async () => (await import("./render.ts")).render,
  }],
  ["validate", {
    about:
      "Measure the accuracy of a classifier on labelled pictures, an LMDB, a LevelDB or HDF5 files.",
    load: async () => (await import("./validate.ts")).validate,
  }],
  ["run", {
    about: "Run a bundle on arrays or pictures (JPEG or PNG), and write its outputs.",
    load: async () => (await import("./run.ts")).run,
  }],
  ["verify", {
    about: "Compare every blob of a bundle with recorded values, or with another engine's.",
    load: async () => (await import("./verify.ts")).verify,
  }],
  ["inspect", {
    about: "Describe a .prototxt, .caffemodel, .npz, .npy or .binaryproto.",
    load: async () => (await import("./inspect.ts")).inspect,
  }],
  ["weights", {
    about: "Show the learned blobs of a model, compare them with another's, or extract them.",
    load: async () => (await import("./weights.ts")).weights,
  }],
  ["mean", {
    about: "Compute the mean image of pictures (JPEG or PNG), or of an LMDB or a LevelDB.",
    load: async () => (await import("./mean.ts")).mean,
  }],
  ["bench", {
    about: "Measure the run time of a bundle, and of each op.",
    load: async () => (await import("./bench.ts")).bench,
  }],
  ["upgrade", {
    about: "Rewrite an old prototxt or caffemodel in the current format.",
    load: async () => (await import("./upgrade.ts")).upgrade,
  }],
  ["serve", {
    about: "Serve a page that converts and runs models in the browser.",
    load: async () => (await import("./serve.ts")).serve,
  }],
  ["report", {
    about: "Write an HTML report on a bundle: its diagram, layers, weights and costs.",
    load: async () => (await import("./report.ts")).report,
  }],
  ["runtime", {
    about: "Write the runtime as one JavaScript file, with only the parts that some bundles need.",
    load: async () => (await import("./runtime.ts")).runtime,
  }],
  ["layers", {
    about: "List the layer types that can be converted, and the ops they become.",
    load: async () => (await import("./layers.ts")).layers,
  }],
]);
