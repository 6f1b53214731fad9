// Starts the page: parses the URL, fetches the page state, draws it, and subscribes to changes.

import { channelPane } from "./layout/channel.js";
import { guide } from "./layout/guide.js";
import { noticeHome } from "./layout/home.js";
import { iconButton } from "./base/icons.js";
import { listenToKeys } from "./layout/keyboard.js";
import { closePanel, panelLayer } from "./dialogs/menu.js";
import { noteScrolling, finishScrolling } from "./messages/messages.js";
import { modal } from "./dialogs/modal.js";
import { draw, h } from "./base/patch.js";
import { mailPane } from "./mailbox/mailbox.js";
import { sidebar } from "./layout/sidebar.js";
import {
  correctAddress,
  dismissNotice,
  drawWith,
  me,
  page,
  readAddress,
  redraw,
  route,
  toast,
  whenScreenChanges,
} from "./base/state.js";
import { follow, refresh } from "./base/server.js";
import { threadPane } from "./messages/thread.js";
import { applyTheme, connectionLine, topbar } from "./layout/topbar.js";

const root = document.getElementById("page");

function drawPage() {
  if (!page.screen) {
    draw(root, h("div", { class: "starting", key: "starting", role: "status" }, page.error ?? "Opening the workspace…"));
    return;
  }
  noteScrolling();
  const overlay = h("div", { class: "overlay-inner", key: "overlay" }, panelLayer(), toasts());
  const own = page.dialog?.draw(overlay);
  const form = modal(own ? null : overlay);
  const thread = route.mail ? null : threadPane();
  draw(
    root,
    h("div", { class: `frame${page.list ? " shows-list" : ""}${thread ? " has-thread" : ""}`, key: "frame" }, [
      connectionLine(),
      topbar(),
      guide(),
      h("div", { class: "panes", key: "panes" }, sidebar(), route.mail ? mailPane() : channelPane(), thread),
      form,
      own,
      !form && !own && overlay,
    ]),
  );
  document.title = title();
  finishScrolling();
  noticeHome();
  sayUnseenNotice();
}

let noticed = null;

/** Shows a notice as a toast if the composer, above which notices appear, is not visible. */
function sayUnseenNotice() {
  const { notice } = page.screen;
  if (!notice || page.dismissed.has(notice.id) || notice.id === noticed) return;
  if ([...page.busy].some((name) => name.startsWith("submit "))) return;
  noticed = notice.id;
  const element = document.querySelector(".notice");
  if (element?.offsetParent && !document.querySelector("dialog[open]")) return;
  dismissNotice(notice.id);
  const isInForm = document.querySelector(".modal-trouble")?.textContent.includes(notice.text);
  if (!isInForm) toast(notice.text);
}

function toasts() {
  return h(
    "div",
    { class: "toasts", key: "toasts", role: "status", "aria-live": "polite" },
    page.toasts.map((one) =>
      h(
        "div",
        { key: one.id, class: `toast toast-${one.kind}` },
        h("span", {}, one.text),
        iconButton("close", "Dismiss", () => {
          page.toasts = page.toasts.filter((other) => other !== one);
          redraw();
        }),
      ),
    ),
  );
}

function title() {
  const { screen } = page;
  const mentions = screen.channels.reduce((sum, one) => sum + (one.mentions || (one.kind === "im" ? one.unread : 0)), 0);
  const where = screen.channels.find((one) => one.id === screen.channel?.id);
  const name =
    where && (where.kind === "im" ? screen.users.find((one) => one.id === where.user)?.real_name : `#${where.name}`);
  return [mentions > 0 && `(${mentions})`, name, me().real_name, screen.team.name].filter(Boolean).join(" · ");
}

/** Adds the acting user and the channel to the URL if they are missing. */
function finishAddress(screen) {
  const user = new URLSearchParams(location.hash.slice(1)).get("as");
  if (user !== screen.me) correctAddress({ as: screen.me, message: route.message });
  localStorage.setItem("as", screen.me);
  if (route.channel && screen.channel) return;
  const home = route.tab === "home" && screen.channels.find((one) => one.kind === "im" && one.user === screen.app?.user_id);
  const joined = screen.channels.find((one) => one.is_member && one.kind !== "im" && !one.is_archived);
  const first = home || joined || screen.channels[0];
  if (!first || route.channel === first.id) return;
  page.list = page.list || matchMedia("(max-width: 640px)").matches;
  correctAddress({ channel: first.id, thread: null, tab: home ? "home" : null, mail: route.mail });
  refresh();
}

addEventListener("hashchange", () => {
  readAddress();
  page.editing = null;
  page.list = false;
  closePanel({ refocus: false });
  refresh();
  if (page.screen) redraw();
});

whenScreenChanges(finishAddress);
drawWith(drawPage);
applyTheme();
readAddress();
route.as ??= localStorage.getItem("as");
listenToKeys();
redraw();
follow();
refresh();
setInterval(() => page.screen && redraw(), 20000);
