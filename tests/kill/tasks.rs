//! Tasks: what they owe, and asking for one, killed at each of its moments.

use muster::domain::Owed;
use muster::sandbox::Sandbox;
use muster_commands::task::{self, TaskKind};
use muster_commands::{home, task_form, which_incident};

use super::again::{self, comes_again};
use super::asks::Ask;
use super::blow::{Blow, Turn, strike};
use super::cases::each;
use super::deliveries::declares;
use super::once::{happened, is_typed, once, presses, sends, sends_what, shows, told};
use super::standing::{CHANNEL, Standing};
use super::world::{World, eventually, is_fine};

/// Kills the bot while it delivers what a task owes.
pub async fn of_a_task(owed: Owed) {
    let name = format!("{} of a task", owed.as_str());
    each(&name, &Blow::ALL, async move |mut world: World, blow| {
        declares(&world).await;
        world.settles().await;
        strike(&mut world, (owed, Turn::Later, blow), async |world| {
            let text = "/datadog task Roll back @chioma";
            is_fine(&world.slack.types("alice", CHANNEL, text).await);
        })
        .await;
        world.starts().await;
        world.settles().await;
        is_chiomas(&world);
    })
    .await;
}

#[tokio::test]
async fn a_form_that_gives_a_task_and_comes_again_gives_it_once() {
    let blows = &again::Blow::ALL;
    each(
        "the form of a task",
        blows,
        async |mut world: World, blow| {
            declares(&world).await;
            world.settles().await;
            let fields = [
                ("What is to be done", "Roll back @chioma"),
                ("Assignees", "chioma"),
            ];
            let place = ("alice", CHANNEL);
            let form = world.opens(place, "/datadog task", &fields).await;
            let slack = world.slack.clone();
            let gesture = slack.submits("alice", &form);
            comes_again(
                &mut world,
                (blow, Ask::Form(TaskKind::Task.as_str())),
                gesture,
            )
            .await;
            assert_eq!(slack.view("alice"), None, "the form is closed");
            is_chiomas(&world);
        },
    )
    .await;
}

#[tokio::test]
async fn a_choice_that_comes_again_does_once_what_was_typed_elsewhere() {
    let blows = &again::Blow::ALL;
    each(
        "the choice for which incident",
        blows,
        async |mut world: World, blow| {
            declares(&world).await;
            world.settles().await;
            let (place, text) = (("alice", "#general"), "/datadog task Roll back @chioma");
            let form = world.opens(place, text, &[("Incident", "1")]).await;
            let slack = world.slack.clone();
            let gesture = slack.submits("alice", &form);
            comes_again(&mut world, (blow, Ask::Form(which_incident::FORM)), gesture).await;
            assert_eq!(slack.view("alice"), None, "the form is closed");
            is_chiomas(&world);
        },
    )
    .await;
}

#[tokio::test]
async fn a_task_that_is_checked_off_at_home_and_that_comes_again_is_done_once() {
    let ready = async |world: &World| {
        is_typed(world, "/datadog task Roll back @alice").await;
        is_fine(&world.slack.opens_home("alice").await);
        let shows = async || {
            let home = world.slack.home("alice");
            home.is_some_and(|home| world.slack.read_view(&home).contains("[Done]"))
        };
        eventually("Home with the task", shows).await;
        world.slack.home("alice").expect("it was shown").id
    };
    let presses = async |slack: &Sandbox, home: &String| {
        slack.acts_in_view("alice", home, home::DONE, None).await
    };
    once(Ask::Button(home::DONE), ready, presses, |world, _| {
        happened(world, "task_done", 1);
        told(world, "alice finished task 1: Roll back alice");
    })
    .await;
}

/// Looks at the task that alice gave to chioma, and at all that is told of it.
fn is_chiomas(world: &World) {
    let direct = world.slack.direct_message("chioma").unwrap_or_default();
    let told = world.slack.messages(&direct);
    let told: Vec<_> = told
        .iter()
        .map(|it| it.as_read().replace('@', ""))
        .collect();
    let expected = format!(
        "alice gave you task 1 of IR-1 Checkout is slow: Roll back chioma\nIts channel is #{CHANNEL}."
    );
    assert_eq!(told, [expected], "what chioma is told");
    Standing::declared()
        .and("chioma")
        .with("task_added")
        .telling("alice added task 1 for chioma: Roll back chioma")
        .is_found(world);
}

#[tokio::test]
async fn a_task_that_is_typed_and_comes_again_is_given_once() {
    let types = async |slack: &Sandbox, (): &()| {
        slack
            .types("alice", CHANNEL, "/datadog task Roll back @chioma")
            .await
    };
    let ready = async |_: &World| ();
    once(Ask::Typed("task"), ready, types, |world, ()| {
        is_chiomas(world);
    })
    .await;
}

#[tokio::test]
async fn a_follow_up_that_comes_again_is_added_once() {
    let fields = [("What is to be done", "Add an alert")];
    let typed = ("/datadog followup", &fields[..]);
    sends(Ask::Form(TaskKind::FollowUp.as_str()), typed, |world| {
        assert_eq!(world.records.count("tasks"), 1);
        happened(world, "task_added", 1);
        told(world, "alice added follow-up 1: Add an alert");
    })
    .await;
}

/// Has alice add a task, and look at the list.
async fn list_is_shown(world: &World) -> (String, String) {
    is_typed(world, "/datadog task Roll back").await;
    shows(world, "/datadog task list").await
}

#[tokio::test]
async fn a_form_that_changes_a_task_and_comes_again_changes_it_once() {
    let fills = async |world: &World| {
        let (channel, ts) = list_is_shown(world).await;
        let pressed = world.slack.clicks("alice", &channel, &ts, task::EDIT, None);
        is_fine(&pressed.await);
        let fields = [("What is to be done", "Roll back twice")];
        world.fills("alice", &fields).await
    };
    sends_what(Ask::Form(task_form::EDIT_FORM), fills, |world| {
        happened(world, "task_edited", 1);
        told(world, "alice changed task 1 to: Roll back twice");
    })
    .await;
}

#[tokio::test]
async fn a_task_that_is_checked_off_again_is_done_once() {
    presses(task::DONE, list_is_shown, |world| {
        assert_eq!(world.records.count("tasks WHERE done_at IS NOT NULL"), 1);
        happened(world, "task_done", 1);
        told(world, "alice finished task 1: Roll back");
    })
    .await;
}

#[tokio::test]
async fn a_task_that_is_opened_again_twice_is_opened_once() {
    let finds = async |world: &World| {
        is_typed(world, "/datadog task Roll back").await;
        is_typed(world, "/datadog task done 1").await;
        shows(world, "/datadog task list").await
    };
    presses(task::REOPEN, finds, |world| {
        assert_eq!(world.records.count("tasks WHERE done_at IS NULL"), 1);
        happened(world, "task_reopened", 1);
        told(world, "alice reopened task 1: Roll back");
    })
    .await;
}
