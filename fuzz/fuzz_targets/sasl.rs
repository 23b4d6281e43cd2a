//! Drives `fuzz_targets::sasl`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz_targets::sasl(data));
