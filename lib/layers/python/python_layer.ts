/**
 * Definitions of Python layers.
 *
 * @module
 */
import type { Value } from "../../../runtime/graph.ts";
import type { CountRange, LayerInstance } from "../layer.ts";

/** A Python layer. */
export interface PythonLayer {
  /** Its module and its class: `rpn.proposal_layer.ProposalLayer`. */
  readonly name: string;
  /** The names that its `param_str` may have; without them, it is not read. */
  readonly settings?: readonly string[];
  readonly bottoms: CountRange;
  readonly tops: CountRange;
  /** The numbers of bottoms that are needed and of tops that exist outside training, if not all. */
  readonly uses?: number;
  readonly gives?: number;
  /**
   * Lowers the layer to ops, and returns its tops.
   *
   * @throws {TypeError} with the reason, if the layer cannot be lowered.
   */
  lower(instance: LayerInstance<unknown>, settings: Settings): readonly Value[];
}

/** The contents of a `param_str`. */
export type Settings = ReadonlyMap<string, Setting>;

/** A number, a word, or a list of these. */
export type Setting = number | string | readonly (number | string)[];

/** Declares a Python layer. */
export function definePythonLayer(layer: PythonLayer): PythonLayer {
  return layer;
}

/**
 * A name, quoted or not, and its value: a list, numbers with commas and no space between them, which
 * are one text in YAML, or the text up to the next comma or line.
 */
const entry =
  /[\s,]*(?:'([^']*)'|"([^"]*)"|(\w+))\s*:\s*(\[[^\]]*\]|\([^)]*\)|\d+(?:,\d+)+(?=\s*(?:\n|$))|[^,\n]+)/y;

/** Settings that Caffe sets itself, although some files repeat them. */
const ignored = ["phase"];

/**
 * Reads a `param_str`, which is YAML or a Python dictionary: names, each with a number, a word or a
 * list of these.
 *
 * @param allowed The names that it may have.
 * @throws {TypeError} if it has another name, or any other syntax.
 */
export function readSettings(text: string, allowed: readonly string[]): Settings {
  const settings = new Map<string, Setting>();
  const body = plain(text).trim().replace(/^\{(.*)\}$/s, "$1").replace(/(?<![\s,])[\s,]+$/, "");
  for (entry.lastIndex = 0; entry.lastIndex < body.length;) {
    const at = entry.lastIndex;
    const [, single, double, bare, value] = entry.exec(body) ?? [];
    if (value === undefined) {
      const rest = JSON.stringify(body.slice(at, at + 40));
      throw new TypeError(`its param_str has ${rest}, but a name and a value are expected`);
    }
    const name = single ?? double ?? bare!;
    if (!allowed.includes(name)) {
      if (ignored.includes(name)) continue;
      throw new TypeError(
        `its param_str has ${JSON.stringify(name)}, but only ${allowed.join(", ")} are supported`,
      );
    }
    settings.set(name, readValue(value.trim()));
  }
  return settings;
}

/** YAML without its comments, tags and document markers, and with its lists in brackets. */
function plain(text: string): string {
  return text
    .replace(
      /'[^']*'|"[^"]*"|(?<!\S)(?:#.*|!!\S+|(?:---|\.\.\.)$)/gm,
      (part) => /^['"]/.test(part) ? part : "",
    )
    .replace(
      /:[ \t]*((?:\n[ \t]*-[ \t].*)+)/g,
      (_, lines: string) => {
        const items = lines.trim().split("\n").map((line) => line.replace(/^\s*-/, "").trim());
        return `: [${items.join(", ")}]`;
      },
    );
}

function readValue(text: string): Setting {
  if (!/^[[(]/.test(text)) return readItem(text);
  const items = text.slice(1, -1).split(",").map((item) => item.trim());
  return items.filter((item) => item !== "").map(readItem);
}

function readItem(text: string): number | string {
  const number = Number(text);
  return text === "" || Number.isNaN(number) ? text.replace(/^(['"])(.*)\1$/, "$2") : number;
}
