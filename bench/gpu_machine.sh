#!/usr/bin/env bash
# Runs the races that a real GPU decides, in less than nine minutes, and writes one JSON file.
#
#   bench/gpu_machine.sh figures.json
#
# It needs no network. What it uses, where it is there:
#   DENO      the Deno to run (deno)
#   DENO_DIR  Deno's cache, in which `deno task bench` has put the other libraries before
#   NETS      the folder of the prototxt files (../shared/goldens/nets)
#   LOADERS   a folder of Debian packages that are unpacked to /: libvulkan1, if the system has none
#   PYTHON    a Python with PyTorch (python3)
set -u
cd "$(dirname "$0")/.." || exit 1
json="${1:-figures.json}"
deno="${DENO:-deno}"
if [ -n "${LOADERS:-}" ] && ! ldconfig -p | grep -q libvulkan.so.1; then
  for package in "$LOADERS"/*.deb; do dpkg -x "$package" /; done
  ldconfig
fi
# The driver's description may lie where the loader does not look.
for icd in /usr/share/vulkan/icd.d /etc/vulkan/icd.d /usr/local/nvidia/share/vulkan/icd.d; do
  if [ -f "$icd/nvidia_icd.json" ]; then
    export VK_ICD_FILENAMES="$icd/nvidia_icd.json" VK_DRIVER_FILES="$icd/nvidia_icd.json"
  fi
done
pytorch=()
if "${PYTHON:-python3}" -c "import torch" 2>/dev/null; then
  pytorch=(--pytorch "${PYTHON:-python3}")
fi
timeout 520 "$deno" run -A --no-lock --cached-only bench/mod.ts \
  --only ceiling,kernels,networks --networks "ResNet-50,VGG 16,SqueezeNet 1.0" --batch 1,16 \
  --peers tfjs-webgpu,ort-webgpu --rounds 9 --seconds 4 \
  --nets "${NETS:-../shared/goldens/nets}" --json "$json" "${pytorch[@]}"
