#!/usr/bin/env bash
# Publishes the program for each platform: compiled ahead of time and with its runtime where the runtime packs restore, else portable (then .NET 10
# must be installed there).
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
  if dotnet publish src/CdcStripeSync.App -c "$configuration" -r "$rid" --self-contained -p:PublishReadyToRun=true -o "$out" --nologo -v q >"$log" 2>&1; then
    echo "$out: self-contained"
  elif ! grep -qE "NU110[12]" "$log"; then
    cat "$log"; code=1; continue
  elif rm -rf "$out"; dotnet publish src/CdcStripeSync.App -c "$configuration" --no-self-contained -p:UseAppHost=false -o "$out" --nologo -v q >"$log" 2>&1; then
    # The program's own code is the same on every platform; only its launcher and the runtime are not.
    printf '#!/bin/sh\nexec dotnet "$(dirname "$(readlink -f "$0")")/cdc-stripe.dll" "$@"\n' >"$out/cdc-stripe"
    chmod +x "$out/cdc-stripe"
    echo "$out: portable, needs an installed .NET 10 (aspnetcore): the runtime packs for $rid do not restore from this package source"
  else
    cat "$log"; code=1; continue
  fi
  # The native library is of the machine that built it; another platform's must be built there (eng/librdkafka.sh).
  library=.cache/librdkafka/2.15.1-$rid/librdkafka.so
  if [ "$rid" != "$own" ]; then
    if [ -f "$library" ]; then cp "$library" "$out/librdkafka.so"; else rm -f "$out/librdkafka.so"; echo "$out: put $rid's librdkafka.so beside it (run eng/librdkafka.sh on such a machine)"; fi
  fi
done
dotnet restore CdcStripeSync.sln -v q --nologo >/dev/null 2>&1
exit "$code"
