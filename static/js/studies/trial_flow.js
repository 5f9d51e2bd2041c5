/**
 * One trial as plain data: what is asked, what is answered, what is sent. No document, no network.
 *
 * @typedef {{value: string|number, label: string, hint?: string, key?: string, shapes?: string[],
 *   descriptors?: {key: string, label: string, options: {value: string, label: string}[]}[]}} Option
 * @typedef {{key: string, kind: "choice"|"scale"|"multiple"|"text"|"number"|"marks", label: string, hint?: string,
 *   required: boolean, options?: Option[], when?: {question: string, is: (string|number)[]}, longest?: number,
 *   minimum?: number, maximum?: number, unit?: string}} Question
 * @typedef {string|number|(string|number)[]} Answer
 * @typedef {{id: string, finding: string, shape: string, x: number, y: number, width: number, height: number,
 *   points?: [number, number][], descriptors?: Record<string, string>}} Mark
 * @typedef {object} Trial
 * @property {string} token
 * @property {string} uuid made once per trial, before anything is sent
 * @property {number} revision
 * @property {number} index 1-based
 * @property {number} count
 * @property {Question[]} questions
 * @property {Record<string, Answer>} answers
 * @property {Mark[]} marks image pixels
 * @property {number} activeMs counted before a reload
 * @property {boolean} training whether the truth may be told after the answer
 * @property {string} condition of a session, or nothing
 */
import { canonicalJson } from "./canonical_json.js";
import { sha256 } from "./sha256.js";

/** Questions answered in the rail; findings are answered in the picture. @param {Question[]} questions */
export const railQuestions = (questions) => questions.filter((q) => q.kind !== "marks");

/** Whether a question is asked, given the answers before it. @param {Question} question @param {Record<string, Answer>} answers */
export function isAsked({ when }, answers) {
  if (!when) return true;
  const given = answers[when.question];
  return (Array.isArray(given) ? given : [given]).some((value) => when.is.includes(value));
}

/**
 * Return the trial to read, with the draft of an earlier visit when it belongs to this trial.
 * @param {{token: string, index: number, count: number, questions: Question[], training?: boolean, condition?: string}} next
 * @param {{token: string, uuid: string, answers: object, marks: Mark[], activeMs: number} | null} draft
 * @param {() => string} newUuid
 * @returns {Trial}
 */
export function trialStarted(next, draft, newUuid) {
  const kept = draft && draft.token === next.token ? draft : null;
  return {
    token: next.token,
    uuid: kept ? kept.uuid : newUuid(),
    revision: 1,
    index: next.index,
    count: next.count,
    questions: next.questions,
    answers: kept ? validAnswers(next.questions, kept.answers) : {},
    marks: kept ? kept.marks : [],
    activeMs: kept ? kept.activeMs : 0,
    training: next.training ?? false,
    condition: next.condition ?? "",
  };
}

/**
 * Return the trial to read with what was drafted of it: in this browser, else by another one at the server.
 * @param {any} next @param {any} mine @param {() => string} newUuid
 * @returns {Trial}
 */
export function trialResumed(next, mine, newUuid) {
  if (mine?.token === next.token || !next.draft) return trialStarted(next, mine, newUuid);
  const empty = { token: next.token, uuid: newUuid(), answers: {}, marks: [], activeMs: 0 };
  return trialStarted(next, { ...empty, ...next.draft.body }, newUuid);
}

/** @param {Question} question @param {any} value */
function isAnswer({ kind, options, longest = 2000 }, value) {
  if (kind === "text") return typeof value === "string" && value.length <= longest;
  if (kind === "number") return typeof value === "number" && Number.isFinite(value);
  const offered = (one) => options.some((option) => option.value === one);
  return kind === "multiple" ? Array.isArray(value) && value.every(offered) : offered(value);
}

/** Keep what still answers a question that is still asked. @param {Question[]} questions @param {object} answers */
function validAnswers(questions, answers) {
  /** @type {Record<string, Answer>} */
  const kept = {};
  for (const question of railQuestions(questions)) {
    const value = answers[question.key];
    if (value !== undefined && isAsked(question, kept) && isAnswer(question, value)) kept[question.key] = value;
  }
  return kept;
}

/**
 * Return the trial with one answer set. An optional choice given twice is taken back, one of several changes its
 * state, and empty words or no number leave no answer.
 * @param {Trial} trial @param {string} key @param {Answer|null} value
 * @returns {Trial}
 */
export function trialAnswered(trial, key, value) {
  const question = railQuestions(trial.questions).find((q) => q.key === key);
  const several = question?.kind === "multiple";
  const empty = value === null || (question?.kind === "text" && !String(value).trim());
  if (!question || !isAsked(question, trial.answers) || (!empty && !isAnswer(question, several ? [value] : value))) {
    throw new RangeError(`no answer ${JSON.stringify(value)} to ${JSON.stringify(key)}`);
  }
  const answers = { ...trial.answers };
  if (several) {
    const before = /** @type {(string|number)[]} */ (answers[key] ?? []);
    const one = /** @type {string|number} */ (value);
    const after = before.includes(one) ? before.filter((other) => other !== one) : [...before, one];
    if (after.length) answers[key] = after;
    else delete answers[key];
  } else if (empty || (question.options && !question.required && answers[key] === value)) delete answers[key];
  else answers[key] = value;
  return { ...trial, answers: validAnswers(trial.questions, answers) };
}

/**
 * Return the trial with these marks, clipped to the image and on quarters of a pixel: finer means nothing,
 * and quarters add up exactly wherever they are added.
 * @param {Trial} trial @param {Mark[]} marks @param {{width: number, height: number}} image in pixels
 * @returns {Trial}
 */
export function trialMarked(trial, marks, image) {
  return { ...trial, marks: marks.map((mark) => clippedMark(mark, image)) };
}

/** @param {Mark} mark @param {{width: number, height: number}} image @returns {Mark} */
function clippedMark({ id, finding, shape, x, y, width = 0, height = 0, points, descriptors }, image) {
  const on = (value, most) => Math.round(Math.min(Math.max(value, 0), most) * 4) / 4;
  /** @type {[number, number][]} */
  const corners = (points ?? [[x, y], [x + width, y + height]]).map(([px, py]) => [on(px, image.width), on(py, image.height)]);
  const [xs, ys] = [corners.map((corner) => corner[0]), corners.map((corner) => corner[1])];
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  const box = { x: left, y: top, width: Math.max(...xs) - left, height: Math.max(...ys) - top };
  const described = descriptors && Object.keys(descriptors).length ? { descriptors } : {};
  return { id, finding, shape, ...box, ...(points ? { points: corners } : {}), ...described };
}

/** Return the keys of required questions without an answer, in order. @param {Trial} trial @returns {string[]} */
export function trialMissing(trial) {
  const owed = railQuestions(trial.questions).filter((q) => q.required && isAsked(q, trial.answers));
  return owed.filter((q) => !(q.key in trial.answers)).map((q) => q.key);
}

/** Return what is kept in the browser while the trial is read. @param {Trial} trial @param {number} activeMs */
export function draftOf(trial, activeMs) {
  const { token, uuid, answers, marks } = trial;
  return { token, uuid, answers, marks, activeMs };
}

/**
 * Return the outbox entry of a finished trial: the body to send and the hash that a receipt must repeat.
 * @param {Trial} trial
 * @param {{participant: string, clientAt: string, activeMs: number}} facts
 */
export function entryOf(trial, { participant, clientAt, activeMs }) {
  const { uuid, revision, answers, marks } = trial;
  const said = { trial: trial.token, revision, answers, marks };
  return {
    uuid,
    participant,
    sha256: sha256(canonicalJson(said)),
    body: { ...said, client_at: clientAt, active_ms: activeMs },
    queuedAt: clientAt,
    refusal: null,
  };
}
