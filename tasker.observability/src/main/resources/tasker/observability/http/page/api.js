/** Ask the worker. The token stays in this tab's session storage and goes out in a header, never in an address. */

const KEY = "tasker.token";
const PATIENCE_MS = 8_000;

/** Say that the worker wants a token, or another one. */
export class TokenWanted extends Error {}

/** Say that the worker answered, but not with what was asked for. */
export class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

export function token() {
  return sessionStorage.getItem(KEY) ?? "";
}

export function setToken(value) {
  if (value) {
    sessionStorage.setItem(KEY, value);
  } else {
    sessionStorage.removeItem(KEY);
  }
}

/** Get JSON. */
export async function getJson(path) {
  const response = await ask(path, "application/json", {}, AbortSignal.timeout(PATIENCE_MS));
  return response.json();
}

/** Ask, and throw what is wrong with the answer. */
export async function ask(path, accept, headers, signal) {
  const secret = token();
  const response = await fetch(path, {
    headers: { Accept: accept, ...headers, ...(secret ? { Authorization: `Bearer ${utf8(secret)}` } : {}) },
    cache: "no-store",
    redirect: "error",
    signal,
  });
  if (response.status === 401) {
    throw new TokenWanted();
  }
  if (!response.ok) {
    throw new Refused(response.status, await reason(response));
  }
  return response;
}

/** Headers carry one byte a character. */
function utf8(text) {
  return String.fromCharCode(...new TextEncoder().encode(text));
}

async function reason(response) {
  try {
    const { error } = await response.json();
    return `${error.code} ${error.message}`;
  } catch {
    return `the worker answered with ${response.status}`;
  }
}
