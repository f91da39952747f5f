//! Staff accounts and sessions.

use std::net::IpAddr;

use zhike::chat::{NewUser, UserUpdate};
use zhike::domain::{PresenceState, Role};
use zhike::error::Code;

use crate::database;
use crate::desk::Desk;

#[tokio::test]
async fn requirement_24_the_first_admin_gets_a_generated_password_once() {
    let desk = Desk::new().await;
    let (owner, password) = desk.staff.create_first_admin("admin@shop.example").await.unwrap().unwrap();
    assert_eq!(owner.role, Role::Owner);
    assert!(desk.staff.create_first_admin("admin@shop.example").await.unwrap().is_none());
    let login = desk.staff.login(" Admin@Shop.example ", &password, None).await.unwrap();
    assert_eq!(desk.staff.authenticate(&login.token).await.unwrap().id, owner.id);
    let kept = database::everything_in(&desk.file);
    let holds = |text: &str| kept.windows(text.len()).any(|w| w == text.as_bytes());
    assert!(holds("admin@shop.example"), "the database was read");
    assert!(!holds(&password) && !holds(&login.token));
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_account_are_told_alike_and_slowed_down() {
    let desk = Desk::new().await;
    desk.agent("lin", Role::Agent).await;
    let home = Some(IpAddr::from([192, 0, 2, 1]));
    let wrong = desk.staff.login("lin@shop.example", "not the password", home).await.unwrap_err();
    let unknown = desk.staff.login("who@shop.example", "not the password", home).await.unwrap_err();
    assert_eq!((wrong.code(), wrong.detail()), (unknown.code(), unknown.detail()));
    assert_eq!(wrong.code(), Code::Unauthorized);
    for _ in 0..4 {
        let _ = desk.staff.login("lin@shop.example", "not the password", home).await;
    }
    let slowed = desk.staff.login("lin@shop.example", "a long enough password", home).await.unwrap_err();
    assert_eq!(slowed.code(), Code::RateLimited);
    let elsewhere = Some(IpAddr::from([192, 0, 2, 2]));
    desk.staff.login("lin@shop.example", "a long enough password", elsewhere).await.unwrap();
}

#[tokio::test]
async fn sessions_end_by_logout_by_a_new_password_and_with_the_account() {
    let desk = Desk::new().await;
    let lin = desk.agent("lin", Role::Agent).await;
    let login = || desk.staff.login("lin@shop.example", "a long enough password", None);
    let (a, b) = (login().await.unwrap(), login().await.unwrap());
    desk.staff.logout(&a.token).await.unwrap();
    assert_eq!(desk.staff.authenticate(&a.token).await.unwrap_err().code(), Code::Unauthorized);
    desk.staff.authenticate(&b.token).await.unwrap();

    let update = UserUpdate { password: Some("another long password".into()), ..Default::default() };
    desk.staff.update_user(Some(&lin), lin.id, &update).await.unwrap();
    assert!(desk.staff.authenticate(&b.token).await.is_err());

    let c = desk.staff.login("lin@shop.example", "another long password", None).await.unwrap();
    desk.staff.delete_user(None, lin.id).await.unwrap();
    assert!(desk.staff.authenticate(&c.token).await.is_err());
}

#[tokio::test]
async fn only_admins_manage_accounts_and_nobody_becomes_owner() {
    let desk = Desk::new().await;
    let (owner, _) = desk.staff.create_first_admin("admin@shop.example").await.unwrap().unwrap();
    let admin = desk.agent("admin2", Role::Admin).await;
    let agent = desk.agent("lin", Role::Agent).await;
    let new = |role| NewUser {
        email: "x@shop.example".into(),
        name: "X".into(),
        role,
        password: "a long enough password".into(),
    };
    let by_agent = desk.staff.create_user(Some(&agent), &new(Role::Viewer)).await.unwrap_err();
    assert_eq!(by_agent.code(), Code::Forbidden);
    assert!(desk.staff.create_user(Some(&owner), &new(Role::Owner)).await.is_err());
    let promote = UserUpdate { role: Some(Role::Admin), ..Default::default() };
    let own = desk.staff.update_user(Some(&agent), agent.id, &promote).await.unwrap_err();
    assert_eq!(own.code(), Code::Forbidden, "nobody gives themselves a role");
    assert!(desk.staff.delete_user(Some(&admin), owner.id).await.is_err());
    assert!(desk.staff.delete_user(Some(&admin), admin.id).await.is_err());
    let created = desk.staff.create_user(Some(&admin), &new(Role::Agent)).await.unwrap();
    let twice = desk.staff.create_user(Some(&admin), &new(Role::Agent)).await.unwrap_err();
    assert_eq!(twice.code(), Code::Conflict);
    desk.staff.delete_user(Some(&admin), created.id).await.unwrap();

    let log = desk.staff.audit_entries(None, 50).await.unwrap();
    let acts: Vec<_> = log.items.iter().map(|e| (e.action.as_str(), e.actor.as_str())).collect();
    assert_eq!(acts[..2], [("user.deleted", "admin2"), ("user.created", "admin2")]);
}

#[tokio::test]
async fn bad_accounts_are_refused_with_the_field() {
    let desk = Desk::new().await;
    let refused = |email: &str, name: &str, password: &str| {
        let new =
            NewUser { email: email.into(), name: name.into(), role: Role::Agent, password: password.into() };
        let staff = desk.staff.clone();
        async move { staff.create_user(None, &new).await.unwrap_err().detail().to_owned() }
    };
    assert!(refused("nobody", "N", "a long enough password").await.contains("email"));
    assert!(refused("a@b.example", " ", "a long enough password").await.contains("name"));
    assert!(refused("a@b.example", "N", "short").await.contains("password"));
}

#[tokio::test]
async fn presence_needs_the_word_and_the_connection() {
    let desk = Desk::new().await;
    let lin = desk.agent("lin", Role::Agent).await;
    assert!(!desk.staff.anybody_online());
    desk.staff.set_presence(&lin, PresenceState::Online, Some(3)).await.unwrap();
    assert!(desk.staff.anybody_online());
    assert_eq!(desk.staff.presence()[0].capacity, 3);
    desk.staff.set_presence(&lin, PresenceState::Away, None).await.unwrap();
    assert!(!desk.staff.anybody_online());
    assert!(desk.staff.set_presence(&lin, PresenceState::Online, Some(101)).await.is_err());
}
