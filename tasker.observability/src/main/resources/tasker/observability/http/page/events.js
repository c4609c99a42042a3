/** The last events of the fast path: followed, filtered, and one of them looked into. */

import { byId, el, say } from "./dom.js";
import { count, preciseClock, things } from "./format.js";
import { follow } from "./stream.js";

const KEPT = 200;

/** How many events back to begin, so that a page just opened is not empty. */
const LAST = 100;

const HEADERS = ["event_type", "event_id", "timestamp"];

export class Events {
  constructor(onTokenWanted) {
    this.onTokenWanted = onTokenWanted;
    this.list = byId("event-list");
    this.view = byId("event-view");
    this.pattern = "";
    this.stop = () => {};
    this.paused = false;
    this.inside = false;
    this.listen();
    this.clear();
  }

  /** Follow the pattern in the filter from now on. */
  start() {
    this.stop();
    this.clear();
    this.state = "connecting";
    this.stop = follow(this.pattern || "*", LAST, {
      open: () => this.turn("open"),
      event: (type, data) => this.take(type, data),
      lost: () => this.turn("lost"),
      refused: (reason) => this.refuse(reason),
      tokenWanted: () => {
        this.turn("token");
        this.onTokenWanted();
      },
    });
    this.show();
  }

  listen() {
    byId("filter-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.pattern = byId("filter").value.trim();
      this.start();
    });
    byId("pause").addEventListener("click", () => {
      this.paused = !this.paused;
      byId("pause").setAttribute("aria-pressed", this.paused);
      say(byId("pause"), this.paused ? "Resume" : "Pause");
      this.show();
    });
    // Rows that move away from under the pointer cannot be clicked.
    for (const [kind, inside] of [["pointerenter", true], ["pointerleave", false]]) {
      this.list.addEventListener(kind, () => {
        this.inside = inside;
        this.show();
      });
    }
    this.list.addEventListener("click", (event) => {
      const row = event.target.closest("[role=option]");
      if (row) {
        this.choose(row);
      }
    });
    this.list.addEventListener("keydown", (event) => this.walk(event));
  }

  walk(event) {
    const rows = [...this.list.querySelectorAll("[role=option]")];
    const at = rows.findIndex((row) => row === this.chosen);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
    if (to !== undefined && rows.length > 0) {
      event.preventDefault();
      const row = rows[Math.max(0, Math.min(rows.length - 1, to))];
      this.choose(row);
      row.scrollIntoView({ block: "nearest" });
    }
  }

  clear() {
    this.received = 0;
    this.missed = 0;
    this.held = [];
    this.chosen = null;
    this.gap = "";
    this.list.replaceChildren();
    this.list.removeAttribute("aria-activedescendant");
    this.view.replaceChildren(el("p", { class: "empty" }, "Choose an event to see its payload."));
    say(byId("filter-error"), "");
  }

  turn(state) {
    this.state = state;
    this.show();
  }

  refuse(reason) {
    say(byId("filter-error"), reason);
    this.turn("refused");
  }

  take(type, data) {
    if (type === "missed") {
      this.missed += data.missed;
    } else if (type === "gap") {
      this.gap = data.reason;
    } else {
      this.received++;
      this.held.push(data);
      this.held.splice(0, Math.max(0, this.held.length - KEPT));
    }
    this.schedule();
  }

  /** A burst is drawn once. */
  schedule() {
    if (!this.scheduled) {
      this.scheduled = true;
      setTimeout(() => {
        this.scheduled = false;
        this.show();
      }, 120);
    }
  }

  show() {
    if (!this.paused && !this.inside && this.held.length > 0) {
      const rows = this.held.map((event) => newRow(event)).reverse();
      this.held = [];
      this.list.querySelector(".empty")?.remove();
      this.list.prepend(...rows);
      while (this.list.childElementCount > KEPT) {
        this.list.lastElementChild.remove();
      }
    }
    if (this.list.childElementCount === 0) {
      this.list.append(el("p", { class: "empty" }));
    }
    const empty = this.list.querySelector(".empty");
    if (empty) {
      say(empty, this.emptiness());
    }
    say(byId("events-note"), this.describe());
  }

  emptiness() {
    const types = this.pattern ? `of the types ${this.pattern} ` : "";
    return {
      open: `No event ${types}has come yet; this list follows the fast path.`,
      token: "Events are shown once the worker has its token.",
      refused: "Nothing is followed; see the filter.",
      lost: "The stream of events is interrupted; trying again.",
    }[this.state] ?? "Connecting …";
  }

  describe() {
    if (this.state === "token" || this.state === "refused") {
      return "";
    }
    const parts = [`${count(this.received)} received`];
    if (this.missed > 0) {
      parts.push(`${count(this.missed)} missed: this page fell behind`);
    }
    if (this.gap) {
      parts.push(this.gap);
    }
    if (this.held.length > 0 && (this.paused || this.inside)) {
      const most = this.held.length === KEPT ? "at least " : "";
      parts.push(`${most}${things(this.held.length, "new event")} held ${this.paused ? "until you resume" : "while the pointer is here"}`);
    }
    if (this.state === "lost") {
      parts.push("interrupted, trying again");
    }
    return parts.join(" · ");
  }

  choose(row) {
    this.chosen?.setAttribute("aria-selected", "false");
    this.chosen = row;
    row.setAttribute("aria-selected", "true");
    this.list.setAttribute("aria-activedescendant", row.id);
    this.view.replaceChildren(...details(row.event));
  }
}

let rows = 0;

function newRow(event) {
  const row = el("div", { role: "option", "aria-selected": "false", id: `event-${++rows}`, class: "event" },
    el("time", { datetime: event.timestamp }, preciseClock(new Date(event.timestamp))),
    el("span", { class: "type" }, event.event_type),
    el("span", { class: "brief" }, JSON.stringify(event.payload)));
  row.event = event;
  return row;
}

function details(event) {
  const rest = Object.entries(event).filter(([name]) => !HEADERS.includes(name) && name !== "payload");
  const facts = [["event id", event.event_id], ["time", event.timestamp],
    ...rest.filter(([, value]) => value !== null).map(([name, value]) =>
      [name.replaceAll("_", " "), typeof value === "object" ? JSON.stringify(value) : String(value)])];
  return [
    el("h3", {}, event.event_type),
    el("dl", { class: "details" }, ...facts.map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value)))),
    el("pre", { "aria-label": "Payload" }, ...coloured(JSON.stringify(event.payload, null, 2))),
  ];
}

/** JSON in pieces: names, texts and other values look different. */
function coloured(json) {
  const pieces = json.split(/("(?:[^"\\]|\\.)*"(?:\s*:)?)/);
  return pieces.filter((piece) => piece !== "").map((piece) => {
    const kind = piece.endsWith(":") ? "key" : piece.startsWith('"') ? "text" : "value";
    return el("span", { class: `json-${kind}` }, piece);
  });
}
