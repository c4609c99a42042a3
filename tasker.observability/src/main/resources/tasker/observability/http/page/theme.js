/** Switch between the colours of the system, light and dark ones; the choice is kept in this browser. */

import { byId } from "./dom.js";

const KEY = "tasker.theme";
const CHOICES = ["system", "light", "dark"];
const NAMES = { system: "as the system has them", light: "light", dark: "dark" };
const SIGNS = { system: "◐", light: "☀", dark: "☾" };

export function startTheme() {
  const button = byId("theme");
  let choice = localStorage.getItem(KEY) ?? "system";
  const show = () => {
    document.documentElement.dataset.theme = choice;
    button.textContent = SIGNS[choice];
    button.title = `Colours: ${NAMES[choice]}`;
    button.setAttribute("aria-label", `Colours: ${NAMES[choice]}; change`);
  };
  button.addEventListener("click", () => {
    choice = CHOICES[(CHOICES.indexOf(choice) + 1) % CHOICES.length];
    localStorage.setItem(KEY, choice);
    show();
  });
  show();
}
