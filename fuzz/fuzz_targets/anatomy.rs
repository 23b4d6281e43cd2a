//! Drives `fuzz_targets::anatomy`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz_targets::anatomy(data));
