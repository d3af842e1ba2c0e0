#!/usr/bin/env bash
# The class Core of @walletconnect/core 2.21.8 is not assignable to the interface ICore of @walletconnect/types 2.21.8, which
# the SDK's own parts take it for, where TypeScript's exactOptionalPropertyTypes is on: the interface has `relayUrl?: string`,
# the class may hold undefined there. Without that option, in strict mode, it is. Seen with TypeScript 6.0.3:
#   exactOptionalPropertyTypes false: 0
#   exactOptionalPropertyTypes true: TS2375 relayUrl
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund @walletconnect/core@2.21.8 @walletconnect/types@2.21.8 typescript@6.0.3
cat > app.ts <<'TS'
import { Core } from '@walletconnect/core';
import type { ICore } from '@walletconnect/types';
export const core: ICore = new Core({ projectId: 'an-id' });
TS
seen=""
for exact in false true; do
  said=$(node node_modules/typescript/bin/tsc --noEmit --strict --skipLibCheck --target es2022 --module nodenext \
    --exactOptionalPropertyTypes "$exact" app.ts) && found=0 || found=$(grep -o 'TS[0-9]*' <<<"$said" | head -1)
  grep -q "'relayUrl'" <<<"$said" && found="$found relayUrl"
  seen+="exactOptionalPropertyTypes $exact: $found"$'\n'
done
printf '%s' "$seen"
test "$seen" = $'exactOptionalPropertyTypes false: 0\nexactOptionalPropertyTypes true: TS2375 relayUrl\n'
