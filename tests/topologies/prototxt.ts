/**
 * Writes a prototxt layer by layer, as the public files spell it: the layers of the current format,
 * or the `layers` of V1.
 *
 * @module
 */
import type { Shape } from "../../runtime/tensor.ts";

/** What a field holds: words in capitals are enumerations, other words are strings. */
export type Field = number | boolean | string | Fields | readonly Field[];

/** The fields of a message; a list stands for a field that is repeated. */
export interface Fields {
  readonly [name: string]: Field | undefined;
}

/** What a layer reads and writes, and its other fields. */
export interface LayerFields {
  /** What it reads: the last layer's top, unless something is said. */
  readonly bottom?: string | readonly string[];
  /** What it writes: a blob of its own name, unless something is said. */
  readonly top?: string | readonly string[];
  readonly [field: string]: Field | undefined;
}

/** How large a topology is built. */
export interface Scale {
  /** Channels are divided by it: 1 for the published network. */
  readonly thin: number;
  /** So many blocks follow each other at most, where the published network repeats them. */
  readonly repeats?: number;
  /** The height and width of its input, where they are not the published ones. */
  readonly input?: readonly [height: number, width: number];
}

/** The published size. */
export const full: Scale = { thin: 1 };

/** A prototxt while it is written. */
export class Prototxt {
  /** The first top of the last layer. */
  last = "";
  readonly #lines: string[];

  /**
   * @param name The name of the network.
   * @param scale How large it is built.
   * @param isV1 Whether its layers are those of V1.
   */
  constructor(name: string, readonly scale: Scale, private readonly isV1 = false) {
    this.#lines = [`name: ${JSON.stringify(name)}`];
  }

  /** How many channels there are in place of a published number. */
  channels(published: number): number {
    return this.scale.thin === 1
      ? published
      : Math.max(8, Math.ceil(published / this.scale.thin / 8) * 8);
  }

  /** How often a block is repeated, where the published network repeats it so often. */
  repeats(published: number): number {
    return Math.min(published, this.scale.repeats ?? published);
  }

  /** The height and width of the input, where the published ones are these. */
  size(height: number, width = height): readonly [height: number, width: number] {
    return this.scale.input ?? [height, width];
  }

  /** An input outside any layer: `input` and `input_shape`, or `input_dim` as older files have it. */
  input(name: string, shape: Shape, field: "input_shape" | "input_dim" = "input_shape"): string {
    this.#lines.push(`input: ${JSON.stringify(name)}`);
    const fields = field === "input_dim" ? { input_dim: shape } : { input_shape: { dim: shape } };
    this.#lines.push(...write(fields, ""));
    return this.last = name;
  }

  /** Fields of the network itself. */
  fields(fields: Fields): void {
    this.#lines.push(...write(fields, ""));
  }

  /**
   * Adds a layer.
   *
   * @returns Its first top.
   */
  layer(type: string, name: string, { bottom, top, ...fields }: LayerFields = {}): string {
    const said = {
      bottom: bottom ?? this.last,
      top: top ?? name,
      name,
      type: this.isV1 ? v1Type(type) : type,
    };
    this.#lines.push(`${this.isV1 ? "layers" : "layer"} {`);
    // In a V1 file the type is a word of an enumeration, in others a string, whatever it looks like.
    for (const [field, value] of Object.entries(said)) {
      const values = typeof value === "string" ? [value] : value;
      const bare = field === "type" && this.isV1;
      for (const one of values) this.#lines.push(`  ${field}: ${bare ? one : JSON.stringify(one)}`);
    }
    this.#lines.push(...write(fields, "  "), "}");
    this.last = [said.top].flat()[0]!;
    return this.last;
  }

  /** Adds a layer that works in place on the last top. */
  inPlace(type: string, name: string, fields: Fields = {}): string {
    return this.layer(type, name, { top: this.last, ...fields });
  }

  /** The text. */
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

/** `InnerProduct` as V1 has it: `INNER_PRODUCT`. */
function v1Type(type: string): string {
  return type.replace(/([a-z])([A-Z])/g, "$1_$2").toUpperCase().replace("RE_LU", "RELU");
}
