/** Whether a text can be the name of an account on the Hub; as part of a path it leads nowhere else. */
export function isAccountName(text: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._-]{0,95}$/.test(text);
}
