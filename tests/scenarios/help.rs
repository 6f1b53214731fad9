//! `/datadog help` and unknown commands: every command gets an ephemeral reply.

use crate::harness::prelude::*;

const HELP_TEXT: &str = "What you can type\n\
    /datadog  Shows what you can do here, as buttons. Only you see it.\n\
    /datadog incident [title]  Opens the form to declare an incident; a title that you give is filled in.\n\
    /datadog incident update  Changes the title, severity, status, commander and more. In an incident's \
    channel it is that incident; elsewhere you choose which, as with all that is about one.\n\
    /datadog incident impact [since 15 minutes ago] [what customers notice]  Says since when customers are \
    hurt; without words, in a form. impact end says that they no longer are, impact edit and impact remove \
    correct it.\n\
    /datadog incident note [at 14:05] [text]  Puts what you saw or did on the timeline; without words, in a \
    form.\n\
    /datadog incident timeline  Shows what happened, to flag, edit and remove. Only you see it.\n\
    /datadog incident list  Shows the open incidents, the worst first. Only you see it.\n\
    /datadog incident test [title]  Opens the form to declare a test incident: marked TEST, not announced \
    and not counted.\n\
    /datadog incident private  Makes the incident of this channel known to those who take part alone, in a \
    private channel.\n\
    /datadog incident public  Makes the incident of this channel known to everybody, in a public channel.\n\
    /datadog incident severity SEV-2  Changes the severity at once; sev2 is short for it.\n\
    /datadog incident status stable  Changes the status at once. Short for it: stable, resolve, reopen.\n\
    /datadog incident title Checkout is down  Changes the title at once.\n\
    /datadog incident commander @ann  Makes somebody the Incident Commander at once; ic is short for it, and \
    me is you.\n\
    /datadog incident responders  Shows and changes who takes part in the incident, and who has which role.\n\
    /datadog incident role Communications Lead @ann  Gives somebody a role at once, and tells them what it is \
    about. remove @ann takes it from somebody, nobody from all who have it.\n\
    /datadog incident link <url> [title]  Adds a document to the incident, among its bookmarks as \
    well.\n\
    /datadog incident chat <url>  Sets the link to the incident's chat outside Slack. Without a link, a \
    form asks for it.\n\
    /datadog incident call <url>  Sets the link to the incident's video call. Without a link, a form asks \
    for it.\n\
    /datadog incident links  Shows the incident's links, to add and to remove. Only you see it.\n\
    /datadog task [text] [due tomorrow 17:00]  Gives somebody something to do: whoever is @named in the text, \
    until then. Without a text, a form asks who does what until when.\n\
    /datadog task list  Shows the incident's tasks, to check off and to edit. Only you see it.\n\
    /datadog followup [text]  The same as task, for the work after the incident; followup list shows it.\n\
    /datadog incident repair  Builds again what is missing in Slack: the channel, its header, the \
    announcement, bookmarks. A direct message tells you what it was.\n\
    /datadog settings  Changes how your team works: severities, channel names, reminders and more. For \
    workspace admins.\n\
    /datadog help  Shows what can be typed here. Only you see it.\n\n\
    In the menu of a message\n\
    Add to Incident  Puts the message on the incident's timeline, with its author and its own time.\n\
    Declare Incident  Opens the form to declare an incident that begins with the message.\n\n\
    Among the shortcuts, wherever you are\n\
    Declare Incident  Opens the form to declare an incident. A direct message leads to its channel.";

#[test]
fn help_is_shown_to_the_requester_only() {
    over_both_transports(async |_, [alice, bob, ..]| {
        for command in ["/datadog help", "/datadog HELP me", "/datadog ?"] {
            let screen = alice.types("#general", command).await;
            assert_eq!(screen.ephemeral.len(), 1, "{command}");
            assert_eq!(alice.reads_ephemeral(), [HELP_TEXT], "{command}");
        }
        let channel = alice.declares("Checkout is slow").await.channel;
        alice.types(&channel, "/datadog help").await;
        assert_eq!(alice.reads_ephemeral(), [HELP_TEXT]);
        assert_eq!(bob.reads_ephemeral(), [""; 0]);
        assert_eq!(bob.reads("#general"), [""; 0]);
    });
}

const SUGGESTIONS: [(&str, &str); 7] = [
    (
        "incident updat",
        "I did not understand “/datadog incident updat”. Did you mean /datadog incident update? \
                 If it is the title of a new incident, type /datadog incident \"updat\".",
    ),
    (
        "inc lits",
        "I did not understand “/datadog inc lits”. Did you mean /datadog incident list? \
                 If it is the title of a new incident, type /datadog inc \"lits\".",
    ),
    (
        "incidnet Checkout is slow",
        "I did not understand “/datadog incidnet Checkout is slow”. \
                 Did you mean /datadog incident?",
    ),
    (
        "list",
        "I did not understand “/datadog list”. Did you mean /datadog incident list?",
    ),
    (
        "hlep",
        "I did not understand “/datadog hlep”. Did you mean /datadog help?",
    ),
    (
        "<!channel> *what* now, @bob?",
        "I did not understand “/datadog <!channel> *what* now, @bob?”. \
                 To declare an incident, type /datadog incident and its title.",
    ),
    (
        "🔥",
        "I did not understand “/datadog 🔥”. \
                 To declare an incident, type /datadog incident and its title.",
    ),
];

#[test]
fn unknown_command_gets_a_suggestion_and_a_hint_to_help() {
    scenario(async |_, [alice, ..]| {
        let help = "/datadog help shows all that can be typed.";
        for (command, entry) in SUGGESTIONS {
            let screen = alice
                .types("#general", &format!("/datadog {command}"))
                .await;
            assert_eq!(screen.view, None, "{command}");
            let [message] = screen.ephemeral.as_slice() else {
                panic!("expected one line for {command}");
            };
            assert!(
                !message.text.contains("<!") && !message.text.contains("<@"),
                "{}",
                message.text
            );
            assert_eq!(alice.reads_ephemeral(), [format!("{entry} {help}")]);
        }
        let long = "x".repeat(3_000);
        alice.types("#general", &format!("/datadog {long}")).await;
        let cut = "x".repeat(99);
        assert_eq!(
            alice.reads_ephemeral(),
            [format!(
                "I did not understand “/datadog {cut}…”. \
                 To declare an incident, type /datadog incident and its title. {help}"
            )]
        );
    });
}
