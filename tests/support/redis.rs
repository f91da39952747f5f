//! A real Redis for tests, ended with the test.

use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::postgres::free_port;

/// A running Redis that keeps nothing on disk.
pub struct Redis {
    child: Option<Child>,
    port: u16,
}

impl Redis {
    pub fn start() -> Self {
        let mut redis = Self { child: None, port: free_port() };
        redis.go_on();
        redis
    }

    /// Starts it again, and waits until it listens.
    pub fn go_on(&mut self) {
        let mut server = Command::new("setpriv");
        server.args(["--pdeathsig", "KILL", "redis-server", "--save", "", "--bind", "127.0.0.1"]);
        server.args(["--port", &self.port.to_string()]).stdout(Stdio::null());
        let child = server.spawn();
        self.child = Some(child.expect("redis-server is not installed: run tools/install-test-tools.sh"));
        let deadline = Instant::now() + Duration::from_secs(20);
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            assert!(Instant::now() < deadline, "Redis did not start");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    pub fn stop(&mut self) {
        let Some(mut child) = self.child.take() else { return };
        let _ = child.kill();
        let _ = child.wait();
    }

    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        self.stop();
    }
}
