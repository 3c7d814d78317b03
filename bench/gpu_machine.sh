#!/usr/bin/env bash
# Measures what a real GPU decides, in less than nine minutes, the most needed figures first:
#
#   bench/gpu_machine.sh figures.json
#
# 1. figures.ours.json: the ceiling, and whole networks in this runtime, compared with its answers on
#    the CPU (at most 2.5 minutes);
# 2. figures.kernels.json: each kernel of each convolution, from which defaults follow (at most 2);
# 3. figures.json: races against the other libraries and PyTorch, batch 1 first (what is left).
#
# Each file is written anew after each step, so that a time-out loses no more than that step.
#
# It needs no network. What it uses:
#   DENO      the Deno to run (deno)
#   DENO_DIR  Deno's cache, in which `deno task bench` has put the other libraries before; without
#             them, part 3 has only this runtime and PyTorch
#   NETS      the folder of the prototxt files (../shared/goldens/nets)
#   LOADERS   a folder of Debian packages that are unpacked to /: libvulkan1, if the system has none
#   PYTHON    a Python with PyTorch (python3); without it, PyTorch is left out
# Smaller, for a rehearsal: NETWORKS, BATCHES, ROUNDS, SECONDS_EACH (a race), OURS (part 1), LEAST (any
# part), and SECONDS_OF_ALL.
set -u
json="$(realpath -m "${1:-figures.json}")"
nets="$(realpath -m "${NETS:-$(dirname "$0")/../../shared/goldens/nets}")"
cd "$(dirname "$0")/.." || exit 1
mkdir -p "$(dirname "$json")"
deno="${DENO:-deno}"
networks="${NETWORKS:-ResNet-50,VGG 16,SqueezeNet 1.0}"
end="${SECONDS_OF_ALL:-525}"
fail() { echo "Cannot measure: $*" >&2; exit 1; }
"$deno" --version >/dev/null 2>&1 || fail "there is no Deno at \"$deno\". Set DENO"
for net in resnet50 vgg16 squeezenet_v1.0; do
  [ -f "$nets/$net.prototxt" ] || fail "there is no $nets/$net.prototxt. Set NETS"
done
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

# measure SECONDS FILE OPTIONS...: the benchmark, for at most so many seconds of those left.
measure() {
  local most=$(($1 < end - SECONDS ? $1 : end - SECONDS)) file="$2"
  shift 2
  if [ "$most" -lt "${LEAST:-10}" ]; then echo "no time is left for $file"; return; fi
  echo "== $file, at most $most seconds, after $SECONDS"
  timeout -k 5 "$most" "$deno" run -A --no-lock --cached-only bench/mod.ts --nets "$nets" \
    --networks "$networks" --json "$file" "$@" || echo "$file: it ended early ($?)"
}

measure "${OURS:-150}" "${json%.json}.ours.json" --only ceiling,networks --batch "${BATCHES:-1,16}" \
  --peers kaffe,kaffe-cpu --rounds "${ROUNDS:-5}" --seconds "${SECONDS_EACH:-2}"
measure 120 "${json%.json}.kernels.json" --only every-kernel --peers kaffe \
  --seconds "${SECONDS_EACH:-4}"
pytorch=()
if [ "$SECONDS" -lt "$end" ] && timeout 60 "${PYTHON:-python3}" -c "import torch" 2>/dev/null; then
  pytorch=(--pytorch "${PYTHON:-python3}")
fi
measure 600 "$json" --only networks,ceiling,kernels --batch "${BATCHES:-1,16}" \
  --peers kaffe,tfjs-webgpu,ort-webgpu --rounds "${ROUNDS:-9}" --seconds "${SECONDS_EACH:-4}" \
  ${pytorch[@]+"${pytorch[@]}"}
