//! The bookmarks of an incident's channel (`bookmarks.add`, `bookmarks.edit`, `bookmarks.remove`): the
//! expected bookmarks and the steps that produce them. Bookmarks of users are never changed.

use crate::Incident;

/// A bookmark that the channel should have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bookmark {
    /// Its title.
    pub title: String,
    /// Its URL.
    pub url: String,
}

/// A bookmark that the channel has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExistingBookmark {
    /// Its ID.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its URL.
    pub url: String,
    /// Whether the bot was the last to change it. A bookmark that a user added or edited belongs to that
    /// user.
    pub is_ours: bool,
}

/// A single call that changes one bookmark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BookmarkStep {
    /// Removes the bookmark with this ID.
    Remove(String),
    /// Changes the title and the URL of the bookmark with this ID.
    Edit(String, Bookmark),
    /// Adds a bookmark.
    Add(Bookmark),
}

impl Incident {
    /// Returns the bookmarks that the channel should have: the video call and the chat, the postmortem, then the
    /// signals, then the documents. `postmortem_page` is the address of the postmortem's page, if the pages have one.
    pub fn bookmarks(&self, postmortem_page: Option<&str>) -> Vec<Bookmark> {
        let named = |title: &str, url: &str| Bookmark {
            title: title.to_owned(),
            url: url.to_owned(),
        };
        let call = self.call_url.iter().map(|url| named("Video call", url));
        let chat = self.chat_url.iter().map(|url| named("Chat", url));
        let postmortem = self.postmortem.iter();
        let postmortem = postmortem.filter_map(|it| it.url(postmortem_page));
        let postmortem = postmortem.map(|url| named("Postmortem", url));
        let signals = (1..)
            .zip(&self.signals)
            .map(|(number, signal)| match signal.name.as_str() {
                "" => named(&format!("Signal {number}"), &signal.url),
                name => named(name, &signal.url),
            });
        let documents = self.documents().map(|it| named(&it.title, &it.url));
        let mut expected: Vec<Bookmark> = Vec::new();
        let links = call.chain(chat).chain(postmortem);
        for bookmark in links.chain(signals).chain(documents) {
            // A URL is bookmarked once, even if it is both a signal and a document.
            if expected
                .iter()
                .all(|known| !is_same_url(&known.url, &bookmark.url))
            {
                expected.push(bookmark);
            }
        }
        expected
    }
}

impl BookmarkStep {
    /// Returns the remaining steps, removals first because they make room for additions.
    ///
    /// A bookmark that a user added or edited counts as present and is left unchanged.
    pub fn plan(expected: &[Bookmark], existing: &[ExistingBookmark]) -> Vec<Self> {
        let mut missing: Vec<&Bookmark> = Vec::new();
        let mut edits = Vec::new();
        let mut left: Vec<&ExistingBookmark> = existing.iter().filter(|it| it.is_ours).collect();
        for bookmark in expected {
            let ours = left
                .iter()
                .position(|it| is_same_url(&it.url, &bookmark.url));
            match ours.map(|at| left.remove(at)) {
                Some(known) if known.title != bookmark.title => {
                    edits.push(Self::Edit(known.id.clone(), bookmark.clone()));
                }
                Some(_) => {}
                None if existing
                    .iter()
                    .any(|it| is_same_url(&it.url, &bookmark.url)) => {}
                None => missing.push(bookmark),
            }
        }
        let mut adds = Vec::new();
        for bookmark in missing {
            let ours = left.iter().position(|it| it.title == bookmark.title);
            match ours.map(|at| left.remove(at)) {
                Some(known) => edits.push(Self::Edit(known.id.clone(), bookmark.clone())),
                None => adds.push(Self::Add(bookmark.clone())),
            }
        }
        let removes = left.into_iter().map(|it| Self::Remove(it.id.clone()));
        removes.chain(edits).chain(adds).collect()
    }
}

/// Returns whether two URLs are equal. Slack may return a URL with a trailing `/` or with `&` escaped.
fn is_same_url(one: &str, other: &str) -> bool {
    let plain = |url: &str| url.replace("&amp;", "&").trim_end_matches('/').to_owned();
    one == other || plain(one) == plain(other)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::incident_with_channel;
    use crate::{Document, Signal};

    fn expected_bookmarks(links: &[(&str, &str)]) -> Vec<Bookmark> {
        let named = |(title, url): &(&str, &str)| Bookmark {
            title: (*title).to_owned(),
            url: (*url).to_owned(),
        };
        links.iter().map(named).collect()
    }

    #[expect(clippy::fn_params_excessive_bools, reason = "a field of the result")]
    fn existing_bookmark(id: &str, title: &str, url: &str, is_ours: bool) -> ExistingBookmark {
        let [id, title, url] = [id, title, url].map(str::to_owned);
        ExistingBookmark {
            id,
            title,
            url,
            is_ours,
        }
    }

    /// Applies a step as Slack would.
    fn apply_step(step: &BookmarkStep, existing: &mut Vec<ExistingBookmark>) {
        match step {
            BookmarkStep::Remove(id) => existing.retain(|it| it.id != *id),
            BookmarkStep::Edit(id, to) => {
                for it in existing.iter_mut().filter(|it| it.id == *id) {
                    it.title.clone_from(&to.title);
                    it.url.clone_from(&to.url);
                }
            }
            BookmarkStep::Add(to) => {
                let id = format!("new {}", to.url);
                existing.push(self::existing_bookmark(&id, &to.title, &to.url, true));
            }
        }
    }

    #[test]
    fn each_url_is_bookmarked_once_under_its_title() {
        let mut incident = incident_with_channel("Checkout");
        incident.signals =
            Signal::find_in("https://a.example/1 https://a.example/2 graph https://a.example/3");
        incident.call_url = Some("https://zoom.us/j/1".to_owned());
        let document = |number: i64, url: &str| Document {
            number,
            title: format!("Runbook {number}"),
            url: url.to_owned(),
            removed_at: None,
            modified_at: None,
            modified_by: None,
        };
        incident.documents = vec![
            document(1, "https://a.example/2"),
            document(2, "https://b.example"),
        ];
        incident.documents.push(Document {
            removed_at: Some(incident.declared_at),
            modified_at: None,
            modified_by: None,
            ..document(3, "https://gone.example")
        });
        let titles: Vec<_> = incident
            .bookmarks(None)
            .into_iter()
            .map(|it| it.title)
            .collect();
        assert_eq!(
            titles,
            ["Video call", "Signal 1", "Signal 2", "graph", "Runbook 2"]
        );
    }

    #[test]
    fn replaced_link_is_edited_and_removed_link_is_deleted() {
        let there = [
            existing_bookmark("B1", "Video call", "https://zoom.us/j/1", true),
            existing_bookmark("B2", "Runbook", "https://b.example/", true),
            existing_bookmark("B3", "Gone", "https://gone.example", true),
            existing_bookmark("B4", "Mine", "https://mine.example", false),
        ];
        let expected = expected_bookmarks(&[
            ("Video call", "https://zoom.us/j/2"),
            ("The runbook", "https://b.example"),
            ("Theirs", "https://mine.example"),
            ("New", "https://new.example"),
        ]);
        let steps = [
            BookmarkStep::Remove("B3".to_owned()),
            BookmarkStep::Edit("B2".to_owned(), expected[1].clone()),
            BookmarkStep::Edit("B1".to_owned(), expected[0].clone()),
            BookmarkStep::Add(expected[3].clone()),
        ];
        assert_eq!(BookmarkStep::plan(&expected, &there), steps);
    }

    proptest! {
        #[test]
        fn steps_converge_and_leave_user_bookmarks_untouched(
            links in prop::collection::hash_map("[a-e]{1,2}", "[A-C]", 0..8),
            there in prop::collection::vec(("[a-e]{1,2}", "[A-C]", any::<bool>()), 0..8),
        ) {
            let links: Vec<_> = links.iter().map(|(url, title)| (title.as_str(), url.as_str())).collect();
            let expected = expected_bookmarks(&links);
            let mut there: Vec<_> = (0..)
                .zip(&there)
                .map(|(id, (url, title, is_ours))| existing_bookmark(&format!("B{id}"), title, url, *is_ours))
                .collect();
            let theirs: Vec<_> = there.iter().filter(|it| !it.is_ours).cloned().collect();
            let mut steps = 0;
            while let Some(step) = BookmarkStep::plan(&expected, &there).first() {
                apply_step(step, &mut there);
                steps += 1;
                prop_assert!(steps < 40, "the steps do not converge");
            }
            let remaining: Vec<_> = there.iter().filter(|it| !it.is_ours).cloned().collect();
            prop_assert_eq!(remaining, theirs);
            for bookmark in &expected {
                prop_assert!(there.iter().any(|it| it.url == bookmark.url));
            }
            let ours = there.iter().filter(|it| it.is_ours).count();
            prop_assert!(ours <= expected.len());
        }
    }
}
