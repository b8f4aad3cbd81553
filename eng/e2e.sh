#!/usr/bin/env bash
# The end-to-end tests. E2E_KAFKA, E2E_CONNECT, E2E_REGISTRY, E2E_POSTGRES (an Npgsql connection string) and E2E_STRIPE name a stack: the tests
# under External run against it. With none of them, as in CI, those start the DevStack's services. All others bring their faults with them.
set -euo pipefail
cd "$(dirname "$0")/.."
configuration=${1:-Release}
[ $# -eq 0 ] || shift
dotnet test tests/CdcStripeSync.EndToEnd.Tests -c "$configuration" --no-build --nologo -v q --logger "console;verbosity=normal" "$@" | grep -vE '^\s*$|^\[xUnit|^Test Run|^ +Duration'
