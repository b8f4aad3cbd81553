#!/usr/bin/env bash
# Plants each bug of tests/planted in a copy of the tree and prints how many seeds the simulation needs to catch it. A bug is caught where a seed
# fails with it and holds without it: a run that ends for another reason has shown nothing.
set -euo pipefail
cd "$(dirname "$0")/.."
most=${SEEDS:-20000}
first=${SEED:-1}
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
missed=0
program=tests/CdcStripeSync.Simulation/bin/Release/net10.0/CdcStripeSync.Simulation

# Makes a copy of what the simulation is built from.
copy_to() {
  mkdir -p "$1"
  git ls-files -z -- src/CdcStripeSync.Core src/CdcStripeSync.Pipeline tests/CdcStripeSync.Simulation 'Directory.*' global.json .editorconfig | xargs -0 cp --parents -t "$1"
}

build() {
  dotnet build "$1/tests/CdcStripeSync.Simulation" -c Release -v q --nologo >"$copy/build.log" 2>&1 || { cat "$copy/build.log"; exit 1; }
}

sound=$copy/sound
copy_to "$sound"
build "$sound"
for patch in tests/planted/*.patch; do
  name=$(basename "$patch" .patch)
  tree=$copy/$name
  copy_to "$tree"
  patch -s -p1 -d "$tree" <"$patch"
  build "$tree"
  STOP=1 SEED=$first SEEDS=$most "$tree/$program" >"$copy/run.log" 2>&1 && status=0 || status=$?
  seed=$(sed -nE 's/^seed ([0-9]+):.*/\1/p' "$copy/run.log" | head -n 1)
  histories=$(sed -nE 's/^([0-9]+) histories from seed .*/\1/p' "$copy/run.log")
  if [[ $status -eq 0 && -n $histories ]]; then
    echo "$name: NOT CAUGHT in $histories histories"
    missed=1
  elif [[ -z $seed || -z $histories ]]; then
    echo "$name: NOT SHOWN: the simulation ended with $status and named no seed: $(tail -n 1 "$copy/run.log")"
    missed=1
  elif ! SEED=$seed SEEDS=1 "$sound/$program" >"$copy/sound.log" 2>&1; then
    echo "$name: NOT SHOWN: seed $seed fails without it, too: $(grep -m1 '^seed ' "$copy/sound.log" | cut -c1-160)"
    missed=1
  else
    echo "$name: caught after $histories histories: $(grep -m1 '^seed ' "$copy/run.log" | cut -c1-160)"
  fi
  rm -rf "$tree"
done
exit "$missed"
