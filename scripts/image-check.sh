#!/usr/bin/env bash
# Starts a production image the way docs/operating.md says, and looks at it from inside and outside.
#   npm run image:check [-- <image>]          default: slipway:latest, made by npm run image
#   CHECK_OPTIONS="--network host" …          more options for the engine's run
# Exit status: 0 as promised, 1 not, 3 nothing was checked because no container engine answers.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/image/engine.sh

engine=$(find_engine) || {
  echo "- No container engine answers here: the image was NOT checked."
  exit 3
}
image=${1:-slipway:latest}
name="slipway-check-$$"
port=${CHECK_PORT:-$((20000 + RANDOM % 20000))}
url="http://localhost:$port"
token="set-up-token-of-a-check-$RANDOM$RANDOM"
scratch=$(mktemp -d)
trap 'finish' EXIT

finish() {
  local status=$?
  if [ $status -ne 0 ]; then "$engine" logs "$name" 2>&1 | tail -20 || true; fi
  "$engine" rm -f "$name" >/dev/null 2>&1 || true
  "$engine" volume rm "$name" >/dev/null 2>&1 || true
  rm -rf "$scratch"
}

fail() {
  echo "✗ $1" >&2
  exit 1
}

passed() { echo "✓ $1"; }

inside() { "$engine" exec "$name" "$@"; }

refused() {
  local what=$1
  shift
  if inside "$@" >/dev/null 2>&1; then fail "$what"; fi
}

start() {
  # shellcheck disable=SC2086 # several words on purpose
  "$engine" run --detach --name "$name" --read-only --tmpfs /tmp --cap-drop ALL --security-opt no-new-privileges \
    --volume "$name:/data" --publish "127.0.0.1:$port:$port" --env "PORT=$port" --env "SLIPWAY_URL=$url" \
    --env "SLIPWAY_SETUP_TOKEN=$token" ${CHECK_OPTIONS:-} "$image" >/dev/null
  for _ in $(seq 1 240); do
    if [ "$(curl -s -o /dev/null -w '%{http_code}' "$url/api/ready")" = 200 ]; then return; fi
    sleep 0.5
  done
  fail "/api/ready does not answer with 200 after two minutes"
}

# It ends in order within the ten seconds that engines grant.
stop() {
  "$engine" stop --time 10 "$name" >/dev/null
  local code
  code=$("$engine" inspect --format '{{.State.ExitCode}}' "$name")
  [ "$code" = 0 ] || fail "it ended with $code"
  "$engine" rm "$name" >/dev/null
}

sign_in() {
  rm -f "$scratch/cookies"
  local csrf answer
  csrf=$(curl -sf -c "$scratch/cookies" -b "$scratch/cookies" "$url/api/auth/csrf" | sed 's/.*"csrfToken":"\([^"]*\)".*/\1/')
  answer=$(curl -sf -c "$scratch/cookies" -b "$scratch/cookies" "$url/api/auth/callback/credentials" \
    --data-urlencode "csrfToken=$csrf" --data-urlencode 'email=ada@example.com' \
    --data-urlencode 'password=a-long-enough-password' --data-urlencode 'json=true')
  case $answer in *error=*) fail "the owner cannot sign in" ;; esac
  [ "$(curl -s -o /dev/null -w '%{http_code}' -b "$scratch/cookies" "$url/providers")" = 200 ] ||
    fail "a page does not open for who signed in"
}

start
passed "/api/ready answers 200 on a read-only file system without any capability"

[ "$(inside id -u)" = 10001 ] || fail "it does not run as 10001"
refused "it runs something as root" sh -c 'grep -l "^Uid:.0" /proc/[0-9]*/status'
refused "the application folder can be written to" sh -c 'echo > /app/x'
refused "the file system can be written to" sh -c 'echo > /x'
refused "keys can be read by others" sh -c 'find /data -perm /077 -type f -name "*-key*" | grep .'
inside test -w /data || fail "the data folder cannot be written to"
passed "not root, nothing but /data and /tmp can be written to"

refused "it holds source maps" sh -c 'find /app/.next /app/dist /app/public -name "*.map" | grep .'
refused "it holds sources" test -e /app/src
for package in typescript vitest tsx esbuild prisma @playwright/test @biomejs/biome; do
  refused "it holds the development package $package" test -e "/app/node_modules/$package"
done
passed "no source maps, no sources, no development packages"

inside node scripts/health.mjs || fail "its health check fails while it is ready"
# Of the container: Podman keeps it elsewhere in images.
"$engine" inspect --format '{{json .Config.Healthcheck}}' "$name" | grep -q health.mjs || fail "it has no health check"
case $("$engine" image inspect --format '{{json .Config.Env}}' "$image") in
*SECRET* | *TOKEN* | *_KEYS*) fail "the image holds a secret in its environment" ;;
esac
passed "its health check agrees, and no secret stands in it"

curl -sf -o /dev/null "$url/api/setup.initialize" -H 'content-type: application/json' --data "{\"setupToken\":\"$token\",
  \"email\":\"ada@example.com\",\"password\":\"a-long-enough-password\",\"name\":\"Ada\",\"organizationName\":\"Acme\"}" ||
  fail "the set-up was refused"
sign_in
headers=$(curl -sI "$url/sign-in")
for header in content-security-policy x-content-type-options referrer-policy; do
  grep -qi "^$header:" <<<"$headers" || fail "pages come without $header"
done
inside node scripts/run.mjs command backup to /data/check.backup >/dev/null || fail "a backup cannot be made inside"
passed "set up, signed in and backed up"

stop
start
sign_in
stop
passed "ended in order, and all was there after a new start"
echo "✓ $image is as promised ($engine)"
