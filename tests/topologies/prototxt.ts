/**
 * Writes a prototxt layer by layer in the style of the public files, with `layer` messages or V1's
 * `layers`.
 *
 * @module
 */
import type { Shape } from "../../runtime/tensor.ts";

/** The value of a field; text in capitals is written as an enumeration value, other text quoted. */
export type Field = number | boolean | string | Fields | readonly Field[];

/** The fields of a message; an array is written as a repeated field. */
export interface Fields {
  readonly [name: string]: Field | undefined;
}

/** The fields of a layer except its name and type. */
export interface LayerFields {
  /** The bottoms; defaults to the first top of the previous layer. */
  readonly bottom?: string | readonly string[];
  /** The tops; defaults to the name of the layer. */
  readonly top?: string | readonly string[];
  readonly [field: string]: Field | undefined;
}

/** How far a topology is scaled down. */
export interface Scale {
  /** The divisor of the numbers of channels; 1 for the published network. */
  readonly thin: number;
  /** The maximum number of repetitions of a block. */
  readonly repeats?: number;
  /** The height and width of the input; defaults to the published ones. */
  readonly input?: readonly [height: number, width: number];
}

/** The published size. */
export const full: Scale = { thin: 1 };

/** Builds a prototxt. */
export class Prototxt {
  /** The first top of the last layer. */
  last = "";
  readonly #lines: string[];

  /**
   * @param name The name of the network.
   * @param scale How far it is scaled down.
   * @param isV1 Whether the layers are written in the V1 format.
   */
  constructor(name: string, readonly scale: Scale, private readonly isV1 = false) {
    this.#lines = [`name: ${JSON.stringify(name)}`];
  }

  /** Scales a published number of channels, rounded up to a multiple of 8. */
  channels(published: number): number {
    return this.scale.thin === 1
      ? published
      : Math.max(8, Math.ceil(published / this.scale.thin / 8) * 8);
  }

  /** Scales a published number of repetitions. */
  repeats(published: number): number {
    return Math.min(published, this.scale.repeats ?? published);
  }

  /** The height and width of the input, given the published ones. */
  size(height: number, width = height): readonly [height: number, width: number] {
    return this.scale.input ?? [height, width];
  }

  /** Adds an `input` with its `input_shape`, or its `input_dim` as in older files. */
  input(name: string, shape: Shape, field: "input_shape" | "input_dim" = "input_shape"): string {
    this.#lines.push(`input: ${JSON.stringify(name)}`);
    const fields = field === "input_dim" ? { input_dim: shape } : { input_shape: { dim: shape } };
    this.#lines.push(...write(fields, ""));
    this.last = name;
    return name;
  }

  /** Adds fields of the network itself. */
  fields(fields: Fields): void {
    this.#lines.push(...write(fields, ""));
  }

  /**
   * Adds a layer.
   *
   * @returns The name of its first top.
   */
  layer(type: string, name: string, { bottom, top, ...fields }: LayerFields = {}): string {
    const basics = {
      bottom: bottom ?? this.last,
      top: top ?? name,
      name,
      type: this.isV1 ? v1Type(type) : type,
    };
    this.#lines.push(`${this.isV1 ? "layers" : "layer"} {`);
    // The type is an enumeration value in a V1 file, and otherwise a string even if in capitals.
    for (const [field, value] of Object.entries(basics)) {
      const values = typeof value === "string" ? [value] : value;
      const isEnum = field === "type" && this.isV1;
      for (const text of values) {
        this.#lines.push(`  ${field}: ${isEnum ? text : JSON.stringify(text)}`);
      }
    }
    this.#lines.push(...write(fields, "  "), "}");
    this.last = [basics.top].flat()[0]!;
    return this.last;
  }

  /** Adds an in-place layer on the last top. */
  inPlace(type: string, name: string, fields: Fields = {}): string {
    return this.layer(type, name, { top: this.last, ...fields });
  }

  /** Returns the text of the prototxt. */
  toString(): string {
    return this.#lines.join("\n") + "\n";
  }
}

function write(fields: Fields, indent: string): string[] {
  return Object.entries(fields).flatMap(([name, value]) =>
    [value].flat().flatMap((one) => {
      if (one === undefined) return [];
      if (typeof one === "object") {
        return [`${indent}${name} {`, ...write(one as Fields, `${indent}  `), `${indent}}`];
      }
      const isText = typeof one === "string" && !/^[A-Z][A-Z0-9_]*$/.test(one);
      return [`${indent}${name}: ${isText ? JSON.stringify(one) : one}`];
    })
  );
}

/** Converts a type to its V1 enumeration value: `InnerProduct` to `INNER_PRODUCT`. */
function v1Type(type: string): string {
  return type.replace(/([a-z])([A-Z])/g, "$1_$2").toUpperCase().replace("RE_LU", "RELU");
}
