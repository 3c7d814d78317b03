/**
 * Errors and warnings of lowering.
 *
 * @module
 */
import { mostElements } from "../../runtime/graph.ts";
import { count, type Shape, showShape } from "../../runtime/tensor.ts";
import type { Net, NetLayer } from "../caffe/net.ts";
import type { LayerTable } from "../layers/mod.ts";
import { unknownType } from "../layers/unknown.ts";
import { inputShapeHint } from "../option_hints.ts";
import { type FlowBlob, learns, type Step } from "./flow.ts";
import type { LeftOut } from "./predictions.ts";
import type { Weights } from "./weights.ts";

/** Refuses a layer without a type. */
export function refuseUntyped({ layers }: Net): void {
  const layer = layers.find(({ type }) => type === "");
  if (layer === undefined) return;
  const { name, blobs, where } = layer;
  const state = blobs.length > 0
    ? "it has weights, but no type; give the prototxt first, and this file second"
    : "it has no type";
  throw new TypeError(`Cannot convert layer "${name}": ${state}\n  at ${where}`);
}

/** Warns of left-out layers whose omission may surprise. */
export function warnOfLeftOut(
  left: LeftOut,
  known: LayerTable,
  warn: (message: string) => void,
): void {
  for (const [step, reason] of left.steps) {
    const { layer, type, typeName } = step;
    const why = type === undefined
      ? `${unknownType(typeName, known)}, and ${whyUnknown(step, left)}`
      : type.leftOut?.(layer) ?? (reason === "labels" ? whyMixed(step, left) : undefined);
    if (why !== undefined) warn(`layer "${layer.name}" is left out: ${why}`);
  }
}

/** Why a layer of an unknown type is left out, and which layers with weights go with it. */
function whyUnknown(step: Step, { steps }: LeftOut): string {
  const learned = learnedBehind(step, steps).map(quote).join(", ");
  if (learned === "") return "only training needs it";
  return `it reads what only training has; layers with weights behind it are left out too: ${learned}`;
}

/** Why a layer that reads labels is left out, if it reads something else, too. */
function whyMixed({ bottoms }: Step, { blobs }: LeftOut): string | undefined {
  const kept = bottoms.filter((blob) => blob !== undefined && !blobs.has(blob));
  if (kept.length === 0) return undefined;
  const names = kept.map((blob) => quote(blob!.name)).join(", ");
  return `it mixes labels into ${names}, as only training does`;
}

/** The names of the layers with weights that are left out because one before them is. */
function learnedBehind(first: Step, left: LeftOut["steps"]): readonly string[] {
  const behind = new Set([first]);
  // Steps that are added here are visited, too.
  for (const { tops } of behind) {
    for (const { step, isUse } of tops.flatMap(({ readers }) => readers)) {
      if (isUse && left.has(step)) behind.add(step);
    }
  }
  behind.delete(first);
  return [...behind].filter(learns).map(({ layer }) => layer.name);
}

/** Refuses a loss or metric whose predictions are missing; labels may be. */
export function checkMeasured(
  { layer, type, bottoms, uses }: Step,
  gone: ReadonlySet<FlowBlob>,
  refuse: (name: string) => never,
): void {
  const used = bottoms.slice(0, uses);
  const missing = used.indexOf(undefined);
  const isEnough = type!.isSymmetric && used.some((blob) => blob !== undefined && !gone.has(blob));
  if (missing !== -1 && !isEnough) refuse(layer.bottoms[missing]!);
}

/** Refuses shapes for names that are not inputs. */
export function refuseOtherInputs(given: readonly string[], inputs: readonly string[]): void {
  const other = given.find((name) => !inputs.includes(name));
  if (other === undefined) return;
  throw new TypeError(
    `Cannot set the shape of input "${other}": ` +
      (inputs.length === 0 ? "the network has none" : `the inputs are ${inputs.join(", ")}`),
  );
}

/** Refuses an input shape that is empty or malformed. */
export function refuseShape(name: string, shape: Shape): void {
  const isWhole = shape.every((extent) => Number.isInteger(extent) && extent > 0);
  if (isWhole && count(shape) <= mostElements) return;
  throw new TypeError(
    `the shape of input "${name}" is ${showShape(shape)}, but ` +
      (isWhole ? `no more than ${mostElements} numbers fit` : "each extent must be at least 1") +
      `; set another with ${inputShapeHint(name, "N, C, H, W")}`,
  );
}

/** The most layers that a warning names. */
const mostNames = 5;

/** Warns of layers that the caffemodel lacks; refuses a caffemodel that has none of them. */
export function warnOfMissing(
  { zeroed, filled, foreign, taken }: Weights,
  warn: (message: string) => void,
): void {
  const few = (names: readonly string[]) =>
    names.slice(0, mostNames).map(quote).join(", ") + (names.length > mostNames ? " …" : "");
  const others = foreign.length > 0 ? `; it has ${few(foreign)}, which the network lacks` : "";
  const missing = (names: readonly string[]) =>
    `the caffemodel has no weights for ${few(names)}${others}`;
  if (zeroed.length > 0 && taken === 0) {
    throw new TypeError(
      `Cannot take the weights: ${missing(zeroed)}; do the prototxt and the caffemodel belong ` +
        "together?",
    );
  }
  if (zeroed.length > 0) warn(`${missing(zeroed)}: as in Caffe, they are zeros`);
  if (filled.length > 0) {
    warn(
      `${missing(filled)}: as in Caffe, they have the values of their fillers or the defaults`,
    );
  }
}

/** Runs an action for a layer, and names the layer in its errors. */
export function within<Result>(
  layer: Pick<NetLayer, "name" | "type" | "where">,
  action: () => Result,
): Result {
  try {
    return action();
  } catch (cause) {
    // Errors of other classes already have the position in the file, or do not concern the layer.
    const isOurs = cause instanceof TypeError || (cause as Error).constructor === Error;
    if (!isOurs) throw cause;
    const { name, type, where } = layer;
    throw new TypeError(
      `Cannot convert layer "${name}" (${type}): ${(cause as Error).message}\n  at ${where}`,
      { cause },
    );
  }
}

export function quote(name: string): string {
  return JSON.stringify(name);
}
