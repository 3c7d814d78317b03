// Runs a network beside the page, which never waits: post inputs by name, get outputs by name.
import { Network } from "./kaffe-runtime.js";

const network = Network.load("model.npz");

addEventListener("message", async ({ data: { id, inputs } }) => {
  try {
    postMessage({ id, outputs: await (await network).run(inputs) });
  } catch ({ message }) {
    postMessage({ id, error: message });
  }
});
