#!/usr/bin/env bash
# Checks the tools this repository needs, makes librdkafka available and restores packages. Quiet and quick when all is there.
set -euo pipefail
cd "$(dirname "$0")/.."

missing=0
need() { # command, what for, how to get it
  command -v "$1" >/dev/null 2>&1 && return
  echo "setup: '$1' is missing ($2). $3" >&2
  missing=1
}
need dotnet "the .NET 10 SDK builds everything" "Install it from https://dotnet.microsoft.com/download or your distribution (dotnet-sdk-10.0)."
need node "Stripe's npm package is a test client" "Install Node.js 20 or newer (Debian: apt-get install nodejs npm)."
need npm "fetches librdkafka's source and the test client" "Install npm (Debian: apt-get install npm)."
[ "$missing" = 0 ] || exit 2

eng/librdkafka.sh
client=tests/CdcStripeSync.Simulator.Tests/node-client
if [ ! -f "$client/node_modules/stripe/package.json" ]; then
  (cd "$client" && npm ci --no-audit --no-fund --silent) || { echo "setup: Stripe's npm package could not be fetched for $client" >&2; exit 2; }
fi
dotnet restore CdcStripeSync.sln -v q --nologo
