/**
 * What a reading session says of itself, and in which words.
 *
 * @typedef {"fetching"|"reading"|"sending"|"taught"|"done"} Phase
 * @typedef {{kind: "offline"|"server"|"closed"|"signed-out"|"refused"|"storage"|"picture"|"elsewhere"|"step"|"draft", text: string}} Notice
 * @typedef {object} View
 * @property {Phase} phase
 * @property {import("./trial_flow.js").Trial|null} trial
 * @property {string[]} missing named after Enter, cleared as they are answered
 * @property {{field: string, text: string}|null} wrong the server's word about one answer
 * @property {Notice|null} notice
 * @property {{is: string, said: string}|null} lesson what was true of the training case just answered
 * @property {number} acknowledged answers that the server has confirmed
 *
 * @typedef {object} Options what a session is given
 * @property {string} participant
 * @property {ReturnType<typeof import("./reader_api.js").createReaderApi>} api
 * @property {import("./outbox.js").Outbox} outbox
 * @property {{put(draft: object): Promise<void>, remove(): Promise<void>, get(): Promise<any>}} drafts
 * @property {(next: any, marks: import("./trial_flow.js").Mark[]) => Promise<void>} show resolves when the picture is drawn
 * @property {() => string} newUuid
 * @property {() => number} now monotonic ms
 * @property {() => string} clockTime ISO time for the record
 * @property {(fn: () => void, ms: number) => unknown} setTimer
 * @property {(id: any) => void} clearTimer
 * @property {() => number} random
 * @property {(marks: import("./trial_flow.js").Mark[]) => void} [onAdopted] marks that another window drew
 * @property {() => object} [screen] what this browser says of its screen
 * @property {(view: View) => void} onChange
 */

/** Refusals that are about the place and not about the answer: another device reads, or a step comes first. */
export const PLACES = { other_device: "elsewhere", taken_over: "elsewhere", step_owed: "step" };

/** Refusals that the reader can mend: the protocol does not allow the answer, or a mark is off the picture. */
export const ANSWERS_FAULT = new Set(["answer", "answer_missing", "answer_unknown", "mark_outside_image"]);

export const WORDS = {
  offline: "No connection. The next image comes as soon as it is back.",
  server: "The server does not answer. Trying again by itself.",
  closed: "The study is not open now.",
  "signed-out": "You are signed out. Sign in again to go on; nothing is lost.",
  storage: "This browser can't keep your answer: its storage is full or switched off. Make room, then press Enter again.",
  picture: "The image could not be loaded. Trying again by itself.",
  draft: "Another window of yours has changed this answer. What it holds is shown now.",
};
