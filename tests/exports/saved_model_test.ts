/** SavedModels in TensorFlow itself. */
import { writeSavedModel } from "../../lib/emit/tfjs/saved_model.ts";
import { wellKnown } from "../networks/recipe.ts";
import { refusedByTensorFlow } from "../tensorflow_skips.ts";
import { testRecordings } from "./recordings.ts";

testRecordings({
  name: "a SavedModel in TensorFlow",
  script: "check_saved_models.py",
  networks: wellKnown,
  write: writeSavedModel,
  refused: refusedByTensorFlow,
});
