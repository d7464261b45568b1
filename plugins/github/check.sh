#!/usr/bin/env bash
# The step of action.yml. It needs bash, git and routec, and no network.
set -euo pipefail

# fail says why the step can't do its work, as an annotation.
fail() {
  local text=${1//'%'/%25}
  text=${text//$'\r'/%0D}
  printf '::error title=routec::%s\n' "${text//$'\n'/%0A}"
  exit "${2:-4}"
}

# The program. A pull request writes the checkout, so what lies there is run only if it is
# what the workflow's author has seen.
program=$(command -v -- "$ROUTEC") ||
  fail "There is no program '$ROUTEC'. Install routec in a step before this one, or name it by the input 'routec'."
folder_of_program=$(cd -P -- "$(dirname -- "$program")" && pwd)
checkout=$(cd -P -- "$GITHUB_WORKSPACE" && pwd)
if [[ -n $ROUTEC_SHA256 ]]; then
  sum() { if command -v sha256sum >/dev/null; then sha256sum -- "$1"; else shasum -a 256 -- "$1"; fi; }
  found=$(sum "$program")
  [[ ${found#\\} == "$(tr A-F a-f <<<"$ROUTEC_SHA256") "* ]] || fail "The SHA-256 of $program is ${found%% *}, not $ROUTEC_SHA256."
elif [[ $folder_of_program/ == "$checkout"/* ]]; then
  fail "$program lies in the checkout, which a pull request can change. Keep it elsewhere, or give the input 'sha256'."
fi

# The base of a pull request. Its merge commit, which actions/checkout gives by default, names
# the base by the first parent, up to date; else it is where the branch left the base.
# "git:" keeps a folder of that name from being taken for it.
base=${BASE?}
if [[ -z $base && -n $BASE_SHA ]]; then
  parents=$(git cat-file commit HEAD | sed -n '/^$/q; s/^parent //p' | tr '\n' ' ')
  if [[ -n $HEAD_SHA && $parents == *" $HEAD_SHA " ]]; then
    base=${parents%% *}
  else
    base=$(git merge-base "$BASE_SHA" HEAD 2>/dev/null) || base=$BASE_SHA
  fi
  git cat-file -e "$base^{commit}" 2>/dev/null ||
    fail "The commit to compare with, $base, is not in the checkout. Give actions/checkout 'fetch-depth: 0'."
  base=git:$base
fi

# The run.
folder=$(mktemp -d "${RUNNER_TEMP:-${TMPDIR:-/tmp}}/routec.XXXXXX")
args=(--output=github --fail-on="$FAIL_ON" --budget="$BUDGET"
  --report="text=$folder/report.txt" --report="markdown=$folder/review.md" --report="sarif=$folder/routec.sarif")
[[ -z $base ]] || args+=(--base="$base")
[[ -z $GOLDEN ]] || args+=(--golden="$GOLDEN")
[[ -z $EVIDENCE ]] || args+=(--require-evidence="$EVIDENCE")
case $NEW_ONLY in
true) args+=(--new-only) ;;
false) ;;
*) fail "The input 'new-only' is true or false, not '$NEW_ONLY'." 3 ;;
esac
sources=()
while IFS= read -r line || [[ -n $line ]]; do
  [[ -z $line ]] || sources+=("$line")
done <<<"${SOURCE:-.}"
code=0
"$program" check "${args[@]}" -- "${sources[@]}" >"$folder/annotations" 2>"$folder/log" || code=$?

# What it said. The report holds text of manifests, which must be no command to the runner;
# the only commands let through are annotations.
token=$(head -c 16 /dev/urandom | od -An -tx1 | tr -d ' \n')
printf '::stop-commands::%s\n' "$token"
[[ ! -f $folder/report.txt ]] || cat "$folder/report.txt"
cat "$folder/log"
printf '\n::%s::\n' "$token"
grep -E '^::(error|warning|notice) ' "$folder/annotations" || true

[[ ! -f $folder/review.md || -z ${GITHUB_STEP_SUMMARY:-} ]] || cat "$folder/review.md" >>"$GITHUB_STEP_SUMMARY"
{
  printf 'exit-code=%s\n' "$code"
  [[ ! -f $folder/review.md ]] || printf 'review=%s\n' "$folder/review.md"
  [[ ! -f $folder/routec.sarif ]] || printf 'sarif=%s\n' "$folder/routec.sarif"
} >>"$GITHUB_OUTPUT"
case $code in
0 | 1 | 2) exit "$code" ;;
*) fail "routec could not run and ended with $code; the log says why." "$code" ;;
esac
