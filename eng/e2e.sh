#!/usr/bin/env bash
# The end-to-end tests. With E2E_CONNECT (and E2E_KAFKA, E2E_REGISTRY, E2E_POSTGRES, E2E_STRIPE) also looks at that stack: `check` and
# `connectors plan` must find it well. Without, everything runs on the DevStack.
set -euo pipefail
cd "$(dirname "$0")/.."
configuration=${1:-Release}
if [ -n "${E2E_KAFKA:-}${E2E_CONNECT:-}${E2E_REGISTRY:-}${E2E_POSTGRES:-}${E2E_STRIPE:-}" ]; then
  set -- --config samples/shop/cdc-stripe.json
  [ -z "${E2E_KAFKA:-}" ] || set -- "$@" --set "kafka.bootstrapServers=$E2E_KAFKA"
  [ -z "${E2E_REGISTRY:-}" ] || set -- "$@" --set "registry.url=$E2E_REGISTRY"
  [ -z "${E2E_POSTGRES:-}" ] || set -- "$@" --set "source.connectionString=$E2E_POSTGRES" --set "state.connectionString=$E2E_POSTGRES"
  [ -z "${E2E_STRIPE:-}" ] || set -- "$@" --set "stripe.baseAddress=$E2E_STRIPE"
  export CDC_STRIPE__STRIPE__APIKEY=${CDC_STRIPE__STRIPE__APIKEY:-sk_test_simulator}
  [ -z "${E2E_CONNECT:-}" ] || artifacts/cdc-stripe/cdc-stripe connectors apply "$@" --url "$E2E_CONNECT" --files connectors --env "${E2E_ENVIRONMENT:-dev}"
  artifacts/cdc-stripe/cdc-stripe check "$@"
fi
dotnet test tests/CdcStripeSync.EndToEnd.Tests -c "$configuration" --no-build --nologo -v q
