/**
 * Runs a network on picture files in batches, and prints a result for each.
 *
 * @module
 */
import type { Part } from "../lib/answers/part.ts";
import type { Image } from "../runtime/preprocess.ts";
import type { Tensor } from "../runtime/tensor.ts";
import { isKnown } from "./errors.ts";
import type { OpenedNetwork } from "./opened_network.ts";
import type { PictureSource } from "./picture_source.ts";
import { print, printError, printJson } from "./print.ts";
import { startProgress } from "./progress.ts";
import { readAhead } from "./read_ahead.ts";

/** A picture, and the outputs of the network for its batch. */
export interface PictureRun {
  readonly file: string;
  readonly image: Image;
  /** The part of the picture that the network sees. */
  readonly seen: Part;
  /** The outputs for the whole batch. */
  readonly outputs: Readonly<Record<string, Tensor>>;
  /** The index of the picture in the batch. */
  readonly sample: number;
}

/** The result for a picture, or an error. */
export type Answered<Answer> = Answer | Unanswered;

/** A picture that could not be read, and the reason. */
interface Unanswered {
  readonly file: string;
  readonly error: string;
}

/** How pictures are run. */
interface RunOptions {
  readonly input: PictureSource;
  /** The action, for the progress bar: `segmenting`. */
  readonly doing: string;
  /** The batch size. */
  readonly batch: number;
  /** The blobs to compute. */
  readonly blobs: readonly string[];
}

/**
 * Runs a network on pictures, and returns the result for each.
 *
 * @param answer Computes the result for a picture.
 */
export async function answersFor<Answer>(
  network: OpenedNetwork,
  pictures: readonly string[],
  { input, doing, batch, blobs }: RunOptions,
  answer: (run: PictureRun) => Promise<Answered<Answer>>,
): Promise<readonly Answered<Answer>[]> {
  input.tellIfRaw();
  const answers: Answered<Answer>[] = [];
  using progress = startProgress(doing, pictures.length);
  const read = async (files: readonly string[]) => {
    const errors = new Map<number, Error>(), images = new Map<number, Image>();
    const inputs = await input.read(
      files,
      (i, error) => errors.set(i, error),
      (i, image) => images.set(i, image),
    );
    return { files, inputs, errors, images };
  };
  for await (const { files, inputs, errors, images } of readAhead(pictures, batch, read)) {
    let outputs: Readonly<Record<string, Tensor>> = {};
    try {
      if (errors.size < files.length) outputs = await network.run(inputs, { outputs: blobs });
    } catch (error) {
      // A network that does not support one size may support those of the other pictures.
      if (!input.sizesVary || !isKnown(error)) throw error;
      images.clear();
      errors.set(0, new Error(`Cannot show ${files[0]} to the network: ${error.message}`));
    }
    for (const [sample, file] of files.entries()) {
      const image = images.get(sample);
      answers.push(
        image === undefined
          ? { file, error: errors.get(sample)!.message }
          : await answer({ file, image, seen: input.partSeen(image), outputs, sample }),
      );
    }
    progress.update(answers.length);
  }
  return answers;
}

/**
 * Prints the results for pictures, then the errors of others.
 *
 * @param show The text for a picture, if JSON is not requested. Empty lines separate pictures.
 * @param end Called after the texts, if JSON is not requested.
 * @returns The exit code: 1 if there are errors.
 */
export function tellAnswers<Answer extends object>(
  answers: readonly Answered<Answer>[],
  json: boolean,
  show: (answer: Answer) => string,
  end: () => void = () => {},
): number {
  if (json) printJson(answers);
  else {
    const successful = answers.filter((answer) => !isUnanswered(answer)) as Answer[];
    successful.forEach((answer, i) => print((i === 0 ? "" : "\n") + show(answer)));
    end();
  }
  return tellErrors(answers);
}

/** Prints the errors of pictures, and returns the exit code: 1 if there are any. */
export function tellErrors(answers: readonly Answered<object>[]): number {
  const failed = answers.filter(isUnanswered);
  for (const { error } of failed) printError(error);
  return failed.length === 0 ? 0 : 1;
}

function isUnanswered(answer: Answered<object>): answer is Unanswered {
  return "error" in answer;
}
