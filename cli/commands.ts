/**
 * The commands of the command line. What a command needs is loaded when it is called, since what all
 * of them need takes five times as long to load as Deno takes to start.
 *
 * @module
 */
import type { Command } from "./command.ts";

/** A command, as the list of all tells it. */
export interface Entry {
  /** One line for the list. */
  readonly about: string;
  readonly load: () => Promise<Command>;
}

/** The commands by their names, in the order in which they are listed. */
export const commands: ReadonlyMap<string, Entry> = new Map<string, Entry>([
  ["convert", {
    about: "Convert a Caffe network to a bundle, a TypeScript class, ONNX or TensorFlow.",
    load: async () => (await import("./convert.ts")).convert,
  }],
  ["classify", {
    about: "Tell what pictures (JPEG or PNG) show.",
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
    about: "Count how many pictures of a list are classified right.",
    load: async () => (await import("./validate.ts")).validate,
  }],
  ["run", {
    about: "Run a bundle on arrays or pictures (JPEG or PNG), and write its outputs.",
    load: async () => (await import("./run.ts")).run,
  }],
  ["verify", {
    about: "Compare every blob of a bundle with recorded answers, or with another engine's.",
    load: async () => (await import("./verify.ts")).verify,
  }],
  ["inspect", {
    about: "Say what is in a .prototxt, .caffemodel, .npz, .npy or .binaryproto.",
    load: async () => (await import("./inspect.ts")).inspect,
  }],
  ["weights", {
    about: "Show the learned blobs of a model, compare them with another's, take them out.",
    load: async () => (await import("./weights.ts")).weights,
  }],
  ["mean", {
    about: "Compute the mean image of pictures (JPEG or PNG).",
    load: async () => (await import("./mean.ts")).mean,
  }],
  ["bench", {
    about: "Measure how long a bundle takes, and each of its ops.",
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
    about: "Write a page about a bundle: its drawing, layers, weights, costs.",
    load: async () => (await import("./report.ts")).report,
  }],
  ["runtime", {
    about: "Write one file of JavaScript with no more than the given bundles need to run.",
    load: async () => (await import("./runtime.ts")).runtime,
  }],
  ["layers", {
    about: "List the types of layers that can be converted, and the ops they become.",
    load: async () => (await import("./layers.ts")).layers,
  }],
]);
