/**
 * Runs the command line as a subprocess, in a temporary folder.
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

/** The exit code and the output of a program. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A temporary folder for one test. */
export class Folder implements Disposable {
  readonly path = Deno.makeTempDirSync({ prefix: "kaffe-test-" });
  /** The environment variables of programs that are run here. */
  env: Readonly<Record<string, string>> = {};

  /** Runs `kaffe` here. */
  kaffe(...args: readonly string[]): Promise<Ended> {
    // Without --quiet, Deno reports downloads of packages on standard error.
    return this.deno("run", "--quiet", "-A", pathOf("cli.ts"), ...args);
  }

  /** Runs `kaffe`, which must succeed, and returns its standard output. */
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
    const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    return { code, stdout: decode(stdout), stderr: decode(stderr) };
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

/** A network with weights from fillers: its output is relu(2x + 1). */
export const doubling = `
name: "doubling"
input: "data" input_shape { dim: 1 dim: 3 }
layer { name: "twice" type: "Scale" bottom: "data" top: "twice"
  scale_param { filler { type: "constant" value: 2 } } }
layer { name: "more/one" type: "Bias" bottom: "twice" top: "more/one"
  bias_param { filler { type: "constant" value: 1 } } }
layer { name: "relu" type: "ReLU" bottom: "more/one" top: "relu" }
`;

/** A folder with that network, `net.prototxt`, and its bundle, `m.npz`. */
export async function withDoubling(...options: string[]): Promise<Folder> {
  const folder = new Folder();
  folder.write("net.prototxt", doubling);
  await folder.done("convert", "net.prototxt", "--data-output-path", "m.npz", ...options);
  return folder;
}
