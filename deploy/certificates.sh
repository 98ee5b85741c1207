#!/usr/bin/env bash
# Makes what a cluster of three nodes needs for TLS, each file only where it is missing, with es-gencert-cli of EventStoreDB.
#   /authority/ca        certificate and key of the authority, for nobody else
#   /ca                  its certificate, for all who want to know whom they talk to
#   /node1 … /node3      certificate and key of each node, for user 1000, who it runs as
set -euo pipefail
umask 022
root=${1:-}

authority="$root/authority/ca"
[ -e "$authority/ca.crt" ] || es-gencert-cli create-ca -out "$authority"
chmod 700 "$root/authority"
[ -e "$root/ca/ca.crt" ] || cp "$authority/ca.crt" "$root/ca/ca.crt"

for node in node1 node2 node3; do
  folder="$root/$node/certificate"
  if [ ! -e "$folder/node.crt" ]; then
    es-gencert-cli create-node -ca-certificate "$authority/ca.crt" -ca-key "$authority/ca.key" -out "$folder" -ip-addresses 127.0.0.1 -dns-names "$node,localhost"
    chmod 400 "$folder/node.key"
  fi
  chown -R "${OWNER:-1000:1000}" "$root/$node"
done
