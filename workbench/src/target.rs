//! A mail server and how to reach it: what a connection is asked for with. What came of it is in `tape`.

use mailproto::{Protocol, sasl::Way};

use crate::net::Trust;


