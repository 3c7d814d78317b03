/**
 * Runs a network on picture files, some at a time, and tells something of each.
 *
 * @module
 */
import type { Part } from "../lib/answers/part.ts";
import type { Image } from "../runtime/preprocess.ts";
import type { Tensor } from "../runtime/tensor.ts";
import { isKnown } from "./errors.ts";
import type { OpenedNetwork } from "./network_file.ts";
import { batches, type PictureSource } from "./picture_input.ts";
import { print, printError, printJson } from "./print.ts";
import { startProgress } from "./progress.ts";

/** A picture that a network was shown, and what it gave. */
export interface Shown {
  readonly file: string;
  readonly image: Image;
  /** The part of the picture that it saw. */
  readonly seen: Part;
  /** What it gave for all that were shown at once. */
  readonly outputs: Readonly<Record<string, Tensor>>;
  /** Which of those this is. */
  readonly sample: number;
}

/** What is told of a picture, or why nothing is. */
export type Answered<Answer> = Answer | Unanswered;

/** A picture of which nothing is told, and why. */
interface Unanswered {
  readonly file: string;
  readonly error: string;
}

/** How pictures are shown. */
interface Showing {
  readonly input: PictureSource;
  /** What is being done: `segmenting`. */
  readonly doing: string;
  /** How many are shown at once. */
  readonly batch: number;
  /** The blobs that are wanted of them. */
  readonly blobs: readonly string[];
}

/**
 * What is told of each picture.
 *
 * @param tell Tells it, or why nothing is told.
 */
export async function answersFor<Answer>(
  network: OpenedNetwork,
  pictures: readonly string[],
  { input, doing, batch, blobs }: Showing,
  tell: (shown: Shown) => Promise<Answered<Answer>>,
): Promise<readonly Answered<Answer>[]> {
  input.tellIfRaw();
  const answers: Answered<Answer>[] = [];
  using progress = startProgress(doing, pictures.length);
  for (const files of batches(pictures, batch)) {
    const errors = new Map<number, Error>(), images = new Map<number, Image>();
    const inputs = await input.read(
      files,
      (i, error) => errors.set(i, error),
      (i, image) => images.set(i, image),
    );
    let outputs: Readonly<Record<string, Tensor>> = {};
    try {
      if (errors.size < files.length) outputs = await network.run(inputs, { outputs: blobs });
    } catch (error) {
      // What is wrong with one picture is not what is wrong with the others.
      if (!input.sizesVary || !isKnown(error)) throw error;
      images.clear();
      errors.set(0, new Error(`Cannot show ${files[0]} to the network: ${error.message}`));
    }
    for (const [sample, file] of files.entries()) {
      const image = images.get(sample);
      answers.push(
        image === undefined
          ? { file, error: errors.get(sample)!.message }
          : await tell({ file, image, seen: input.partSeen(image), outputs, sample }),
      );
    }
    progress.update(answers.length);
  }
  return answers;
}

/**
 * Prints what is told of pictures, then why nothing is told of others.
 *
 * @param show What is printed of a picture, unless JSON is; pictures stand apart by an empty line.
 * @param end Ends what is printed, unless JSON is.
 * @returns The exit code: 1 if nothing is told of some of them.
 */
export function tellAnswers<Answer extends object>(
  answers: readonly Answered<Answer>[],
  json: boolean,
  show: (answer: Answer) => string,
  end: () => void = () => {},
): number {
  if (json) printJson(answers);
  else {
    const told = answers.filter((answer) => !isUnanswered(answer)) as Answer[];
    told.forEach((answer, i) => print((i === 0 ? "" : "\n") + show(answer)));
    end();
  }
  return tellErrors(answers);
}

/** Prints why nothing is told of some pictures, and gives the exit code: 1 if there are any. */
export function tellErrors(answers: readonly Answered<object>[]): number {
  const failed = answers.filter(isUnanswered);
  for (const { error } of failed) printError(error);
  return failed.length === 0 ? 0 : 1;
}

function isUnanswered(answer: Answered<object>): answer is Unanswered {
  return "error" in answer;
}
