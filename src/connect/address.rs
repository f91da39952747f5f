//! Which addresses may be connected to: resolved once, checked, and connected to as checked, so that a name cannot
//! point elsewhere between the look and the call.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

/// Resolves names for the HTTP client and leaves out the addresses that may not be used.
#[derive(Clone, Copy, Debug)]
pub struct CheckedResolver {
    pub allow_private: bool,
}

impl Resolve for CheckedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let allow_private = self.allow_private;
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let allowed: Vec<SocketAddr> =
                found.filter(|address| allow_private || is_public(address.ip())).collect();
            if allowed.is_empty() {
                return Err(format!("{} has no address that may be used", name.as_str()).into());
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

/// Whether a base address may be used at all. Hosts that are addresses never reach the resolver.
pub fn check(url: &Url, allow_private: bool) -> Result<(), String> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err(format!("`{}` is neither http nor https", url.scheme()));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("the address holds credentials; declare them as `auth`".to_owned());
    }
    let address = match url.host() {
        None => return Err("the address has no host".to_owned()),
        Some(Host::Domain(_)) => return Ok(()),
        Some(Host::Ipv4(v4)) => IpAddr::V4(v4),
        Some(Host::Ipv6(v6)) => IpAddr::V6(v6),
    };
    if allow_private || is_public(address) {
        return Ok(());
    }
    Err(format!("{address} is a private address; set allow_private = true if that is meant"))
}

/// Whether an address is one of the public internet.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => is_public_v4(v4),
            None => is_public_v6(v6),
        },
    }
}

fn is_public_v4(v4: Ipv4Addr) -> bool {
    let [a, b, c, _] = v4.octets();
    let shared = a == 100 && (64..128).contains(&b);
    let benchmarks = a == 198 && (b == 18 || b == 19);
    let protocols = a == 192 && b == 0 && c == 0;
    !(v4.is_private()
        || v4.is_loopback()
        || v4.is_link_local()
        || v4.is_broadcast()
        || v4.is_documentation()
        || v4.is_multicast()
        || a == 0
        || a >= 240
        || shared
        || benchmarks
        || protocols)
}

fn is_public_v6(v6: Ipv6Addr) -> bool {
    let [first, second, ..] = v6.segments();
    let unique_local = first & 0xfe00 == 0xfc00;
    let link_local = first & 0xffc0 == 0xfe80;
    let documentation = first == 0x2001 && second == 0x0db8;
    // These carry an IPv4 address inside, which would be reached past the check above.
    let translated = (first == 0x0064 && second == 0xff9b) || first == 0x2002;
    !(v6.is_loopback()
        || v6.is_unspecified()
        || v6.is_multicast()
        || unique_local
        || link_local
        || documentation
        || translated)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_the_public_internet_pass() {
        for private in [
            "127.0.0.1",
            "10.0.0.8",
            "172.16.3.4",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "::1",
            "fd00::1",
            "fe80::1",
            "::ffff:127.0.0.1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
        ] {
            assert!(!is_public(private.parse().unwrap()), "{private}");
        }
        for public in ["93.184.216.34", "2606:4700::1111"] {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
    }

    #[test]
    fn an_address_written_as_such_is_checked_too() {
        let url = |text: &str| Url::parse(text).unwrap();
        assert!(check(&url("http://169.254.169.254/latest"), false).is_err());
        assert!(check(&url("http://[::1]:8080/"), false).is_err());
        assert!(check(&url("http://127.0.0.1:8080/"), true).is_ok());
        assert!(check(&url("ftp://shop.example/"), true).is_err());
        assert!(check(&url("https://a:b@shop.example/"), true).is_err());
        assert!(check(&url("https://shop.example/api"), false).is_ok());
    }

    #[tokio::test]
    async fn a_name_that_points_into_the_own_network_is_not_resolved() {
        let name = || "localhost".parse().unwrap();
        assert!(CheckedResolver { allow_private: false }.resolve(name()).await.is_err());
        assert!(CheckedResolver { allow_private: true }.resolve(name()).await.unwrap().next().is_some());
    }
}
