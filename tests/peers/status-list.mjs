// stdin: {"jwt": compact JWS of a status list token} -> stdout: {"bits", "statuses"} as @sd-jwt/jwt-status-list reads them.
import { readFileSync } from 'node:fs';
import { getListFromStatusListJWT } from '@sd-jwt/jwt-status-list';

const { jwt } = JSON.parse(readFileSync(0, 'utf8'));
const list = getListFromStatusListJWT(jwt);
process.stdout.write(JSON.stringify({ bits: list.getBitsPerStatus(), statuses: list.statusList }));
