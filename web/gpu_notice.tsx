/**
 * A notice for browsers without a GPU.
 *
 * @module
 */
/// <reference lib="dom" />
import { useEffect, useState } from "preact/hooks";

/** Renders nothing if there is a GPU. */
export function GpuNotice() {
  const [missing, setMissing] = useState<"WebGPU" | "adapter">();
  useEffect(() => {
    if (navigator.gpu === undefined) return setMissing("WebGPU");
    navigator.gpu.requestAdapter().then((adapter) => {
      if (adapter === null) setMissing("adapter");
    });
  }, []);
  if (missing === undefined) return null;
  return (
    <p class="notice">
      {missing === "WebGPU"
        ? "This browser has no WebGPU, or not for this page: networks run on the CPU, which is " +
          "slower. Chrome and Edge have it from 113 on, Safari from 26, Firefox from 141 on " +
          "Windows; the page must be loaded over https or from localhost."
        : "This browser finds no GPU: networks run on the CPU, which is slower. Check that " +
          "hardware acceleration is enabled in its settings."}
    </p>
  );
}
