/** Draw the last minutes of a few series as lines. */

import { el, say, svg } from "./dom.js";

const HEIGHT = 150;
const LEFT = 56;
const RIGHT = 8;
const TOP = 10;
const BOTTOM = 20;

/**
 * A card with a chart. A series is {name, colour, value(point), area}; series() may give others as time goes by.
 *
 * @param options {title, note, series(history), format(value), axis(value), least, most}: least is what the axis
 *   reaches at least, most is where it ends whatever comes
 */
export class Chart {
  constructor(options) {
    this.options = options;
    this.cursor = null;
    this.width = 0;
    const titleId = `chart-${options.id}`;
    this.legend = el("ul", { class: "legend" });
    this.plot = svg("svg", { class: "plot", height: HEIGHT, role: "img", tabindex: "0" });
    this.note = el("p", { class: "note" }, options.note ?? "");
    this.empty = el("p", { class: "empty" }, "Nothing measured yet.");
    this.readout = el("p", { class: "readout", "aria-live": "polite" });
    this.element = el("figure", { class: "card chart", id: options.id, "aria-labelledby": titleId },
      el("figcaption", {}, el("h3", { id: titleId }, options.title), this.note),
      this.legend, el("div", { class: "frame" }, this.plot, this.empty), this.readout);
    new ResizeObserver(([entry]) => {
      this.width = Math.round(entry.contentRect.width);
      this.draw();
    }).observe(this.plot.parentElement);
    this.listen();
  }

  /** Show this history as it is now. */
  update(history, now) {
    this.history = history;
    this.now = now;
    this.draw();
  }

  listen() {
    this.plot.addEventListener("pointermove", (event) => {
      this.point(this.timeAt(event.clientX - this.plot.getBoundingClientRect().left));
    });
    this.plot.addEventListener("pointerleave", () => this.point(null));
    this.plot.addEventListener("blur", () => this.point(null));
    this.plot.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (step && this.history) {
        event.preventDefault();
        const points = this.history.points.filter((point) => !point.gap);
        const at = this.cursor === null ? points.length : points.findIndex((point) => point.at >= this.cursor);
        this.point(points[Math.max(0, Math.min(points.length - 1, at + step))]?.at ?? null);
      } else if (event.key === "Escape") {
        this.point(null);
      }
    });
  }

  /** Tell what was at a time, until it is null. */
  point(time) {
    this.cursor = time;
    this.draw();
  }

  timeAt(x) {
    const { from, to } = this.scale;
    return from + ((x - LEFT) / Math.max(1, this.width - LEFT - RIGHT)) * (to - from);
  }

  draw() {
    if (!this.history || this.width < 80) {
      return;
    }
    const { options, history, width } = this;
    const seconds = history.span(this.now);
    const from = this.now - seconds * 1000;
    const points = history.points.filter((point) => point.at >= from - 2_000);
    const series = options.series(history);
    const values = points.flatMap((point) => (point.gap ? [] : series.map((line) => line.value(point) ?? null)))
      .filter((value) => value !== null);
    const marks = options.most !== undefined ? [0, options.most / 2, options.most]
      : niceMarks(Math.max(options.least ?? 1, ...values));
    const top = marks.at(-1);
    this.scale = { from, to: this.now };
    const x = (at) => LEFT + ((at - from) / (seconds * 1000)) * (width - LEFT - RIGHT);
    const y = (value) => TOP + (1 - Math.min(value, top) / top) * (HEIGHT - TOP - BOTTOM);

    const shown = this.shownPoint(points);
    this.drawLegend(series, shown ?? points.findLast((point) => !point.gap));
    say(this.readout, shown && this.cursor !== null ? this.describe(series, shown) : "");
    this.empty.hidden = values.length > 0;
    this.plot.setAttribute("width", width);
    this.plot.setAttribute("viewBox", `0 0 ${width} ${HEIGHT}`);
    this.plot.setAttribute("aria-label", this.summary(series, points));
    this.plot.replaceChildren(
      ...marks.flatMap((mark) => [
        svg("line", { class: "grid", x1: LEFT, x2: width - RIGHT, y1: y(mark), y2: y(mark) }),
        svg("text", { class: "mark", x: LEFT - 8, y: y(mark) + 4, "text-anchor": "end" },
          (options.axis ?? options.format)(mark)),
      ]),
      ...[["start", LEFT, `${seconds / 60} min ago`], ["end", width - RIGHT, "now"]].map(([anchor, at, text]) =>
        svg("text", { class: "mark", x: at, y: HEIGHT - 4, "text-anchor": anchor }, text)),
      ...series.flatMap((line) => lines(points, line, x, y, TOP + HEIGHT - TOP - BOTTOM)),
      ...(shown && this.cursor !== null ? marker(shown, series, x, y) : []),
    );
  }

  shownPoint(points) {
    if (this.cursor === null) {
      return undefined;
    }
    const known = points.filter((point) => !point.gap);
    return known.reduce((best, point) =>
      (best && Math.abs(best.at - this.cursor) <= Math.abs(point.at - this.cursor) ? best : point), undefined);
  }

  drawLegend(series, point) {
    const key = series.map((line) => line.name).join("\n");
    if (key !== this.legendKey) {
      this.legendKey = key;
      this.legend.replaceChildren(...series.map((line) =>
        el("li", {}, el("span", { class: `swatch ${line.colour}`, "aria-hidden": "true" }),
          el("span", { class: "name" }, line.name), el("strong", {}, "–"))));
    }
    series.forEach((line, i) => {
      const value = point ? line.value(point) ?? null : null;
      say(this.legend.children[i].lastElementChild, value === null ? "–" : this.options.format(value));
    });
  }

  describe(series, point) {
    const ago = Math.max(0, Math.round((this.now - point.at) / 1000));
    return `${ago} s ago: ${series.map((line) => this.worded(line, point)).join(", ")}`;
  }

  summary(series, points) {
    const last = points.findLast((point) => !point.gap);
    return last ? `${this.options.title}, now: ${series.map((line) => this.worded(line, last)).join(", ")}`
      : `${this.options.title}: nothing measured yet`;
  }

  worded(line, point) {
    const value = line.value(point) ?? null;
    return `${line.name} ${value === null ? "not measured" : this.options.format(value)}`;
  }
}

function lines(points, line, x, y, base) {
  const runs = [[]];
  for (const point of points) {
    const value = point.gap ? null : line.value(point) ?? null;
    if (value === null) {
      runs.push([]);
    } else {
      runs.at(-1).push(`${x(point.at).toFixed(1)},${y(value).toFixed(1)}`);
    }
  }
  return runs.filter((run) => run.length > 0).flatMap((run) => {
    const path = `M${run.join("L")}`;
    const first = run[0].split(",")[0];
    const last = run.at(-1).split(",")[0];
    return [
      line.area ? svg("path", { class: `area ${line.colour}`, d: `${path}L${last},${base}L${first},${base}Z` }) : null,
      // A single point has no length, but round ends.
      svg("path", { class: `line ${line.colour}`, d: run.length === 1 ? `${path}h0.01` : path }),
    ].filter(Boolean);
  });
}

function marker(point, series, x, y) {
  const at = x(point.at);
  const dots = series.filter((line) => (line.value(point) ?? null) !== null)
    .map((line) => svg("circle", { class: `dot ${line.colour}`, cx: at, cy: y(line.value(point)), r: 3.5 }));
  return [svg("line", { class: "cursor", x1: at, x2: at, y1: TOP, y2: HEIGHT - BOTTOM }), ...dots];
}

/** From 0 in two to five steps of 1, 2 or 5 times a power of ten to at least this value. */
function niceMarks(most) {
  const rough = most / 3;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].find((factor) => factor * power >= rough) * power;
  const steps = Math.max(1, Math.ceil(most / step - 1e-9));
  return Array.from({ length: steps + 1 }, (unused, i) => i * step);
}
