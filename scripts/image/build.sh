#!/usr/bin/env bash
# `npm run image -- [options of the engine's build]`: the production image, as slipway:<version> and slipway:latest.
set -euo pipefail
cd "$(dirname "$0")/../.."
source scripts/image/engine.sh

engine=$(find_engine) || {
  echo "✗ No container engine answers here. Start Docker or Podman, or name yours: CONTAINER_ENGINE=…" >&2
  exit 1
}
version=$(node -p 'require("./package.json").version')
build_image "$engine" slipway:latest "$@"
"$engine" tag slipway:latest "slipway:$version"
echo "✓ slipway:$version"
