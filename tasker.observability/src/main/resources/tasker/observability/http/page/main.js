/** Ask the worker once a second, show what it says, and say so when it does not answer. */

import { Refused, TokenWanted, getJson, setToken, token } from "./api.js";
import { annotate, makeCharts } from "./charts.js";
import { byId, say } from "./dom.js";
import { Events } from "./events.js";
import { clock, duration } from "./format.js";
import { History } from "./history.js";
import { showHealth, showModules, showOverview, withoutModules } from "./panels.js";
import { startTheme } from "./theme.js";

const EVERY_MS = 1_000;
const MODULES_EVERY_MS = 30_000;
const BANNER_MS = 15_000;

const history = new History();
const charts = makeCharts(byId("charts"));
const events = new Events(wantToken);
let lastAnswer = null;
let goneSince = null;
let modulesDue = 0;
let bannerEnds = 0;
let timer = 0;
let wantedFor = null;

startTheme();
events.start();
tick();
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) {
    clearTimeout(timer);
    tick();
  }
});

byId("token-form").addEventListener("submit", (event) => {
  event.preventDefault();
  setToken(byId("token").value.trim());
  byId("token").value = "";
  byId("token-form").hidden = true;
  byId("forget").hidden = false;
  modulesDue = 0;
  events.start();
});
byId("forget").hidden = token() === "";
byId("forget").addEventListener("click", () => {
  setToken("");
  location.reload();
});

async function tick() {
  const started = performance.now();
  try {
    answered(await getJson("/overview"));
    await modules();
  } catch (problem) {
    if (problem instanceof TokenWanted) {
      wantToken();
    } else {
      unanswered(problem);
    }
  }
  clearTimeout(timer);
  timer = setTimeout(tick, Math.max(100, EVERY_MS - (performance.now() - started)));
}

function answered(overview) {
  const now = Date.now();
  const restarted = history.add(now, overview);
  if (goneSince !== null || restarted) {
    const away = goneSince === null ? "" : ` It did not answer for ${duration((now - goneSince) / 1000)}.`;
    const life = restarted ? ` It has started anew, ${duration(overview.metrics.uptime_seconds)} ago.` : "";
    banner("back", `The worker is back.${away}${life}`);
    bannerEnds = now + BANNER_MS;
    goneSince = null;
    modulesDue = 0;
  } else if (bannerEnds !== 0 && now > bannerEnds) {
    banner("", "");
    bannerEnds = 0;
  }
  lastAnswer = now;
  document.body.classList.remove("gone");
  showOverview(overview);
  showHealth(overview.health, Date.parse(overview.sampled_at));
  say(byId("sampled"), `as of ${clock(new Date(now))}, once a second`);
  document.title = `${overview.health.status} · ${overview.worker_id} · Tasker`;
  annotate(charts, overview);
  draw(now);
}

function unanswered(problem) {
  const now = Date.now();
  goneSince ??= lastAnswer ?? now;
  history.break(now);
  bannerEnds = 0;
  const silent = lastAnswer === null ? "It has not answered since this page was opened."
    : `Its last answer came at ${clock(new Date(lastAnswer))}, ${duration((now - lastAnswer) / 1000)} ago.`;
  const reason = problem.status ? ` It says: ${problem.message}` : "";
  banner("gone", `The worker does not answer. ${silent}${reason} Trying again.`);
  document.body.classList.add("gone");
  byId("status").dataset.status = "gone";
  say(byId("status-word"), "Not answering");
  say(byId("status-reason"), lastAnswer === null ? "" : "What stands below is what it said last.");
  document.title = "gone · Tasker";
  draw(now);
}

function draw(now) {
  charts.forEach((chart) => chart.update(history, now));
}

/** Only the text of an alert is read out, so the seconds in it change in silence. */
function banner(kind, text) {
  const element = byId("banner");
  element.hidden = text === "";
  element.dataset.kind = kind;
  element.setAttribute("aria-live", element.dataset.said === kind ? "off" : "assertive");
  element.dataset.said = kind;
  say(element, text);
}

async function modules() {
  const now = Date.now();
  if (now < modulesDue) {
    return;
  }
  modulesDue = now + MODULES_EVERY_MS;
  try {
    showModules(await getJson("/providers"));
  } catch (problem) {
    if (problem instanceof TokenWanted) {
      withoutModules("Modules are shown once the worker has its token.");
      wantToken();
    } else if (problem instanceof Refused) {
      withoutModules(problem.message);
    } else {
      modulesDue = 0;
      throw problem;
    }
  }
}

/** Ask for the token, once for each one that was refused. */
function wantToken() {
  const refused = token();
  const form = byId("token-form");
  if (form.hidden && wantedFor !== refused) {
    wantedFor = refused;
    say(byId("token-label"), refused === "" ? "This worker wants its token before it shows components, events and modules."
      : "The worker does not know that token; enter its own.");
    form.hidden = false;
  }
}
