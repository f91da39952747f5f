//! `zhike user`: staff accounts from the command line.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use comfy_table::Table;
use serde_json::json;

use super::{Context, out};
use crate::app;
use crate::chat::{NewUser, UserUpdate, generate_password};
use crate::domain::Role;
use crate::error::{Error, Result};

/// Add staff, set passwords, list accounts
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  zhike user add lin@shop.example --name 小林 --role agent
  zhike user passwd lin@shop.example
  zhike user list --json")]
pub struct UserArgs {
    #[command(subcommand)]
    command: UserCommand,
}

#[derive(Debug, Subcommand)]
enum UserCommand {
    /// Create an account; a password is made up and printed once
    Add {
        email: String,
        /// Shown to visitors
        #[arg(long)]
        name: Option<String>,
        /// viewer, agent, supervisor or admin
        #[arg(long, default_value = "agent", value_parser = role)]
        role: Role,
    },
    /// Set a new password, made up and printed once; ends the account's sessions
    Passwd { email: String },
    /// List the accounts
    List,
}

fn role(name: &str) -> Result<Role, String> {
    match name {
        "viewer" => Ok(Role::Viewer),
        "agent" => Ok(Role::Agent),
        "supervisor" => Ok(Role::Supervisor),
        "admin" => Ok(Role::Admin),
        _ => Err("use viewer, agent, supervisor or admin".into()),
    }
}

/// Runs the subcommand on the data folder; a running server sees the change at once.
pub async fn run(args: UserArgs, context: &Context) -> Result<ExitCode> {
    let staff = app::open_staff(&context.config).await?;
    match args.command {
        UserCommand::Add { email, name, role } => {
            let password = generate_password()?;
            let name = name.unwrap_or_else(|| email.split('@').next().unwrap_or_default().to_string());
            let new = NewUser { email, name, role, password: password.clone() };
            let user = staff.create_user(None, &new).await?;
            told(context, &user.email, &password)?;
        }
        UserCommand::Passwd { email } => {
            let user = staff.user_by_email(&email).await?;
            let password = generate_password()?;
            let update = UserUpdate { password: Some(password.clone()), ..UserUpdate::default() };
            staff.update_user(None, user.id, &update).await?;
            told(context, &user.email, &password)?;
        }
        UserCommand::List => {
            let users = staff.users().await?;
            if context.json {
                out::json(&users)?;
                return Ok(ExitCode::SUCCESS);
            }
            let mut table = Table::new();
            table.set_header(["e-mail", "name", "role", "since"]);
            for user in users {
                let role = serde_json::to_value(user.role)
                    .map_err(|e| Error::internal("a role's name").with_source(e))?;
                let since = user.created_at.strftime("%Y-%m-%d").to_string();
                table.add_row([user.email, user.name, role.as_str().unwrap_or_default().to_string(), since]);
            }
            out::line(table.to_string());
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn told(context: &Context, email: &str, password: &str) -> Result<()> {
    if context.json {
        return out::json(&json!({"email": email, "password": password}));
    }
    out::line(format!("{email}\n{password}"));
    out::note("The password is shown only now.");
    Ok(())
}
