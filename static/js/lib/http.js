// Requests to our own server: JSON both ways, the CSRF token, and one kind of error.

/** An answer that is not 2xx, or no answer at all (`status` 0, `code` "offline"). */
export class HttpError extends Error {
  /**
   * @param {string} message what to tell the person
   * @param {{status?: number, code?: string, field?: string|null, number?: string}} [facts] `number`: of the request,
   *   by which its lines in the site's logs are found
   */
  constructor(message, { status = 0, code = "offline", field = null, number = "" } = {}) {
    super(message);
    this.name = "HttpError";
    this.status = status;
    this.code = code;
    this.field = field;
    this.number = number;
  }

  /** Whether trying again later can help: no answer, a busy server, or a failure on its side. */
  get temporary() {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

/** The CSRF token from the page's form field, else from the cookie; "" when there is none. */
export function csrfToken(page = globalThis.document) {
  const field = /** @type {HTMLInputElement|null} */ (page?.querySelector("[name=csrfmiddlewaretoken]"));
  if (field) return field.value;
  return /(?:^|; )(?:__Host-)?csrftoken=([^;]+)/.exec(page?.cookie ?? "")?.[1] ?? "";
}

/** @param {Response} response @returns {Promise<any>} the JSON body, or null where there is none */
async function jsonBody(response) {
  if (response.status === 204) return null;
  return response.json().catch(() => null);
}

/**
 * What a person is told to report of an answer that is the site's own fault; "" for every other.
 * @param {number} status @param {string|null} number from the header X-Request-ID
 */
export const reportWords = (status, number) => (status >= 500 && number ? ` Report this number: ${number}` : "");

/** @param {Response} response @param {any} body @returns {HttpError} */
function errorOf(response, body) {
  const error = body?.error;
  const number = response.headers.get("X-Request-ID") ?? "";
  const message = typeof error?.message === "string" ? error.message : `The server answered ${response.status}.`;
  return new HttpError(message + reportWords(response.status, number), {
    number,
    status: response.status,
    code: typeof error?.code === "string" ? error.code : String(response.status),
    field: typeof error?.field === "string" ? error.field : null,
  });
}

/**
 * Send one request and return its status with its JSON body.
 *
 * A redirect to the sign-in page counts as 401, since a script can't follow it in the person's name.
 * @param {string} method @param {string} url
 * @param {{body?: any, signal?: AbortSignal, keepalive?: boolean, fetcher?: typeof fetch, csrf?: string}} [options]
 *   `body`: a FormData goes as it is, anything else as JSON.
 * @returns {Promise<{status: number, body: any}>}
 * @throws {HttpError} for every other answer than 2xx, and when there is no answer
 */
export async function request(method, url, { body, signal, keepalive, fetcher = fetch, csrf } = {}) {
  /** @type {Record<string, string>} */
  const headers = { Accept: "application/json" };
  if (method !== "GET" && method !== "HEAD") headers["X-CSRFToken"] = csrf ?? csrfToken();
  const raw = typeof FormData !== "undefined" && body instanceof FormData;
  if (body !== undefined && !raw) headers["Content-Type"] = "application/json";
  const payload = body === undefined || raw ? body : JSON.stringify(body);
  let response;
  try {
    response = await fetcher(url, { method, headers, body: payload, signal, keepalive, credentials: "same-origin" });
  } catch (error) {
    if (/** @type {any} */ (error)?.name === "AbortError") throw error;
    throw new HttpError("The server can't be reached.");
  }
  if (response.redirected && new URL(response.url).pathname.startsWith("/accounts/")) {
    throw new HttpError("You are signed out.", { status: 401, code: "signed_out" });
  }
  const answer = await jsonBody(response);
  if (!response.ok) throw errorOf(response, answer);
  return { status: response.status, body: answer };
}

/** GET JSON. @param {string} url @param {object} [options] */
export const getJson = async (url, options) => (await request("GET", url, options)).body;

/**
 * POST JSON or a form and return the answer's body.
 * @param {string} url @param {any} [body] @param {object} [options]
 */
export const postJson = async (url, body, options) => (await request("POST", url, { body, ...options })).body;

/**
 * PUT JSON and return `{status, body}`: 200 and 201 may mean different things.
 * @param {string} url @param {any} body @param {object} [options]
 */
export const putJson = (url, body, options) => request("PUT", url, { body, ...options });
