#!/usr/bin/env bash
# The step of action.yml. It needs bash and gh, and talks to GitHub's API alone.
set -euo pipefail

fail() {
  printf '::error title=routec::%s\n' "$1"
  exit 1
}

# The review may come from a pull request's own workflow: it is a file to post, and no more.
[[ -f $REVIEW && ! -L $REVIEW ]] || fail "The input 'review' names no file."
[[ $NAME =~ ^[A-Za-z0-9.-]{1,64}$ ]] || fail "The input 'name' has at most 64 letters, digits, dots and dashes."

# The comment is found again by its hidden first line. The review's own names its meshes, which a
# change may rename; so this one takes its place.
export MARKER="<!-- routec-review $NAME -->" # gh's --jq reads it
body=$(mktemp)
trap 'rm -f "$body"' EXIT
{
  printf '%s\n' "$MARKER"
  sed '1{/^<!-- routec-review /d;}' "$REVIEW"
} >"$body"
(($(LC_ALL=C.UTF-8 wc -m <"$body") <= 65536)) || fail "The review is longer than the 65,536 characters of a comment."

# The pull request: the event's own, or the open one whose head the other workflow ran on.
# Nothing that the other workflow has written says which.
if [[ -z $NUMBER ]]; then
  [[ -n $HEAD_SHA ]] || fail "This runs on the events pull_request and workflow_run."
  NUMBER=$(gh api --method GET "repos/$GITHUB_REPOSITORY/pulls" -f state=open -f head="$HEAD_OWNER:$HEAD_BRANCH" \
    --jq '.[] | select(.head.sha == env.HEAD_SHA) | .number' | sed -n 1p)
  if [[ -z $NUMBER ]]; then
    echo "No open pull request is at this commit any more: nothing to comment."
    exit 0
  fi
fi

comment=$(gh api --paginate "repos/$GITHUB_REPOSITORY/issues/$NUMBER/comments?per_page=100" \
  --jq '.[] | select(.user.login == env.AUTHOR and (.body | startswith(env.MARKER))) | .id' | sed -n 1p)
if [[ -n $comment ]]; then
  gh api --method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$comment" -F body=@"$body" --jq .html_url
else
  gh api --method POST "repos/$GITHUB_REPOSITORY/issues/$NUMBER/comments" -F body=@"$body" --jq .html_url
fi
