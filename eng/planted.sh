#!/usr/bin/env bash
# Plants each bug of tests/planted in a copy of the tree and prints how many seeds the simulation needs to catch it.
set -euo pipefail
cd "$(dirname "$0")/.."
most=${SEEDS:-20000}
first=${SEED:-1}
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
missed=0
for patch in tests/planted/*.patch; do
  name=$(basename "$patch" .patch)
  tree=$copy/$name
  mkdir -p "$tree"
  git ls-files -z -- src/CdcStripeSync.Core src/CdcStripeSync.Pipeline tests/CdcStripeSync.Simulation 'Directory.*' global.json .editorconfig | xargs -0 cp --parents -t "$tree"
  patch -s -p1 -d "$tree" <"$patch"
  dotnet build "$tree/tests/CdcStripeSync.Simulation" -c Release -v q --nologo >"$copy/build.log" 2>&1 || { cat "$copy/build.log"; exit 1; }
  if STOP=1 SEED=$first SEEDS=$most "$tree/tests/CdcStripeSync.Simulation/bin/Release/net10.0/CdcStripeSync.Simulation" >"$copy/run.log"; then
    echo "$name: NOT CAUGHT in $most seeds"
    missed=1
  else
    echo "$name: caught after $(grep -oE '^[0-9]+ histories' "$copy/run.log" | cut -d' ' -f1) histories: $(grep -m1 '^seed ' "$copy/run.log" | cut -c1-160)"
  fi
  rm -rf "$tree"
done
exit "$missed"
