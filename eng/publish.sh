#!/usr/bin/env bash
# Publishes the program for each platform: with its runtime where the runtime packs restore, else without (then .NET 10 must be installed).
set -uo pipefail
cd "$(dirname "$0")/.."
configuration=${1:-Release}
own=linux-$(uname -m | sed 's/x86_64/x64/; s/aarch64/arm64/')
log=$(mktemp)
trap 'rm -f "$log"' EXIT
code=0
for rid in linux-x64 linux-arm64; do
  out=artifacts/publish/$rid
  rm -rf "$out"
  if dotnet publish src/CdcStripeSync.App -c "$configuration" -r "$rid" --self-contained -o "$out" --nologo -v q >"$log" 2>&1; then
    echo "$out: self-contained"
  elif ! grep -q NU1101 "$log"; then
    cat "$log"; code=1; continue
  elif [ "$rid" = "$own" ] && dotnet publish src/CdcStripeSync.App -c "$configuration" -o "$out" --nologo -v q >"$log" 2>&1; then
    echo "$out: needs an installed .NET 10, since the runtime packs do not restore from this package source"
  else
    echo "publish: $rid cannot be built here, since its runtime packs do not restore from this package source" >&2
    rm -rf "$out"; code=1; continue
  fi
  # The native library is of the machine that built it; another platform's must be built there (eng/librdkafka.sh).
  library=.cache/librdkafka/2.15.1-$rid/librdkafka.so
  if [ "$rid" != "$own" ]; then
    if [ -f "$library" ]; then cp "$library" "$out/librdkafka.so"; else rm -f "$out/librdkafka.so"; echo "$out: put $rid's librdkafka.so beside it (run eng/librdkafka.sh on such a machine)"; fi
  fi
done
dotnet restore CdcStripeSync.sln -v q --nologo >/dev/null 2>&1
exit "$code"
