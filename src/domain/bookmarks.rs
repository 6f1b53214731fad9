//! The bookmarks of an incident's channel: which there should be, and what is to be done about those
//! that there are. Only what we put there ourselves is changed.

use super::Incident;

/// A bookmark that there should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bookmark {
    /// What it is called.
    pub title: String,
    /// Where it leads.
    pub url: String,
}

/// A bookmark that there is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StandingBookmark {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// Where it leads.
    pub url: String,
    /// Whether we touched it last; what people touched is theirs.
    pub is_ours: bool,
}

/// One thing to do about the bookmarks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Takes this one away.
    Remove(String),
    /// Makes this one say something else.
    Edit(String, Bookmark),
    /// Adds this one.
    Add(Bookmark),
}

impl Incident {
    /// Gives the bookmarks that its channel should have: where people meet first, then what was seen,
    /// then what there is to read.
    pub fn bookmarks(&self) -> Vec<Bookmark> {
        let named = |title: &str, url: &str| Bookmark {
            title: title.to_owned(),
            url: url.to_owned(),
        };
        let call = self.call.iter().map(|url| named("Video call", url));
        let chat = self.chat.iter().map(|url| named("Chat", url));
        let signals = (1..)
            .zip(&self.signals)
            .map(|(number, url)| named(&format!("Signal {number}"), url));
        let documents = self.documents().map(|it| named(&it.title, &it.url));
        let mut wanted: Vec<Bookmark> = Vec::new();
        for bookmark in call.chain(chat).chain(signals).chain(documents) {
            // One link is bookmarked once, whatever it is for.
            if wanted
                .iter()
                .all(|known| !is_same(&known.url, &bookmark.url))
            {
                wanted.push(bookmark);
            }
        }
        wanted
    }
}

impl Step {
    /// Gives what is to be done so that what is wanted stands, in order: what goes makes room first.
    ///
    /// What a person bookmarked, or rewrote, counts as there and is left alone.
    pub fn all(wanted: &[Bookmark], standing: &[StandingBookmark]) -> Vec<Self> {
        let mut missing: Vec<&Bookmark> = Vec::new();
        let mut edits = Vec::new();
        let mut left: Vec<&StandingBookmark> = standing.iter().filter(|it| it.is_ours).collect();
        for bookmark in wanted {
            let ours = left.iter().position(|it| is_same(&it.url, &bookmark.url));
            match ours.map(|at| left.remove(at)) {
                Some(known) if known.title != bookmark.title => {
                    edits.push(Self::Edit(known.id.clone(), bookmark.clone()));
                }
                Some(_) => {}
                None if standing.iter().any(|it| is_same(&it.url, &bookmark.url)) => {}
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

/// Says whether two links are the same: Slack may give one back with a `/` at its end, or escaped.
fn is_same(one: &str, other: &str) -> bool {
    let plain = |url: &str| url.replace("&amp;", "&").trim_end_matches('/').to_owned();
    one == other || plain(one) == plain(other)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::Document;
    use crate::domain::sample::in_its_channel;

    fn wanted(links: &[(&str, &str)]) -> Vec<Bookmark> {
        let named = |(title, url): &(&str, &str)| Bookmark {
            title: (*title).to_owned(),
            url: (*url).to_owned(),
        };
        links.iter().map(named).collect()
    }

    fn standing(id: &str, title: &str, url: &str, is_ours: bool) -> StandingBookmark {
        let [id, title, url] = [id, title, url].map(str::to_owned);
        StandingBookmark {
            id,
            title,
            url,
            is_ours,
        }
    }

    /// Does a step as Slack would; gives the ids of what a person had put there and that is gone.
    fn done(step: &Step, standing: &mut Vec<StandingBookmark>) {
        match step {
            Step::Remove(id) => standing.retain(|it| it.id != *id),
            Step::Edit(id, to) => {
                for it in standing.iter_mut().filter(|it| it.id == *id) {
                    it.title.clone_from(&to.title);
                    it.url.clone_from(&to.url);
                }
            }
            Step::Add(to) => {
                let id = format!("new {}", to.url);
                standing.push(self::standing(&id, &to.title, &to.url, true));
            }
        }
    }

    #[test]
    fn each_link_is_wanted_once_under_its_name() {
        let mut incident = in_its_channel("Checkout");
        incident.signals = vec![
            "https://a.example/1".to_owned(),
            "https://a.example/2".to_owned(),
        ];
        incident.call = Some("https://zoom.us/j/1".to_owned());
        let document = |number: i64, url: &str| Document {
            number,
            title: format!("Runbook {number}"),
            url: url.to_owned(),
            removed_at: None,
        };
        incident.documents = vec![
            document(1, "https://a.example/2"),
            document(2, "https://b.example"),
        ];
        incident.documents.push(Document {
            removed_at: Some(incident.declared_at),
            ..document(3, "https://gone.example")
        });
        let titles: Vec<_> = incident
            .bookmarks()
            .into_iter()
            .map(|it| it.title)
            .collect();
        assert_eq!(titles, ["Video call", "Signal 1", "Signal 2", "Runbook 2"]);
    }

    #[test]
    fn a_link_that_is_replaced_is_edited_and_what_is_not_wanted_goes() {
        let there = [
            standing("B1", "Video call", "https://zoom.us/j/1", true),
            standing("B2", "Runbook", "https://b.example/", true),
            standing("B3", "Gone", "https://gone.example", true),
            standing("B4", "Mine", "https://mine.example", false),
        ];
        let wanted = wanted(&[
            ("Video call", "https://zoom.us/j/2"),
            ("The runbook", "https://b.example"),
            ("Theirs", "https://mine.example"),
            ("New", "https://new.example"),
        ]);
        let expected = [
            Step::Remove("B3".to_owned()),
            Step::Edit("B2".to_owned(), wanted[1].clone()),
            Step::Edit("B1".to_owned(), wanted[0].clone()),
            Step::Add(wanted[3].clone()),
        ];
        assert_eq!(Step::all(&wanted, &there), expected);
    }

    proptest! {
        #[test]
        fn step_by_step_everything_wanted_stands_and_nobody_elses_is_touched(
            links in prop::collection::hash_map("[a-e]{1,2}", "[A-C]", 0..8),
            there in prop::collection::vec(("[a-e]{1,2}", "[A-C]", any::<bool>()), 0..8),
        ) {
            let links: Vec<_> = links.iter().map(|(url, title)| (title.as_str(), url.as_str())).collect();
            let wanted = wanted(&links);
            let mut there: Vec<_> = (0..)
                .zip(&there)
                .map(|(id, (url, title, is_ours))| standing(&format!("B{id}"), title, url, *is_ours))
                .collect();
            let theirs: Vec<_> = there.iter().filter(|it| !it.is_ours).cloned().collect();
            let mut steps = 0;
            while let Some(step) = Step::all(&wanted, &there).first() {
                done(step, &mut there);
                steps += 1;
                prop_assert!(steps < 40, "it never ends");
            }
            let kept: Vec<_> = there.iter().filter(|it| !it.is_ours).cloned().collect();
            prop_assert_eq!(kept, theirs);
            for bookmark in &wanted {
                prop_assert!(there.iter().any(|it| it.url == bookmark.url));
            }
            let ours = there.iter().filter(|it| it.is_ours).count();
            prop_assert!(ours <= wanted.len());
        }
    }
}
