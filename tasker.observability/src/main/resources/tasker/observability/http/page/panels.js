/** Show what is no chart: the status, the totals, components, handlers, queues, modules. */

import { byId, el, say, table } from "./dom.js";
import { count, duration, millis, number } from "./format.js";

const WORDS = { healthy: "Healthy", degraded: "Degraded", unhealthy: "Unhealthy" };
const ORDER = ["unhealthy", "degraded", "healthy"];

/** The worker's name and place, and what it has done since its start. */
export function showOverview(overview) {
  say(byId("worker-id"), overview.worker_id);
  say(byId("worker-place"), `${overview.namespace} · ${overview.environment}`);
  say(byId("version"), overview.version ? `Tasker ${overview.version}.` : "");
  const metrics = overview.metrics;
  const totals = [
    ["Up for", duration(metrics.uptime_seconds)],
    ["Steps", count(metrics.steps_processed)],
    ["Failed", count(metrics.steps_failed), metrics.steps_failed > 0 ? "bad" : null],
    ["Events published", count(metrics.domain_events_published)],
    ["Events dropped", count(metrics.domain_events_dropped), metrics.domain_events_dropped > 0 ? "bad" : null],
  ];
  const list = byId("totals");
  if (list.childElementCount === 0) {
    list.append(...totals.map(([name]) => el("div", {}, el("dt", {}, name), el("dd", {}))));
  }
  totals.forEach(([, value, kind], i) => {
    const cell = list.children[i].lastElementChild;
    say(cell, value);
    cell.className = kind ?? "";
  });
  showHandlers(overview.handlers);
  showQueues(overview.queues);
}

/** The status in one word, and the reasons where there are some. */
export function showHealth(health, now) {
  if (health.components === undefined) {
    withoutComponents(health);
    return;
  }
  const components = Object.values(health.components);
  const troubled = components.filter((component) => component.status !== "healthy");
  byId("status").dataset.status = health.status;
  say(byId("status-word"), WORDS[health.status] ?? health.status);
  say(byId("status-reason"), troubled.length === 0
    ? `All ${components.length} components are healthy.`
    : troubled.map((component) => `${component.name}: ${component.message}`).join(" · "));
  say(byId("components-note"), troubled.length === 0 ? `${components.length}, all healthy`
    : `${troubled.length} of ${components.length} need attention`);
  const rank = (component) => ORDER.indexOf(component.status);
  components.sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name));
  keep(byId("components"), components, (component) => component.name, newComponent,
    (item, component) => fillComponent(item, component, now));
}

/** The status alone is for everybody. */
function withoutComponents(health) {
  byId("status").dataset.status = health.status;
  say(byId("status-word"), WORDS[health.status] ?? health.status);
  say(byId("status-reason"), health.details === "never"
    ? "This worker shows its components to nobody here: observability.health-details is never."
    : "Its components are shown to those who have its token.");
  say(byId("components-note"), "");
  byId("components").replaceChildren(el("li", { class: "empty" }, "Not shown."));
}

function newComponent(component) {
  return el("li", { class: "component" },
    el("details", {},
      el("summary", {},
        el("span", { class: "dot", "aria-hidden": "true" }),
        el("span", { class: "name" }, component.name),
        el("span", { class: "state" }),
        el("span", { class: "reason" })),
      el("dl", { class: "details" })));
}

function fillComponent(item, component, now) {
  item.dataset.status = component.status;
  say(item.querySelector(".state"), component.status);
  say(item.querySelector(".reason"), component.message ?? "");
  const age = Math.max(0, (now - Date.parse(component.last_check)) / 1000);
  const details = {
    checked: age < 1 ? "just now" : `${duration(age)} ago`,
    took: millis(component.duration_ms),
    ...component.details,
  };
  keep(item.querySelector("dl"), Object.entries(details), ([name]) => name,
    ([name]) => el("div", {}, el("dt", {}, name.replaceAll("_", " ")), el("dd", {})),
    (row, [, value]) => say(row.lastElementChild, readable(value)));
}

function readable(value) {
  if (typeof value === "number") {
    return Number.isInteger(value) ? count(value) : number(value);
  }
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function showHandlers(handlers) {
  const rows = Object.entries(handlers).map(([name, handler]) => ({ name, ...handler }));
  const known = (value, format) => (value === undefined ? "–" : format(value));
  replace("handlers", rows, "No handler is loaded; put a plugin into the plugin folder.", () =>
    table("Handlers", [
      { title: "Handler", cell: (row) => row.name },
      { title: "Succeeded", number: true, cell: (row) => count(row.success ?? 0) },
      { title: "Failed", number: true,
        cell: (row) => count((row.retryable ?? 0) + (row.permanent ?? 0) + (row.timeout ?? 0)) },
      { title: "Retries", number: true, cell: (row) => count(row.retries ?? 0) },
      { title: "p50", number: true, cell: (row) => known(row.p50_ms, millis) },
      { title: "p99", number: true, cell: (row) => known(row.p99_ms, millis) },
    ], rows));
}

function showQueues(queues) {
  const rows = Object.entries(queues).map(([name, queue]) => ({ name, ...queue }));
  const known = (value, format) => (value === undefined ? "–" : format(value));
  replace("queues", rows, "No transport has measured a queue.", () =>
    table("Queues", [
      { title: "Queue", cell: (row) => row.name },
      { title: "Messages", number: true, cell: (row) => known(row.length, count) },
      { title: "Visible", number: true, cell: (row) => known(row.visible_length, count) },
      { title: "Oldest", number: true,
        cell: (row) => (row.oldest_age_seconds > 0 ? duration(row.oldest_age_seconds) : "–") },
    ], rows));
}

/** Every provider, those with a problem first. */
export function showModules(providers) {
  const rank = (row) => ["failed", "skipped", "active", "unused"].indexOf(row.status);
  const rows = [...providers].sort((a, b) => rank(a) - rank(b) || a.service.localeCompare(b.service));
  const troubled = rows.filter((row) => row.problem && row.status !== "unused").length;
  say(byId("modules-note"), `${count(rows.length)} providers${troubled ? `, ${troubled} with a problem` : ""}`);
  replace("modules", rows, "No provider was found.", () =>
    table("Providers", [
      { title: "Provider", cell: (row) => row.name ?? row.provider },
      { title: "Serves as", cell: (row) => row.service },
      { title: "Module", cell: (row) => `${row.module ?? "none"}${row.version ? ` ${row.version}` : ""}` },
      { title: "Status", cell: (row) => el("span", { class: "badge", "data-status": row.status }, row.status) },
      { title: "From", cell: (row) => el("span", { class: "path" }, row.problem ?? row.location) },
    ], rows));
}

/** Say why there are no modules to show. */
export function withoutModules(reason) {
  say(byId("modules-note"), "");
  byId("modules").replaceChildren(el("p", { class: "empty" }, reason));
  shown.delete("modules");
}

/** Build a table anew only when its rows have changed, so that a selection in it stays. */
const shown = new Map();

function replace(id, rows, emptyText, build) {
  const key = JSON.stringify(rows);
  if (shown.get(id) !== key) {
    shown.set(id, key);
    byId(id).replaceChildren(rows.length === 0 ? el("p", { class: "empty" }, emptyText) : build());
  }
}

/** Have one child for each item, in their order, and keep the children of items that were there before. */
function keep(parent, items, key, make, update) {
  const before = new Map([...parent.children].map((child) => [child.dataset.key, child]));
  const children = items.map((item) => {
    const child = before.get(key(item)) ?? make(item);
    child.dataset.key = key(item);
    update(child, item);
    return child;
  });
  const same = children.length === parent.childElementCount
    && children.every((child, i) => child === parent.children[i]);
  if (!same) {
    parent.replaceChildren(...children);
  }
}
