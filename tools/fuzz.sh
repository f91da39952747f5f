#!/usr/bin/env bash
# Searches for input that breaks the server: `tools/fuzz.sh [SECONDS]` (1200), half an hour of it or more is an honest try.
#
# Frames: the test of tests/chat/frames.rs, with more of them. HTTP bodies: schemathesis (PyPI) reads the OpenAPI document
# and sends a running sample shop what fits it and what nearly does, as an administrator, until the time is over; what it
# looks for is an answer of 500 or above, and a panic in the server's log.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-1200}
zhike=${ZHIKE:-target/release/zhike}
listen=127.0.0.1:18099

[ -x "$zhike" ] || { echo "there is no program at $zhike: run \`make build\`, or name one with ZHIKE"; exit 2; }
scratch=$(mktemp -d)
trap 'kill "${server:-}" 2>/dev/null || true; rm -rf "$scratch"' EXIT

TEST_FRAMES=$((seconds * 100)) cargo test --test chat after_any_frame

python3 -m venv "$scratch/venv"
"$scratch/venv/bin/pip" install --quiet 'schemathesis==4.*'
"$zhike" serve --demo --data "$scratch/data" --listen "$listen" >"$scratch/log" 2>&1 &
server=$!
until curl --silent --fail --output /dev/null "http://$listen/readyz"; do
  kill -0 "$server" || { cat "$scratch/log"; exit 1; }
  sleep 0.5
done
login=$("$zhike" user add fuzz@shop.example --role admin --json --data "$scratch/data")
token=$(curl --silent --fail -H 'content-type: application/json' -d "$login" "http://$listen/api/v1/auth/login" |
  python3 -c 'import json, sys; print(json.load(sys.stdin)["token"])')
# A new password or signing out would end the search.
"$scratch/venv/bin/schemathesis" run web/shared/openapi.json --url "http://$listen" \
  --header "Authorization: Bearer $token" --exclude-path-regex '^/api/v1/auth/' --phases coverage,fuzzing \
  --checks not_a_server_error --generation-database none --max-time "$seconds" --continue-on-failure
kill -0 "$server" || { echo "the server is gone"; exit 1; }
curl --silent --fail --output /dev/null -H "Authorization: Bearer $token" "http://$listen/api/v1/auth/me" ||
  { echo "the administrator was signed out on the way: what came after was not tried"; exit 1; }
! grep --ignore-case panicked "$scratch/log"
