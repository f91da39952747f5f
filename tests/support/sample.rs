//! The sample shop as its first start leaves it. Reading, encoding and training take half a minute of a processor, so one
//! first start serves all tests of a build: each begins with a copy of its folder.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::UNIX_EPOCH;

use super::database;
use super::server::Server;

const PASSWORD: &str = "password";

/// Puts the shop into a data folder that is not there yet, and tells the administrator's password. On PostgreSQL it puts
/// nothing: there every first start is a real one.
pub fn put_into(data: &Path) -> Option<String> {
    if database::on_postgres() {
        return None;
    }
    let shop = prepared();
    copy(&shop.join("data"), data);
    Some(fs::read_to_string(shop.join(PASSWORD)).unwrap())
}

/// Starts the program once for all processes that ask meanwhile and later.
fn prepared() -> PathBuf {
    let program = Path::new(env!("CARGO_BIN_EXE_zhike"));
    let built = fs::metadata(program).unwrap().modified().unwrap();
    let built = built.duration_since(UNIX_EPOCH).unwrap().as_nanos();
    let all = Path::new(env!("CARGO_TARGET_TMPDIR")).join("sample-shop");
    fs::create_dir_all(&all).unwrap();
    let lock = File::create(all.join("lock")).unwrap();
    lock.lock().unwrap();
    let shop = all.join(built.to_string());
    if !shop.exists() {
        // Those of earlier builds.
        for old in fs::read_dir(&all).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir())
        {
            fs::remove_dir_all(old).unwrap();
        }
        let making = all.join("making");
        fs::create_dir(&making).unwrap();
        let server = Server::start(program, &making.join("data"), &["--demo"]);
        fs::write(making.join(PASSWORD), server.password.as_ref().unwrap()).unwrap();
        server.terminate();
        fs::rename(making, &shop).unwrap();
    }
    shop
}

fn copy(from: &Path, to: &Path) {
    let done = Command::new("cp").arg("-a").arg(from).arg(to).status().unwrap();
    assert!(done.success(), "cp -a {} {}", from.display(), to.display());
}
