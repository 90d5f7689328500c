# Sourced by the scripts beside it.

# The first container engine that answers; CONTAINER_ENGINE names another.
find_engine() {
  local name
  for name in ${CONTAINER_ENGINE:-docker podman}; do
    if command -v "$name" >/dev/null && "$name" info >/dev/null 2>&1; then
      echo "$name"
      return
    fi
  done
  return 1
}

# Podman's own format has no health checks.
build_image() {
  local engine=$1 tag=$2 format=()
  shift 2
  case "$("$engine" --version)" in podman*) format=(--format docker) ;; esac
  "$engine" build "${format[@]}" --tag "$tag" "$@" .
}
