#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Writes what is derived: the PrometheusRule from deploy/prometheus, and the rendered overlays that the tests read on machines without
# kubectl. Run it after each change of the manifests or of the rules; a test says when it was forgotten. Needs kubectl 1.27 or newer.
set -euo pipefail
cd "$(dirname "$0")"
rule=components/production/prometheus-rule.yaml
rules=../prometheus/rules/wildstream.rules.yaml
if [ -f "$rules" ]; then
  written=$(sed '/^spec:/q' "$rule" && sed 's/^\(.\)/  \1/' "$rules")
  printf '%s\n' "$written" > "$rule"
fi
for directory in overlays/* src/test/kustomize/*; do
  kubectl kustomize "$directory" > "src/test/resources/rendered/$(basename "$directory").yaml"
done
