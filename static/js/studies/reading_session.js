/**
 * The course of a reading: ask the server for the trial, show it, collect the answer, keep it, send it,
 * ask again. The server alone decides what comes next. No document and no network of its own.
 * @typedef {import("./session_words.js").Notice["kind"]} Kind
 */
import { createActiveTime } from "./active_time.js";
import { createDraftSync } from "./draft_sync.js";
import { waitMs } from "./outbox.js";
import { ANSWERS_FAULT, PLACES, WORDS } from "./session_words.js";
import { draftOf, entryOf, isAsked, trialAnswered, trialMarked, trialMissing, trialResumed, trialStarted } from "./trial_flow.js";

/** Return a reading session. @param {import("./session_words.js").Options} options */
export function createReadingSession({
  participant, api, outbox, drafts, show, newUuid, now, clockTime, setTimer, clearTimer, random, onChange,
  screen = () => ({}), onAdopted = () => {},
}) {
  /** @type {import("./session_words.js").View} */
  let view = { phase: "fetching", trial: null, missing: [], wrong: null, notice: null, lesson: null, acknowledged: 0 };
  let image = { width: 0, height: 0 };
  let time = createActiveTime({ now });
  let asking = null;
  let started = false; // the outbox speaks as soon as it is read, before the reader wants an image
  let attempt = 0;
  let timer = null;
  const sync = createDraftSync({ send: api.draft, setTimer, clearTimer, onConflict: adopt });

  const set = (/** @type {Partial<import("./session_words.js").View>} */ change) => {
    view = { ...view, ...change };
    onChange(view);
  };
  const say = (/** @type {Kind} */ kind, text = "") => set({ notice: { kind, text: text || WORDS[kind] } });
  // A draft is a comfort, not a record: a browser that can't keep it must not stop the reading.
  const keep = () => view.trial && drafts.put(draftOf(view.trial, time.total())).catch(() => {});
  const changed = () => {
    if (api.keepsDrafts) sync.change({ answers: view.trial.answers, marks: view.trial.marks });
    return keep();
  };

  /** Another window of this reader saved a draft: its state is shown, and said. @param {{answers?: object, marks?: import("./trial_flow.js").Mark[]}} body */
  function adopt(body) {
    if (view.phase !== "reading") return;
    const trial = trialStarted(view.trial, { ...draftOf(view.trial, view.trial.activeMs), answers: {}, marks: [], ...body }, newUuid);
    set({ trial, notice: { kind: "draft", text: WORDS.draft } });
    onAdopted(trial.marks);
  }

  /** @param {Kind} kind @param {string} [text] @param {number} [given] */
  function tryLater(kind, text, given = 0) {
    say(kind, text);
    clearTimer(timer);
    timer = setTimer(() => void advance(), Math.max(given, waitMs(attempt++, random)));
  }

  /** @param {any} next */
  async function begin(next) {
    const mine = await drafts.get().catch(() => null);
    const trial = trialResumed(next, mine, newUuid);
    try {
      await show(next, trial.marks);
    } catch {
      return tryLater("picture");
    }
    attempt = 0;
    image = next.image;
    time = createActiveTime({ now, already: trial.activeMs });
    const notice = view.notice?.kind === "refused" ? view.notice : null;
    set({ phase: "reading", trial, missing: [], wrong: null, notice, lesson: null, acknowledged: next.acknowledged });
    sync.begin(next.token, next.draft?.version ?? 0);
    await keep();
  }

  async function ask() {
    clearTimer(timer);
    await outbox.flush();
    if (outbox.state().waiting) return hold(); // the outbox goes on trying and calls `delivered`
    if (!api.seated) {
      const seat = await api.sit({ clientAt: clockTime(), screen: screen(), takeOver: false });
      if (seat.kind !== "seated") return stand(seat);
    }
    const got = await api.next();
    if (got.kind === "trial") return begin(got.next);
    if (got.kind !== "done") return stand(got);
    await drafts.remove().catch(() => {});
    return set({ phase: "done", notice: null });
  }

  /** Say why there is no case to read now. @param {Exclude<import("./outbox.js").Outcome, {kind: "accepted"}>} got */
  function stand(got) {
    if (got.kind === "later") return tryLater(got.reason, got.message, got.waitMs);
    if (got.kind === "signed-out") return say("signed-out");
    if (got.code === "taken_over") api.unseat();
    return say(PLACES[got.code] ?? "refused", got.message);
  }

  /** After a training case: what was true, until the reader goes on. */
  async function teach() {
    const lesson = await api.lesson(view.trial.token);
    return lesson ? set({ lesson }) : (set({ phase: "fetching" }), advance());
  }

  /** One question to the server at a time. */
  function advance() {
    asking ??= ask().finally(() => {
      asking = null;
    });
    return asking;
  }

  /** Say why the answers have not left yet. */
  function hold() {
    const { status, reason } = outbox.state();
    if (status in WORDS) say(/** @type {Kind} */ (status), reason);
  }

  /** The outbox changed: go on when the present answer has left it, stop when it was turned down. */
  function delivered() {
    if (started && view.phase === "fetching" && !asking && !outbox.state().waiting) void advance();
    if (view.phase !== "sending") return;
    const entry = view.trial && outbox.get(view.trial.uuid);
    if (!entry) {
      const taught = view.trial.training && api.keepsDrafts;
      set({ phase: taught ? "taught" : "fetching", notice: null });
      void (taught ? teach() : advance());
    } else if (ANSWERS_FAULT.has(entry.refusal?.code)) {
      const { field, message } = entry.refusal;
      set({ phase: "reading", wrong: { field: field ?? "", text: message } });
    } else if (entry.refusal) {
      set({ phase: "fetching", notice: { kind: "refused", text: entry.refusal.message } });
      void advance();
    } else hold();
  }

  return {
    /** Replay what an earlier visit left, then ask for the trial. */
    start() {
      started = true;
      return advance();
    },
    delivered,
    view: () => view,
    /** @param {string} key @param {import("./trial_flow.js").Answer|null} value */
    answer(key, value) {
      if (view.phase !== "reading") return;
      time.touch();
      const question = view.trial.questions.find((one) => one.key === key);
      if (question && !isAsked(question, view.trial.answers)) return; // its key does nothing while it is not asked
      const trial = trialAnswered(view.trial, key, value);
      set({ trial, missing: view.missing.filter((one) => one !== key), wrong: null });
      void changed();
    },
    /** @param {import("./trial_flow.js").Mark[]} marks */
    mark(marks) {
      if (view.phase !== "reading") return;
      time.touch();
      set({ trial: trialMarked(view.trial, marks, image), wrong: null });
      void changed();
    },
    /** Enter: name what is missing, or keep the answer and send it. Twice is once. */
    async submit() {
      if (view.phase === "taught" && view.lesson) {
        set({ phase: "fetching", lesson: null });
        return advance();
      }
      if (view.phase !== "reading") return;
      time.touch();
      const missing = trialMissing(view.trial);
      if (missing.length) return set({ missing });
      const activeMs = time.total();
      time.pause();
      sync.stop();
      set({ phase: "sending", missing: [], notice: null });
      const entry = entryOf(view.trial, { participant, clientAt: clockTime(), activeMs });
      try {
        await outbox.add(entry);
      } catch {
        set({ phase: "reading" });
        return say("storage");
      }
      await outbox.flush();
    },
    /** A sign of life. */
    touch: () => time.touch(),
    /** The page is hidden or goes away. */
    async rest() {
      time.pause();
      await Promise.all([keep(), sync.flush()]);
    },
    /** Read here and not on the other device. */
    async takeOver() {
      const seat = await api.sit({ clientAt: clockTime(), screen: screen(), takeOver: true });
      return seat.kind === "seated" ? advance() : stand(seat);
    },
    /** The network, the page or the sign-in is back. */
    async wake() {
      attempt = 0;
      await outbox.wake();
      if (view.phase === "fetching") await advance();
    },
  };
}
