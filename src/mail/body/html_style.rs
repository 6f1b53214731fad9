//! The inline styles of the HTML body. Mail programs drop style sheets, so each element carries its own; the dark
//! colours are in one style sheet, because an inline style can't depend on the reader's theme.

/// Colours of the severities from the worst to the least, after the one of `UNKNOWN`.
const SEVERITY_COLORS: [&str; 6] = [
    "#565d6b", "#b42318", "#b54708", "#8a6100", "#1d5fc4", "#6d3bc2",
];

pub(super) const PARAGRAPH: &str = "margin:0 0 14px";
pub(super) const HEADING: &str = "margin:22px 0 8px;font-size:17px;line-height:1.35";
pub(super) const LIST: &str = "margin:0 0 14px;padding:0 0 0 24px";
pub(super) const ITEM: &str = "margin:0 0 4px";
pub(super) const QUOTE: &str = "margin:0 0 14px;padding:0 0 0 12px;border-left:3px solid #c9ced8";
pub(super) const CODE_BLOCK: &str = "margin:0 0 14px;padding:10px 12px;border-radius:6px;\
    background:#f1f3f6;font:13px/1.5 ui-monospace,Menlo,Consolas,monospace;\
    white-space:pre-wrap;word-break:break-word";
pub(super) const CODE: &str = "padding:1px 4px;border-radius:4px;background:#f1f3f6;\
    font:13px ui-monospace,Menlo,Consolas,monospace";
pub(super) const RULE: &str = "margin:20px 0;border:0;border-top:1px solid #dde1e8";
pub(super) const LINK: &str = "color:#1d5fc4;text-decoration:underline";
pub(super) const TABLE: &str = "margin:0 0 14px;border-collapse:collapse;font-size:14px";
pub(super) const CELL: &str = "padding:5px 10px;border:1px solid #dde1e8;text-align:left";

/// Returns the colour of a severity.
pub(super) fn severity_color(level: usize) -> &'static str {
    SEVERITY_COLORS.get(level).unwrap_or(&SEVERITY_COLORS[0])
}
