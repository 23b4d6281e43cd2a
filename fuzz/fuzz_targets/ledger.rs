//! Drives `fuzz_targets::ledger`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz_targets::ledger(data));
