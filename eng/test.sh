#!/usr/bin/env bash
# Runs every test project, one after the other on a small machine, and ends with one line that counts.
set -uo pipefail
cd "$(dirname "$0")/.."
configuration=${1:-Release}
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
export DOTNET_hostBuilder__reloadConfigOnChange=false # each web host would watch a file, and the system has few watches
failed=0 passed_total=0 failed_total=0 skipped_total=0
for project in tests/*.Tests; do
  name=$(basename "$project")
  if dotnet test "$project" -c "$configuration" --no-build --nologo -v q --logger "console;verbosity=minimal" >"$out/$name.log" 2>&1; then
    grep -E '^(Passed|Skipped)!' "$out/$name.log" || { cat "$out/$name.log"; echo "test: $name ran no test" >&2; failed=1; }
  else
    cat "$out/$name.log"
    failed=1
  fi
  counts=$(grep -oE 'Failed: +[0-9]+, Passed: +[0-9]+, Skipped: +[0-9]+' "$out/$name.log" | tail -n 1)
  failed_total=$((failed_total + $(sed -E 's/Failed: +([0-9]+).*/\1/' <<<"${counts:-Failed: 0}")))
  [ -n "$counts" ] && passed_total=$((passed_total + $(sed -E 's/.*Passed: +([0-9]+).*/\1/' <<<"$counts")))
  [ -n "$counts" ] && skipped_total=$((skipped_total + $(sed -E 's/.*Skipped: +([0-9]+).*/\1/' <<<"$counts")))
done
echo "$passed_total passed, $failed_total failed, $skipped_total skipped"
[ "$skipped_total" = 0 ] || { echo "test: a skipped test is not a passed one" >&2; failed=1; }
exit "$failed"
