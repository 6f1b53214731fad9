//! Reads what a user sees, and the forms, from the HTML of a page.

/// Returns the text of a page without tags, with single spaces.
pub fn text_of(html: &str) -> String {
    let body = html.split_once("<main").map_or(html, |(_, rest)| rest);
    let body = body.split_once('>').map_or(body, |(_, rest)| rest);
    let mut text = String::new();
    let mut is_tag = false;
    for sign in body.chars() {
        match sign {
            '<' => is_tag = true,
            '>' => {
                is_tag = false;
                text.push(' ');
            }
            sign if !is_tag => text.push(sign),
            _ => {}
        }
    }
    let words: Vec<_> = text.split_whitespace().collect();
    unescape(&words.join(" "))
        .replace(" .", ".")
        .replace(" ,", ",")
}

/// Returns the fields of the form with this action that the user does not see or that have a value already.
pub fn form_fields(html: &str, action: &str) -> Option<Vec<(String, String)>> {
    let start = format!("action=\"{action}\"");
    let (_, rest) = html.split_once(&start)?;
    let form = rest.split("</form>").next()?;
    let inputs = form.split("<input ").skip(1);
    let fields = inputs.filter_map(|input| {
        let tag = input.split('>').next()?;
        let is_choice = ["radio", "checkbox"]
            .iter()
            .any(|kind| tag.contains(&format!("type=\"{kind}\"")));
        let is_sent = !is_choice || tag.contains(" checked");
        let name = attribute(tag, "name").filter(|_| is_sent)?;
        Some((name, attribute(tag, "value").unwrap_or_default()))
    });
    Some(fields.chain(texts(form)).chain(selections(form)).collect())
}

/// Returns the values of the text areas.
fn texts(form: &str) -> impl Iterator<Item = (String, String)> {
    form.split("<textarea ").skip(1).filter_map(|area| {
        let (tag, rest) = area.split_once('>')?;
        let text = rest.split("</textarea>").next()?;
        Some((
            attribute(tag, "name")?,
            unescape(text.trim_start_matches('\n')),
        ))
    })
}

/// Returns the selected options.
fn selections(form: &str) -> impl Iterator<Item = (String, String)> {
    form.split("<select ").skip(1).filter_map(|select| {
        let select = select.split("</select>").next()?;
        let mut options = select.split("<option ").skip(1);
        let selected = options.find(|it| {
            it.split('>')
                .next()
                .is_some_and(|tag| tag.contains(" selected"))
        })?;
        Some((attribute(select, "name")?, attribute(selected, "value")?))
    })
}

/// Returns the value of the option with this label.
pub fn option_value(html: &str, label: &str) -> Option<String> {
    let options = html.split("<option ").skip(1);
    let mut options = options.filter_map(|option| option.split("</option>").next());
    let option = options.find(|option| option.ends_with(&format!(">{label}")))?;
    attribute(option, "value")
}

/// Returns the value of an attribute of a tag.
pub fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, rest) = tag.split_once(&format!("{name}=\""))?;
    Some(unescape(rest.split('"').next()?))
}

/// Replaces the character references that the templates write.
fn unescape(text: &str) -> String {
    [
        ("&#60;", "<"),
        ("&#62;", ">"),
        ("&#34;", "\""),
        ("&#39;", "'"),
        ("&quot;", "\""),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&amp;", "&"),
        ("&#38;", "&"),
    ]
    .iter()
    .fold(text.to_owned(), |text, (code, sign)| {
        text.replace(code, sign)
    })
}
