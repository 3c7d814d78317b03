/**
 * Starts the command line as its users do, in a folder of its own.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { npyParts, writeNpy } from "../../lib/emit/npy.ts";
import { writeNpz } from "../../lib/emit/npz.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { readNpz } from "../golden.ts";

const root = new URL("../../", import.meta.url);

/** The path of a file of the repository. */
export function pathOf(file: string): string {
  return fileURLToPath(new URL(file, root));
}

/** How a program ended, and what it said. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder for one test, removed at its end. */
export class Folder implements Disposable {
  readonly path = Deno.makeTempDirSync({ prefix: "kaffe-test-" });
  /** Variables for the programs that are started here. */
  env: Readonly<Record<string, string>> = {};

  /** Runs `kaffe` here. */
  kaffe(...args: readonly string[]): Promise<Ended> {
    // Quiet, for Deno tells there when it downloads a package.
    return this.deno("run", "--quiet", "-A", pathOf("cli.ts"), ...args);
  }

  /** Runs `kaffe`, which must succeed, and gives what it printed. */
  async done(...args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await this.kaffe(...args);
    if (code !== 0) throw new Error(`kaffe ${args.join(" ")} ended with ${code}:\n${stderr}`);
    return stdout;
  }

  /** Runs Deno here. */
  async deno(...args: readonly string[]): Promise<Ended> {
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [...args],
      cwd: this.path,
      env: { NO_COLOR: "1", ...this.env },
    }).output();
    const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
    return { code, stdout: out!, stderr: err! };
  }

  /** Writes a file here. */
  write(name: string, content: string | Uint8Array): void {
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    Deno.writeFileSync(this.at(name), bytes);
  }

  /** Writes an array here. */
  writeArray(name: string, tensor: Tensor): void {
    this.write(name, writeNpy(tensor));
  }

  /** Writes arrays by name here. */
  writeArrays(name: string, arrays: Iterable<readonly [name: string, tensor: Tensor]>): void {
    const members = [...arrays].map(([key, tensor]) => {
      return { name: `${key}.npy`, parts: npyParts(tensor) };
    });
    using file = Deno.openSync(this.at(name), { write: true, create: true, truncate: true });
    for (const chunk of writeNpz(members)) file.writeSync(chunk);
  }

  /** The arrays of a `.npz` here. */
  arrays(name: string): Promise<Map<string, Tensor>> {
    return readNpz(this.at(name));
  }

  /** The text of a file here. */
  read(name: string): string {
    return Deno.readTextFileSync(this.at(name));
  }

  /** The names of the files here. */
  get files(): string[] {
    return [...Deno.readDirSync(this.path)].map(({ name }) => name).sort();
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.path, { recursive: true });
  }

  /** The path of a file here. */
  at(name: string): string {
    return `${this.path}/${name}`;
  }
}

/** A network of two layers whose weights its file describes: each output is twice its input, plus 1. */
export const doubling = `
name: "doubling"
input: "data" input_shape { dim: 1 dim: 3 }
layer { name: "twice" type: "Scale" bottom: "data" top: "twice"
  scale_param { filler { type: "constant" value: 2 } } }
layer { name: "more/one" type: "Bias" bottom: "twice" top: "more/one"
  bias_param { filler { type: "constant" value: 1 } } }
layer { name: "relu" type: "ReLU" bottom: "more/one" top: "relu" }
`;
