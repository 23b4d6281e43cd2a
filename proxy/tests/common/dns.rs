//! What the name servers of the tests share: questions, and a server that answers from a few records. No test is here.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex};

use tokio::net::UdpSocket;

pub const A: u16 = 1;
pub const CNAME: u16 = 5;
pub const MX: u16 = 15;
pub const AAAA: u16 = 28;

/// The name and type that are asked for, and where the question ends (RFC 1035 section 4.1.2).
pub fn question(query: &[u8]) -> (String, u16, usize) {
    let mut at = 12;
    let mut labels = Vec::new();
    while query[at] != 0 {
        let length = usize::from(query[at]);
        labels.push(String::from_utf8(query[at + 1..at + 1 + length].to_vec()).unwrap());
        at += 1 + length;
    }
    (labels.join("."), u16::from_be_bytes([query[at + 1], query[at + 2]]), at + 5)
}

/// What is said about a name.
#[derive(Clone, Debug)]
pub enum Say {
    Mx(u16, &'static str),
    Address(&'static str),
    Alias(&'static str),
    /// A response code and nothing else.
    Code(u8),
    /// A response code for questions of one type.
    CodeFor(u16, u8),
    Silence,
}

/// A name server with these records, and a list of what it was asked.
pub struct ZoneServer {
    pub address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
}

impl ZoneServer {
    pub async fn with(zone: &[(&'static str, Vec<Say>)]) -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let address = socket.local_addr().unwrap();
        let zone: HashMap<_, _> = zone.iter().cloned().collect();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let log = asked.clone();
        tokio::spawn(async move {
            let mut query = [0; 1500];
            loop {
                let (length, from) = socket.recv_from(&mut query).await.unwrap();
                let (name, kind, end) = question(&query[..length]);
                log.lock().unwrap().push(name.clone());
                if let Some(answer) = answer(&zone, &query[..end], &name.to_lowercase(), kind) {
                    socket.send_to(&answer, from).await.unwrap();
                }
            }
        });
        Self { address, asked }
    }

    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

fn answer(zone: &HashMap<&str, Vec<Say>>, question: &[u8], name: &str, kind: u16) -> Option<Vec<u8>> {
    let mut code = 0;
    let mut records = Vec::new();
    let mut owner = name.to_owned();
    while let Some(all) = zone.get(owner.as_str()) {
        let mut next = None;
        for say in all {
            let data = match say {
                Say::Mx(preference, host) if kind == MX => [preference.to_be_bytes().to_vec(), encoded(host)].concat(),
                Say::Address(address) => match (address.parse().unwrap(), kind) {
                    (IpAddr::V4(v4), A) => v4.octets().to_vec(),
                    (IpAddr::V6(v6), AAAA) => v6.octets().to_vec(),
                    _ => continue,
                },
                Say::Alias(target) => {
                    next = Some((*target).to_owned());
                    encoded(target)
                }
                Say::Code(all) => {
                    code = *all;
                    continue;
                }
                Say::CodeFor(of, one) => {
                    code = if *of == kind { *one } else { code };
                    continue;
                }
                Say::Silence => return None,
                Say::Mx(..) => continue,
            };
            let kind = if next.is_some() { CNAME } else { kind };
            let head = [encoded(&owner), kind.to_be_bytes().to_vec(), vec![0, 1, 0, 0, 0, 0]].concat();
            let length = u16::try_from(data.len()).unwrap().to_be_bytes().to_vec();
            records.push([head, length, data].concat());
        }
        match next {
            Some(target) => owner = target,
            None => break,
        }
    }
    if !zone.contains_key(owner.as_str()) {
        code = 3;
    }
    let mut bytes = question[..2].to_vec();
    bytes.extend([0x81, 0x80 | code, 0, 1, 0, u8::try_from(records.len()).unwrap(), 0, 0, 0, 0]);
    bytes.extend(&question[12..]);
    bytes.extend(records.concat());
    Some(bytes)
}

/// A name as labels with their lengths (RFC 1035 section 3.1).
fn encoded(name: &str) -> Vec<u8> {
    let labels = name.split('.').filter(|label| !label.is_empty());
    let mut bytes: Vec<u8> =
        labels.flat_map(|label| [&[u8::try_from(label.len()).unwrap()], label.as_bytes()].concat()).collect();
    bytes.push(0);
    bytes
}
