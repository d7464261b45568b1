#!/bin/sh
# Releases the mesh: ./release.sh oci://ghcr.io/org/mesh:prod
set -eu
# Whoever has reviewed frozen/ in a pull request has reviewed what clusters get: nothing else
# is pushed.
routec diff frozen mesh >&2
routec push "$1" mesh --manifests
