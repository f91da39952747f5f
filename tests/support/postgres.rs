//! A real PostgreSQL for tests: a server of its own in a temporary folder, ended with the test.

#![allow(dead_code)] // each suite uses its part of this

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const START_LIMIT: Duration = Duration::from_secs(60);

/// A running PostgreSQL.
pub struct Postgres {
    child: Option<Child>,
    folder: tempfile::TempDir,
    pub port: u16,
}

impl Postgres {
    /// A new server without any database of ours. Its own collation is that of a language, as on most machines.
    ///
    /// `fsync` is off: no test takes the machine away, and a killed process loses nothing that was written.
    pub fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        if is_root() {
            // PostgreSQL refuses to run as root.
            run(Command::new("chown").arg("postgres").arg(folder.path()));
        }
        let data = folder.path().join("data");
        let mut initdb = as_postgres("initdb");
        initdb.args(["-U", "zhike", "-A", "trust", "-E", "UTF8", "--no-sync", "--no-instructions"]);
        initdb.args(["--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=en", "-D"]).arg(&data);
        run(initdb.current_dir(folder.path()).stdout(Stdio::null()));
        let mut server = Self { child: None, folder, port: free_port() };
        server.go_on();
        server
    }

    /// Starts it on the data it has, and waits until it answers.
    pub fn go_on(&mut self) {
        let mut postgres = as_postgres("postgres");
        postgres.arg("-D").arg(self.folder.path().join("data")).arg("-k").arg(self.folder.path());
        postgres.args(["-h", "127.0.0.1", "-p", &self.port.to_string(), "-N", "300", "-c", "fsync=off"]);
        postgres.current_dir(self.folder.path()).stdout(Stdio::null()).stderr(Stdio::null());
        self.child = Some(postgres.spawn().unwrap());
        let deadline = Instant::now() + START_LIMIT;
        while !self.answers() {
            assert!(Instant::now() < deadline, "PostgreSQL did not start");
            std::thread::sleep(Duration::from_millis(30));
        }
    }

    /// Stops it at once, as when its machine is lost: every connection breaks.
    pub fn stop(&mut self) {
        let Some(mut child) = self.child.take() else { return };
        let pid = child.id().to_string();
        let _ = Command::new("kill").args(["-QUIT", &pid]).status();
        let _ = child.wait();
    }

    /// Makes a database and returns its address.
    pub fn database(&self, name: &str) -> String {
        self.sql("postgres", &format!("CREATE DATABASE \"{name}\""));
        self.url(name)
    }

    /// The address of a database.
    pub fn url(&self, name: &str) -> String {
        url(self.port, name)
    }

    /// Runs a statement as an administrator would, and returns what it prints.
    pub fn sql(&self, database: &str, statement: &str) -> String {
        sql(self.port, database, statement)
    }

    fn answers(&self) -> bool {
        let mut ready = Command::new(binary("pg_isready"));
        ready.args(["-q", "-h", "127.0.0.1", "-p", &self.port.to_string()]);
        ready.status().is_ok_and(|status| status.success())
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.stop();
    }
}

/// The address of a database on a port of this machine.
pub fn url(port: u16, name: &str) -> String {
    format!("postgres://zhike@127.0.0.1:{port}/{name}")
}

/// Runs a statement with psql.
pub fn sql(port: u16, database: &str, statement: &str) -> String {
    let mut psql = Command::new(binary("psql"));
    psql.args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", &url(port, database), "-c", statement]);
    let output = psql.output().unwrap();
    assert!(output.status.success(), "{statement}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// Everything a database holds, as text.
pub fn dump(url: &str) -> Vec<u8> {
    let output = Command::new(binary("pg_dump")).args(["--data-only", "-d", url]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

/// A program of PostgreSQL under the account it needs, ended when its parent dies.
fn as_postgres(program: &str) -> Command {
    let binary = binary(program);
    let mut command = Command::new("setpriv");
    if is_root() {
        command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]);
    }
    command.args(["--pdeathsig", "INT"]).arg(binary);
    command
}

/// Debian keeps the programs of each version in a folder of its own.
fn binary(program: &str) -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut found: Vec<PathBuf> = versions.map(|entry| entry.path().join("bin").join(program)).collect();
    found.retain(|path| path.is_file());
    found.sort();
    let on_path = || {
        let path = std::env::var_os("PATH")?;
        std::env::split_paths(&path).map(|folder| folder.join(program)).find(|path| path.is_file())
    };
    found.pop().or_else(on_path).unwrap_or_else(|| {
        panic!("{program} of PostgreSQL is not installed: run tools/install-test-tools.sh")
    })
}

fn run(command: &mut Command) {
    let status = command.status().unwrap_or_else(|e| panic!("{command:?}: {e}"));
    assert!(status.success(), "{command:?}: {status}");
}

/// A port that was free a moment ago.
pub fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// A name for the database that stands for a file of SQLite.
pub fn name_for(file: &Path) -> String {
    let sum = file
        .to_string_lossy()
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |sum, byte| (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    format!("t{sum:016x}")
}
