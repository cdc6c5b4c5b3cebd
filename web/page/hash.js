/** The SHA-256 of a text's UTF-8 bytes in lower-case hex; null where browsers have no such thing: away from HTTPS and this machine. */
export async function sha256(text) {
  if (!globalThis.crypto?.subtle) return null;
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
