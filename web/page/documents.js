/** What every page asks of the service. */

export const SIGN_OUT = `mutation SignOut { signOut(input: {}) { replayed } }`;
