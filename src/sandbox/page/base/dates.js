// Formats times in the time zone of the acting user, and Slack's date markup.

import { me, now } from "./state.js";

const formats = new Map();

function format(zone, options) {
  const name = zone + JSON.stringify(options);
  if (!formats.has(name)) {
    formats.set(name, new Intl.DateTimeFormat("en-GB", { timeZone: zone, ...options }));
  }
  return formats.get(name);
}

/**
 * Returns the parts of a timestamp (epoch seconds) in a time zone: year, month, day, hour, minute,
 * second, as text.
 */
export function partsIn(zone, seconds) {
  const shape = {
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  };
  const parts = {};
  for (const { type, value } of format(zone, shape).formatToParts(seconds * 1000)) parts[type] = value;
  return parts;
}

/** Returns the timestamp, in epoch seconds, of the local time `YYYY-MM-DDTHH:mm` in a time zone. */
export function timestampIn(zone, text) {
  const target = Date.parse(`${text}:00Z`) / 1000;
  let timestamp = target;
  for (let round = 0; round < 3; round += 1) {
    const there = partsIn(zone, timestamp);
    const local = Date.parse(`${there.year}-${there.month}-${there.day}T${there.hour}:${there.minute}:00Z`) / 1000;
    if (local === target) break;
    timestamp += target - local;
  }
  return timestamp;
}

/** Returns `14:05`, in a time zone. */
export function clock(seconds, zone = me().tz) {
  return format(zone, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(seconds * 1000);
}

/**
 * Returns the date of a timestamp as `2026-11-23`, in the time zone of the acting user. Dates can be
 * compared as text.
 */
export function dayOf(seconds) {
  const parts = partsIn(me().tz, seconds);
  return `${parts.year}-${parts.month}-${parts.day}`;
}

/** Returns the label of a day divider: `Today`, `Yesterday`, `Monday, November 23rd`. */
export function dayDivider(seconds) {
  const near = nearDay(seconds);
  if (near) return near[0].toUpperCase() + near.slice(1);
  const text = `${named(seconds, "weekday", "long")}, ${named(seconds, "month", "long")} ${ordinal(seconds)}`;
  const sameYear = partsIn(me().tz, seconds).year === partsIn(me().tz, now()).year;
  return sameYear ? text : `${text}, ${partsIn(me().tz, seconds).year}`;
}

/** Returns the full date and time for tooltips: `Monday, November 23rd, 2026 at 14:05:09`. */
export function fullDateTime(seconds) {
  const parts = partsIn(me().tz, seconds);
  return `${dateLong(seconds)} at ${parts.hour}:${parts.minute}:${parts.second}`;
}

/** Returns the relative time: `just now`, `3 minutes ago`, `in 2 hours`. */
export function ago(seconds) {
  const gap = Math.round(now() - seconds);
  const size = Math.abs(gap);
  if (size < 45) return "just now";
  const steps = [
    [60, "minute"],
    [3600, "hour"],
    [86400, "day"],
    [2592000, "month"],
    [31536000, "year"],
  ];
  let [unit, label] = steps[0];
  for (const [seconds_, name] of steps) if (size >= seconds_) [unit, label] = [seconds_, name];
  const count = Math.max(1, Math.round(size / unit));
  const text = `${count} ${label}${count === 1 ? "" : "s"}`;
  return gap > 0 ? `${text} ago` : `in ${text}`;
}

/** Replaces Slack's date tokens, as in `{date_short_pretty} at {time}`. Unknown tokens are unchanged. */
export function dateTokens(pattern, seconds) {
  return pattern.replace(/\{(\w+)\}/g, (whole, token) => TOKENS[token]?.(seconds) ?? whole);
}

const TOKENS = {
  date_num: dayOf,
  date_slash: (at) => dayOf(at).replaceAll("-", "/"),
  date: (at) => `${named(at, "month", "long")} ${ordinal(at)}${yearIfOther(at)}`,
  date_short: (at) => `${named(at, "month", "short")} ${dayNumber(at)}, ${partsIn(me().tz, at).year}`,
  date_long: dateLong,
  date_long_full: dateLong,
  date_pretty: (at) => nearDay(at) ?? TOKENS.date(at),
  date_short_pretty: (at) => nearDay(at) ?? TOKENS.date_short(at),
  date_long_pretty: (at) => nearDay(at) ?? dateLong(at),
  day_divider_pretty: dayDivider,
  time: (at) => clock(at),
  time_secs: (at) => `${clock(at)}:${partsIn(me().tz, at).second}`,
  ago,
};

function dateLong(at) {
  return `${named(at, "weekday", "long")}, ${named(at, "month", "long")} ${ordinal(at)}, ${partsIn(me().tz, at).year}`;
}

function named(seconds, part, length) {
  return format(me().tz, { [part]: length }).format(seconds * 1000);
}

function dayNumber(seconds) {
  return Number(partsIn(me().tz, seconds).day);
}

function ordinal(seconds) {
  const day = dayNumber(seconds);
  const last = day % 10;
  if (day >= 11 && day <= 13) return `${day}th`;
  return day + (["th", "st", "nd", "rd"][last] ?? "th");
}

function yearIfOther(seconds) {
  const year = partsIn(me().tz, seconds).year;
  return year === partsIn(me().tz, now()).year ? "" : `, ${year}`;
}

function nearDay(seconds) {
  const day = dayOf(seconds);
  if (day === dayOf(now())) return "today";
  if (day === dayOf(now() - 86400)) return "yesterday";
  if (day === dayOf(now() + 86400)) return "tomorrow";
  return null;
}
