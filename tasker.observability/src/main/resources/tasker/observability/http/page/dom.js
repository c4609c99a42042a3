/** Build elements. Text only ever becomes text: nothing from outside is parsed as HTML. */

const SVG = "http://www.w3.org/2000/svg";

/** An element with these properties; children are nodes or texts. */
export function el(name, properties = {}, ...children) {
  return fill(document.createElement(name), properties, children);
}

/** The same for SVG. */
export function svg(name, properties = {}, ...children) {
  return fill(document.createElementNS(SVG, name), properties, children);
}

/** The element of this page that has the id. */
export function byId(id) {
  return document.getElementById(id);
}

/** Set a text, unless it is there already: an unchanged live region is not read out again. */
export function say(element, text) {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}

function fill(element, properties, children) {
  for (const [name, value] of Object.entries(properties)) {
    if (value !== undefined && value !== null) {
      element.setAttribute(name, value);
    }
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** A table with a row for each item. A column is {title, cell(item), number}; the first one heads its row. */
export function table(caption, columns, items) {
  const head = el("tr", {}, ...columns.map((column) => el("th", { scope: "col", class: kind(column) }, column.title)));
  const rows = items.map((item) =>
    el("tr", {}, ...columns.map((column, i) => {
      const cell = column.cell(item);
      const properties = { class: kind(column), "data-title": column.title };
      return i === 0 ? el("th", { scope: "row", ...properties }, cell) : el("td", properties, cell);
    })));
  return el("table", {}, el("caption", { class: "visually-hidden" }, caption),
    el("thead", {}, head), el("tbody", {}, ...rows));
}

function kind(column) {
  return column.number ? "number" : null;
}
