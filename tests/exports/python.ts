/**
 * The Python with TensorFlow and ONNX Runtime: that of `KAFFE_PYTHON`, or the one that
 * `deno task exports` has installed. Tests that need it are ignored if there is none.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { completionMarker, installedPython } from "../../scripts/setup_python.ts";
import { exists } from "../golden.ts";

const python = Deno.env.get("KAFFE_PYTHON") ?? fileURLToPath(installedPython);

/** Whether there is such a Python. */
export const hasPython: boolean = Deno.env.has("KAFFE_PYTHON") || exists(completionMarker);

/** An exported model, and its recording. */
export interface ExportedCase {
  readonly name: string;
  /** Its file or folder. */
  readonly model: string;
  /** The `.npz` of recorded blobs. */
  readonly golden: string;
  /** The `.npz` of the inputs, if they are not among the recorded blobs. */
  readonly inputs: string | null;
}

/** An exported model whose variables are to be trained. */
export interface TrainedCase extends Pick<ExportedCase, "name" | "model"> {
  readonly trained: true;
}

/** For each model the difference of each blob, or what went wrong. */
export type Differences = Readonly<Record<string, Readonly<Record<string, number | string>>>>;

/**
 * A process of Python that runs exported models. Importing TensorFlow takes seconds, so one process
 * serves all tests of a file; it is started outside of them, because it outlives each.
 */
export class PythonProcess {
  readonly #child: Deno.ChildProcess;
  readonly #requests: WritableStreamDefaultWriter<Uint8Array>;
  readonly #responses: ReadableStreamDefaultReader<string>;
  #received = "";

  /** @param script The one beside this module that runs models of a format. */
  constructor(script: string) {
    this.#child = new Deno.Command(python, {
      args: [fileURLToPath(new URL(script, import.meta.url))],
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    this.#requests = this.#child.stdin.getWriter();
    this.#responses = this.#child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  }

  /** Runs models. */
  async run(cases: readonly (ExportedCase | TrainedCase)[]): Promise<Differences> {
    await this.#requests.write(new TextEncoder().encode(JSON.stringify(cases) + "\n"));
    while (!this.#received.includes("\n")) {
      const { done, value } = await this.#responses.read();
      if (done) throw new Error("Python ended without an answer");
      this.#received += value;
    }
    const [line, ...rest] = this.#received.split("\n");
    this.#received = rest.join("\n");
    return JSON.parse(line!.replaceAll("Infinity", '"infinite"'));
  }

  /** Ends the process. */
  async close(): Promise<void> {
    await this.#requests.close();
    await this.#responses.cancel();
    await this.#child.status;
  }
}

/** A process for all tests of a file. */
export interface PythonForTests {
  readonly process: PythonProcess;
}

/** A process for all tests of a file, which is started before them and ends after them. */
export function pythonForTests(script: string): PythonForTests {
  let process: PythonProcess | undefined;
  Deno.test.beforeAll(() => {
    if (hasPython) process = new PythonProcess(script);
  });
  Deno.test.afterAll(async () => await process?.close());
  return {
    get process() {
      return process!;
    },
  };
}
