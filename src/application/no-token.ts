/** Stands where a digest of 64 hex digits is asked for and there is none: no token has this hash, no facts this digest. */
export const NO_TOKEN = '0'.repeat(64);
