#!/usr/bin/env bash
# Makes librdkafka available in the cache: from the NuGet package librdkafka.redist where it restores, else built once from the
# source that npm's @confluentinc/kafka-javascript ships. Prints the library's path. Safe to run from several checkouts at once.
set -euo pipefail
cd "$(dirname "$0")/.."

version=2.15.1
npm_package=@confluentinc/kafka-javascript@1.10.1
npm_integrity=sha512-KVePUBn21EqCVP9mfxzEuM3SYJHHEF7X+iiC2e43QQgDSyEaksInmCGooT3w5q+cNAdkSCrK71j0ICfqoSqZLw==
rid=linux-$(uname -m | sed 's/x86_64/x64/; s/aarch64/arm64/')
cache=${CDC_STRIPE_CACHE:-$PWD/.cache}/librdkafka/$version-$rid
library=$cache/librdkafka.so

fail() { echo "librdkafka: $1" >&2; exit 1; }
loads() { ! ldd "$1" 2>&1 | grep -q 'not found'; } # all that the library itself needs is on this machine
ready() { [ -f "$library" ] && [ -f "$cache/sha256" ] && (cd "$cache" && sha256sum --status -c sha256 2>/dev/null) && loads "$library"; }

mkdir -p "$cache"
exec 9>"$cache/lock"
flock 9
if ready; then echo "librdkafka: $library"; exit 0; fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

keep() { # the library, where it came from
  install -m 755 "$1" "$library"
  (cd "$cache" && sha256sum librdkafka.so >sha256)
  echo "$2" >"$cache/origin"
  echo "librdkafka: $library ($2)"
}

from_nuget() {
  cat >"$work/probe.csproj" <<EOF
<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup>
<ItemGroup><PackageDownload Include="librdkafka.redist" Version="[$version]" /></ItemGroup></Project>
EOF
  NUGET_PACKAGES=$work/packages timeout 60 dotnet restore "$work/probe.csproj" -v q --nologo >"$work/probe.log" 2>&1 || return 1
  # The package has several builds: the first needs Cyrus SASL (for Kerberos), the second needs nothing that a system may lack.
  local found native=$work/packages/librdkafka.redist/$version/runtimes/$rid/native
  for found in "$native/librdkafka.so" "$native/centos8-librdkafka.so"; do
    if [ -f "$found" ] && loads "$found"; then
      keep "$found" "NuGet librdkafka.redist $version, $(basename "$found")"
      return
    fi
  done
  return 1
}

from_source() {
  local tool
  for tool in npm make tar openssl; do command -v "$tool" >/dev/null || fail "'$tool' is missing; it is needed to build the library (Debian: apt-get install npm build-essential openssl)"; done
  command -v cc >/dev/null || command -v gcc >/dev/null || fail "no C compiler; install one (Debian: apt-get install build-essential)"
  (cd "$work" && npm pack --silent "$npm_package" >npm.log 2>&1) || fail "npm could not fetch $npm_package: $(tail -n 3 "$work/npm.log")"
  local archive got
  archive=$(ls "$work"/*.tgz)
  got=sha512-$(openssl dgst -sha512 -binary "$archive" | openssl base64 -A)
  [ "$got" = "$npm_integrity" ] || fail "$npm_package has integrity $got, expected $npm_integrity: not built"
  tar -xzf "$archive" -C "$work" package/deps/librdkafka
  echo "librdkafka: compiling $version once, about a minute and a half on two cores; log in $cache/build.log"
  if ! (cd "$work/package/deps/librdkafka" && ./configure --disable-gssapi --disable-curl && make -j"$(nproc)" libs) >"$cache/build.log" 2>&1; then
    tail -n 20 "$cache/build.log" >&2
    fail "the build failed; the whole log is $cache/build.log"
  fi
  grep -q 'WITH_SSL=y' "$work/package/deps/librdkafka/Makefile.config" ||
    echo "librdkafka: built without TLS, since OpenSSL's headers are missing (Debian: apt-get install libssl-dev, then remove $cache)"
  keep "$work/package/deps/librdkafka/src/librdkafka.so.1" "built from $npm_package"
}

from_nuget || from_source
