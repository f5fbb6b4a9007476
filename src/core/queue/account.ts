/** An account's name on the Hub, as it may be a folder's: nothing that looks alike, no way out of it. */
export const ACCOUNT = /^[A-Za-z0-9][A-Za-z0-9._-]{0,95}$/;

/** So many accounts that vote for one model within a day are shown to a person. */
export const LEAST_ACCOUNTS = 10;
