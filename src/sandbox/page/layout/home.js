// The app's pane: the tabs Home and Messages, and the Home view.

import { drawBlocks } from "../blocks/blocks.js";
import { inView } from "../blocks/interactions.js";
import { h } from "../base/patch.js";
import { address, go, page, route } from "../base/state.js";
import { act } from "../base/server.js";

let reported = null;

/** Draws the tabs of the app's direct message. */
export function appTabs(channel) {
  if (!page.screen.app.home_tab) return null;
  const tab = (name, words) => {
    const current = (route.tab ?? null) === name;
    const open = (event) => {
      event.preventDefault();
      go({ tab: name });
    };
    return h(
      "a",
      {
        key: words,
        class: current ? "tab current" : "tab",
        role: "tab",
        "aria-selected": String(current),
        href: address({ channel: channel.id, tab: name }),
        onclick: open,
      },
      words,
    );
  };
  return h(
    "div",
    { class: "tabs", key: "tabs", role: "tablist", "aria-label": page.screen.app.name },
    tab("home", "Home"),
    tab(null, "Messages"),
  );
}

/** Draws the Home view and reports that it was opened. */
export function homeTab() {
  const { home, app } = page.screen;
  const none = h("div", { class: "empty", key: "none" }, h("p", {}, `${app.name} has nothing to show here yet.`));
  return h(
    "div",
    { class: "home", key: "home", role: "tabpanel", "aria-label": "Home", tabindex: "-1" },
    home ? h("div", { class: "home-inner", key: home.id }, drawBlocks(inView(home), home.blocks)) : none,
  );
}

/** Reports that a tab of the app was opened, once per visit. */
export function noticeHome() {
  const { screen } = page;
  const isHere = screen.channel?.id === route.channel && screen.channel?.user === screen.app.user_id;
  const tab = route.tab === "home" ? "home" : "messages";
  const current = isHere ? `${tab} ${screen.me} ${route.channel}` : null;
  if (current === reported) return;
  reported = current;
  if (current) act({ do: `open_${tab}` }, { quiet: true });
}
