/** The editors' requests: each carries the key, and fails with a code that can be told. */

const KEY = "dalil-editors-key";

/** `code` is the server's; "offline" where it could not be reached. */
export class DeskError extends Error {
  constructor(code, message = "", status = 0) {
    super(message);
    this.code = code;
    this.status = status;
  }

  /** Whether the same might go well in a while. */
  get passing() {
    const passingCodes = ["offline", "upload_not_found"];
    return passingCodes.includes(this.code) || this.status === 429 || this.status >= 500;
  }

  /** Whether another key is needed. */
  get locked() {
    return this.code === "key_wrong" || this.code === "key_required";
  }
}

export function keptKey() {
  return sessionStorage.getItem(KEY);
}

export function keepKey(key) {
  sessionStorage.setItem(KEY, key);
}

export function forgetKey() {
  sessionStorage.removeItem(KEY);
}

/** The JSON of a reply; null where it has none. Throws DeskError. */
export async function ask(method, path, body) {
  const headers = { Authorization: `Bearer ${keptKey()}` };
  if (body) headers["Content-Type"] = "application/json";
  let reply;
  try {
    reply = await fetch(path, {
      method,
      headers,
      body: body && JSON.stringify(body),
      cache: "no-store",
    });
  } catch {
    throw new DeskError("offline");
  }
  const text = await reply.text();
  if (!reply.ok) throw refusal(text, reply.status);
  return text ? JSON.parse(text) : null;
}

/**
 * Send a file; `onProgress` is told the share that is gone. Throws DeskError.
 * @param {File} file
 * @param {(share: number) => void} onProgress
 */
export function send(file, replace, onProgress) {
  const form = new FormData();
  form.append("file", file);
  return new Promise((resolve, reject) => {
    // fetch cannot tell how much has been sent.
    const request = new XMLHttpRequest();
    request.open("POST", `/v1/articles?replace=${replace}`);
    request.setRequestHeader("Authorization", `Bearer ${keptKey()}`);
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) onProgress(event.loaded / event.total);
    });
    request.addEventListener("error", () => reject(new DeskError("offline")));
    request.addEventListener("load", () => {
      if (request.status === 202) resolve(JSON.parse(request.responseText).upload);
      else reject(refusal(request.responseText, request.status));
    });
    request.send(form);
  });
}

/** A proxy in between may answer with something that is not ours. */
function refusal(text, status) {
  try {
    const { code, message } = JSON.parse(text).error;
    return new DeskError(String(code), String(message), status);
  } catch {
    return new DeskError("http", `HTTP ${status}`, status);
  }
}
